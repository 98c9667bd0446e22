/** Reads recurrent models as Keras 1 and Keras 2 saved them into the plain form of a network. */
package io.tplus1.rnn.keras;

/** Reads recurrent models as Keras saved them into the plain form of a network. */
package io.tplus1.rnn.keras;

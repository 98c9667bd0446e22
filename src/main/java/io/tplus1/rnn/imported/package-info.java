/**
 * Networks that Keras or DL4J saved as models of a stream: their file, the scaling beside it, and
 * what they are known to give.
 */
package io.tplus1.rnn.imported;

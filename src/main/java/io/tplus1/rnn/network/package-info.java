/**
 * The plain form of a recurrent network: layers and weights as data, with Keras' meaning.
 *
 * <p>Everything that loads a network (a Keras file, a DL4J network, an artifact) ends here, and
 * everything that runs or trains one (the kernels, DL4J) starts here. Nothing in this package
 * computes a forecast.
 */
package io.tplus1.rnn.network;

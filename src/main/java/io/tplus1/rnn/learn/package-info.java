/**
 * Training of recurrent networks in plain Java: backpropagation through time over batches, with the
 * loss at any step.
 *
 * <p>It trains the plain form of {@link io.tplus1.rnn.network} and gives that form back, so that
 * what was learnt serves through the kernels at once. DL4J remains the reference that its gradients
 * are held to.
 */
package io.tplus1.rnn.learn;

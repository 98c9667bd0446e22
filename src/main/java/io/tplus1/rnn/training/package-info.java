/**
 * Trainers of networks, whole and in the stream: what a network is to learn of samples, by which
 * loss, from which weights on, and the artifact that comes of it.
 */
package io.tplus1.rnn.training;

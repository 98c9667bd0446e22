/**
 * Forward passes compiled from the plain form of a network: what serves forecasts on the hot path.
 */
package io.tplus1.rnn.kernel;

/** Samples out of series, and how they are held apart for training and validation. */
package io.tplus1.train;

/** Forecasts held against what then came. */
package io.tplus1.score;

/** Forecasts held against what then came: errors, mixes by them, intervals, drift. */
package io.tplus1.score;

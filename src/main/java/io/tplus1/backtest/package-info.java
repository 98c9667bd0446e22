/** Recorded series run through the topology: forecasts, their errors, and the report of both. */
package io.tplus1.backtest;

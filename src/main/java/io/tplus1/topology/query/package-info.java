/** Reads of the stores, for whoever asks while the forecasts go on. */
package io.tplus1.topology.query;

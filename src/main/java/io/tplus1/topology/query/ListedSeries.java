package io.tplus1.topology.query;

/**
 * One series of a list.
 *
 * @param key the series
 * @param lastTimeMs event time of its newest vector, epoch milliseconds
 */
public record ListedSeries(String key, long lastTimeMs) {}

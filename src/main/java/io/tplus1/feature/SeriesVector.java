package io.tplus1.feature;

/**
 * A vector and the series that it belongs to.
 *
 * @param series key of the series
 * @param vector the observation
 */
public record SeriesVector(String series, FeatureVector vector) {}

package io.tplus1.model;

import io.tplus1.feature.FeatureWindow;

/**
 * A feature window and the H vectors that followed it, raw.
 *
 * @param series key of the series
 * @param window 1 to N vectors, oldest first
 * @param following H vectors, oldest first
 */
public record TrainingSample(String series, FeatureWindow window, FeatureWindow following) {}

package io.tplus1.config;

import java.util.OptionalDouble;

/**
 * How many training samples the forecast topology emits.
 *
 * @param perSecond samples per second and task; empty for all, as a replay wants
 */
public record SampleSettings(OptionalDouble perSecond) {}

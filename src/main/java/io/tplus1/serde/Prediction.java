package io.tplus1.serde;

import io.tplus1.model.ForecastStatus;

/**
 * One record of {@code predictions}: what is expected at t+1 … t+H of one series.
 *
 * @param key the series
 * @param timeMs event time of the window's last vector, epoch milliseconds
 * @param status what stands behind the forecast
 * @param model hash of the artifact that made it, or {@code persistence}
 * @param targetTimesMs {@code long[horizon]}, when each horizon is expected, epoch milliseconds;
 *     {@link #UNKNOWN_TIME} where the series has shown no interval yet
 * @param values {@code float[horizon][outputWidth]}, row-major, raw units; probabilities for
 *     categories
 */
public record Prediction(
    String key,
    long timeMs,
    ForecastStatus status,
    String model,
    long[] targetTimesMs,
    float[] values) {

  /** Stands where no target time can be told. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;
}

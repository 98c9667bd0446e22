package io.tplus1.serde;

import io.tplus1.feature.StepInterval;
import io.tplus1.model.ForecastStatus;
import java.util.Optional;

/**
 * One record of {@code predictions}: what is expected at t+1 … t+H of one series.
 *
 * @param key the series
 * @param timeMs event time of the window's last vector, epoch milliseconds
 * @param status what stands behind the forecast
 * @param model hash of the artifact that made it; where there was none, {@code experts} if others
 *     were mixed, else {@code persistence}
 * @param targetTimesMs {@code long[horizon]}, when each horizon is expected, epoch milliseconds;
 *     {@link #UNKNOWN_TIME} where the series has shown no interval yet
 * @param values {@code float[horizon][outputWidth]}, row-major, raw units; probabilities for
 *     categories
 * @param lower {@code float[horizon][targets]}, row-major, raw units, where the intervals begin;
 *     NaN where there is none, as for categories; empty where there are none at all
 * @param upper likewise, where they end
 * @param receipt what it was made of; empty if nobody said
 */
public record Prediction(
    String key,
    long timeMs,
    ForecastStatus status,
    String model,
    long[] targetTimesMs,
    float[] values,
    float[] lower,
    float[] upper,
    Optional<Receipt> receipt) {

  /** A prediction without intervals and receipt. */
  public Prediction(
      String key,
      long timeMs,
      ForecastStatus status,
      String model,
      long[] targetTimesMs,
      float[] values) {
    this(
        key,
        timeMs,
        status,
        model,
        targetTimesMs,
        values,
        new float[0],
        new float[0],
        Optional.empty());
  }

  /** Stands where no target time can be told. */
  public static final long UNKNOWN_TIME = StepInterval.UNKNOWN_TIME;
}

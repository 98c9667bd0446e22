package io.tplus1.topology.state;

import io.tplus1.model.ForecastStatus;

/**
 * A forecast that waits for its actuals.
 *
 * @param madeAtMs event time of the window's last vector, epoch milliseconds
 * @param status what stands behind it
 * @param model hash of the artifact that made it
 * @param last {@code float[targets]}, the last values that came up to {@code madeAtMs}, raw
 * @param values {@code float[horizon][outputWidth]}, row-major, raw units; what was answered before
 *     the state was last read from its store is NaN
 * @param experts {@code float[experts][horizon × outputWidth]}, what each expert of the mix
 *     forecast; null for one that had none; an empty array where nothing is mixed
 * @param halfWidths {@code float[horizon][targets]}, row-major, half the widths of the intervals,
 *     NaN where there is none; an empty array where there are no intervals at all
 * @param inputs {@code float[horizon][targets][…]}, what the pool of intervals is to know, see
 *     {@link io.tplus1.score.ConformalInterval#inputs}; an empty array where there is no pool
 */
public record PendingForecast(
    long madeAtMs,
    ForecastStatus status,
    String model,
    float[] last,
    float[] values,
    float[][] experts,
    float[] halfWidths,
    float[] inputs) {

  /** A forecast of no mix and without intervals. */
  PendingForecast(
      long madeAtMs, ForecastStatus status, String model, float[] last, float[] values) {
    this(madeAtMs, status, model, last, values, new float[0][], new float[0], new float[0]);
  }
}

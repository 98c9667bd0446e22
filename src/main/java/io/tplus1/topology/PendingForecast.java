package io.tplus1.topology;

import io.tplus1.model.ForecastStatus;

/**
 * A forecast that waits for its actuals.
 *
 * @param madeAtMs event time of the window's last vector, epoch milliseconds
 * @param status what stands behind it
 * @param model hash of the artifact that made it
 * @param last {@code float[targets]}, the values at {@code madeAtMs}, raw
 * @param values {@code float[horizon][outputWidth]}, row-major, raw units
 */
record PendingForecast(
    long madeAtMs, ForecastStatus status, String model, float[] last, float[] values) {}

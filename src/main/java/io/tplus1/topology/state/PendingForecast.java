package io.tplus1.topology.state;

import io.tplus1.model.ForecastStatus;

/**
 * A forecast that waits for its actuals, and how many of its horizons are answered. Owned by one
 * stream thread.
 *
 * <p>One that is answered is used for the next of its series, whose numbers are copied into the
 * arrays that are there: with a million series a forecast waits for some 20 s, and where each is
 * new objects, a collector has to move all of them.
 */
public final class PendingForecast {
  private long madeAtMs;
  private ForecastStatus status;
  private String model;
  private int answered;
  private float[] last;
  private float[] values;
  private float[][] experts;
  private float[] halfWidths;
  private float[] inputs;

  /**
   * A forecast.
   *
   * @param madeAtMs event time of the window's last vector, epoch milliseconds
   * @param status what stands behind it
   * @param model hash of the artifact that made it
   * @param answered how many of its horizons are
   * @param last {@code float[targets]}, the last values that came up to {@code madeAtMs}, raw
   * @param values {@code float[horizon][outputWidth]}, row-major, raw units; what was answered
   *     before the state was last read from its store is NaN
   * @param experts {@code float[experts][horizon × outputWidth]}, what each expert of the mix
   *     forecast; null for one that had none; an empty array where nothing is mixed
   * @param halfWidths {@code float[horizon][targets]}, row-major, half the widths of the intervals,
   *     NaN where there is none; an empty array where there are no intervals at all
   * @param inputs {@code float[horizon][targets][…]}, what the pool of intervals is to know, see
   *     {@link io.tplus1.score.ConformalInterval#inputs}; an empty array where there is no pool
   */
  PendingForecast(
      long madeAtMs,
      ForecastStatus status,
      String model,
      int answered,
      float[] last,
      float[] values,
      float[][] experts,
      float[] halfWidths,
      float[] inputs) {
    this.madeAtMs = madeAtMs;
    this.status = status;
    this.model = model;
    this.answered = answered;
    this.last = last;
    this.values = values;
    this.experts = experts;
    this.halfWidths = halfWidths;
    this.inputs = inputs;
  }

  /** A forecast of no mix and without intervals. */
  PendingForecast(
      long madeAtMs,
      ForecastStatus status,
      String model,
      int answered,
      float[] last,
      float[] values) {
    this(
        madeAtMs,
        status,
        model,
        answered,
        last,
        values,
        new float[0][],
        new float[0],
        new float[0]);
  }

  /**
   * Becomes another forecast, of which nothing is answered: parameters as of the constructor, whose
   * arrays are copied.
   */
  // A reference that stays is not written again: collectors take note of each that is.
  @SuppressWarnings("ReferenceEquality")
  void become(
      long nowMadeAtMs,
      ForecastStatus newStatus,
      String newModel,
      float[] newLast,
      float[] newValues,
      float[][] newExperts,
      float[] newHalfWidths,
      float[] newInputs) {
    madeAtMs = nowMadeAtMs;
    answered = 0;
    if (status != newStatus) {
      status = newStatus;
    }
    if (model != newModel) {
      model = newModel;
    }
    if (!copied(newLast, last)) {
      last = newLast.clone();
    }
    if (!copied(newValues, values)) {
      values = newValues.clone();
    }
    if (!copied(newHalfWidths, halfWidths)) {
      halfWidths = newHalfWidths.clone();
    }
    if (!copied(newInputs, inputs)) {
      inputs = newInputs.clone();
    }
    if (experts.length != newExperts.length) {
      experts = new float[newExperts.length][];
    }
    for (int e = 0; e < experts.length; e++) {
      if (newExperts[e] == null) {
        experts[e] = null;
      } else if (!copied(newExperts[e], experts[e])) {
        experts[e] = newExperts[e].clone();
      }
    }
  }

  /** Copies numbers into an array that has room for just these, and says whether it has. */
  private static boolean copied(float[] from, float[] into) {
    boolean fits = into != null && into.length == from.length;
    if (fits) {
      System.arraycopy(from, 0, into, 0, from.length);
    }
    return fits;
  }

  /** Event time of the window's last vector, epoch milliseconds. */
  public long madeAtMs() {
    return madeAtMs;
  }

  /** What stands behind it. */
  public ForecastStatus status() {
    return status;
  }

  /** Hash of the artifact that made it. */
  public String model() {
    return model;
  }

  /** How many of its horizons are answered. */
  public int answered() {
    return answered;
  }

  /** Counts one more answered horizon and returns it, from 1. */
  public int answer() {
    return ++answered;
  }

  /** {@code float[targets]}, see the constructor; only to be read, as all that follow. */
  public float[] last() {
    return last;
  }

  /** {@code float[horizon][outputWidth]}. */
  public float[] values() {
    return values;
  }

  /** {@code float[experts][horizon × outputWidth]}. */
  public float[][] experts() {
    return experts;
  }

  /** {@code float[horizon][targets]}. */
  public float[] halfWidths() {
    return halfWidths;
  }

  /** {@code float[horizon][targets][…]}. */
  public float[] inputs() {
    return inputs;
  }
}

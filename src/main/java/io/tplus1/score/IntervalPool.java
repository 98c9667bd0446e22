package io.tplus1.score;

import java.nio.ByteBuffer;

/**
 * What the intervals of all series together have learnt, for series that have few errors of their
 * own: how large errors will be by what is known when a forecast is made ({@link ErrorScale}), and
 * by how much they exceed that, told apart by the number of errors that came before. For one
 * thread.
 *
 * <p>Without it the intervals of series of 30 rows cover too little: a tracker needs dozens of
 * misses, and there is one in ten rows. With the trackers alone they cover, but are a third wider
 * than the best constant of each, since the size of a few errors says little. Long series need no
 * pool.
 */
public final class IntervalPool {
  /** Numbers of errors that are told apart: 1, 2–3, 4–7 and so on to 64 and more. */
  private static final int AGES = 7;

  private static final int FLOATS = 2 * AGES;
  // Small: hundreds of series may send before the first of them is answered, and a large step would
  // then swing the intervals of all of them together (M4, 207 series, .01: a fifth too wide).
  private static final double STEP = .001;
  // Series of few errors do not correct themselves.
  private static final double STEP_OF_YOUNG = .02;
  private static final double FIRST_STEP = .3;
  private static final double RANGE = 4;

  /** The first layout had no version, and trackers that stood for another rule. */
  static final short VERSION = 2;

  private final IntervalPlan plan;
  private final float[] state;
  private final ErrorScale[] scales;

  IntervalPool(IntervalPlan plan) {
    this.plan = plan;
    this.state = new float[FLOATS * plan.slots()];
    this.scales = new ErrorScale[plan.targets()];
    for (int target = 0; target < scales.length; target++) {
      scales[target] = new ErrorScale(plan.horizon());
    }
  }

  /** How large the errors of a target will be. */
  ErrorScale scale(int target) {
    return scales[target];
  }

  private static int age(double errors) {
    return Math.min(AGES - 1, Math.getExponent(errors));
  }

  /** What is added to the logarithm of a half-width that stands on so many errors. */
  double logQuantile(int slot, double errors) {
    return state[FLOATS * slot + age(errors)];
  }

  /**
   * @param errors number of errors behind the half-width
   * @param surprise 1 − α if the actual lay outside, −α if inside; NaN if there was no interval
   */
  void learn(int slot, double errors, double surprise) {
    if (Double.isNaN(surprise)) {
      return;
    }
    int at = FLOATS * slot;
    int age = age(errors);
    float count = Math.min(1 << 20, state[at + AGES + age] + 1);
    double least = age == AGES - 1 ? STEP : STEP_OF_YOUNG;
    double step = Math.max(least, FIRST_STEP / Math.sqrt(count));
    double moved = state[at + age] + step * surprise;
    state[at + AGES + age] = count;
    state[at + age] = (float) Math.max(-RANGE, Math.min(RANGE, moved));
  }

  /** Number of bytes that {@link #write} writes: 56 per target and horizon, 240 per target, 8. */
  public int bytes() {
    return 2 * Short.BYTES
        + IntervalPlan.HEADER_BYTES
        + Float.BYTES * state.length
        + Double.BYTES * ErrorScale.DOUBLES * scales.length;
  }

  /**
   * Writes the pool, big-endian: zero (16 bits), which no pool of the first layout began with,
   * version (16), number of targets (16), horizon (16), trackers, scales. See {@link
   * IntervalPlan#readPool}.
   */
  public void write(ByteBuffer bytes) {
    bytes.putShort((short) 0).putShort(VERSION);
    plan.write(state, bytes);
    for (ErrorScale scale : scales) {
      scale.write(bytes);
    }
  }

  void read(ByteBuffer bytes) {
    for (int i = 0; i < state.length; i++) {
      state[i] = bytes.getFloat();
    }
    for (ErrorScale scale : scales) {
      scale.read(bytes);
    }
  }
}

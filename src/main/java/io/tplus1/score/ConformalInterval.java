package io.tplus1.score;

import io.tplus1.feature.Rounding;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The intervals of one series: forecast ± a half-width per target and horizon that follows the
 * errors of the mix, so that the wished share of actuals lies inside whatever the errors'
 * distribution. For one thread.
 *
 * <p>Before the first matured error there is no interval (NaN); the second forecast has one, from
 * one error. A model swap changes nothing: what is followed are the errors of what was sent, and a
 * better model's smaller errors narrow the interval within a few dozen rows. Categories have no
 * interval.
 *
 * <p>Kept per target and horizon: 4 floats (16 bytes), in memory as in a store.
 */
public final class ConformalInterval {
  /*
   * Quantile tracking [1], a form of adaptive conformal inference [2]: after each actual the
   * half-width grows by step × (1 − α) if it lay outside, and else shrinks by step × α, so that in
   * the long run a share of α lies outside, for any sequence of errors. Six departures:
   *
   * 1. The tracker works on the logarithm of the half-width. So no step needs a unit, and the bound
   *    of [1], |share outside − α| ≤ |change of q| / (step × n), holds without bias. (Multiplying
   *    by 1 + step × (miss − α) instead gives 89.8 % for a step of .05: the mean of log(1 + x) is
   *    less than that of x.)
   * 2. What is tracked is a multiple of the running size of the errors: a geometric mean of a fast
   *    size (decay .9) and a slow one (.998), .3 and .7. The fast one alone makes the interval restless,
   *    the slow one alone lets the tracker run after each change. A size is the square of the mean
   *    root of |error|: one spike of a million times the usual error then widens the interval a
   *    thousandfold less than a mean of |error| would. Of errors beyond ten thousand times the slow
   *    size, or a hundred times the fast one, the rest does not count: one of 1e30 would widen the
   *    interval for thousands of rows, while of errors that stay so large each adds to the bound.
   * 3. Where there is a pool, the multiple is the product of the series' own and the pool's: the
   *    pool covers as wished over all series, the own one on each. A series' first steps are then
   *    small, for the pool has learnt what they would have to.
   * 4. At first the slow size weighs errors by their age (the t-th by t²), for the first ones come
   *    from experts that have learnt nothing.
   * 5. Of horizon h the step is smaller by √h, without a pool the first ones, too: its actuals come
   *    h rows late and follow each other closely, and a tracker that runs as fast as that of t+1
   *    swings (ETTh1, 24 steps: 1.10 times as wide as the best constant instead of 1.03). h forecasts
   *    are sent before the first of them is answered, so they miss together: with the first steps of
   *    t+1, one such stretch of 48 widens the intervals of a random walk twentyfold.
   * 6. An error of 0 teaches nothing once the fast size is next to nothing: a series that stands
   *    still would lose what was learnt while it moved, and its intervals would hold hardly any of the
   *    first hundred values after it moves again. Where a value stands still but for its rounding, an
   *    error that is itself no more counts as 0, if the series' errors are usually far larger: a
   *    stuck sensor may toggle by a step of a float.
   *
   * [1] Angelopoulos, Candès, Tibshirani, Conformal PID Control for Time Series Prediction, 2023.
   * [2] Gibbs, Candès, Adaptive Conformal Inference Under Distribution Shift, 2021.
   */
  static final int FLOATS = 4;

  /** Numbers per horizon and target that {@link #inputs} puts down. */
  public static final int INPUTS = ErrorScale.INPUTS;

  private static final int LOG_QUANTILE = 0;
  private static final int FAST = 1;
  private static final int SLOW = 2;
  private static final int COUNT = 3;

  private static final double STEP = .05;
  private static final double FIRST_STEP = .5;

  /**
   * So far the multiple may rise above its start, as a logarithm: where errors are seldom and then
   * large, a high quantile is thousands of sizes.
   */
  private static final double WIDEST = 8;

  /**
   * Laplace's mean |error| over the square of its mean root, Γ(3/2)² = π/4 of the mean: the start
   * is a quantile in means, and sizes are squares of mean roots. It stands in the state and not in
   * the start, so that what earlier releases stored means what it meant.
   */
  private static final float FIRST_LOG_QUANTILE = (float) Math.log(4 / Math.PI);

  private static final double FAST_DECAY = .9;
  private static final double SLOW_DECAY = .998;
  private static final double SLOW_AGE = 3;

  /** Most that a root of an error counts, in slow sizes or in fast ones, whichever is more. */
  private static final double MOST_SLOW = 100;

  private static final double MOST_FAST = 10;

  /** Share of the slow size that is left of the fast one after some 65 errors of 0. */
  private static final double STILL = 1e-3;

  /**
   * Most of the usual error that may be a rounding. With {@link #STILL} of the slow size left of
   * the fast one, half-widths are some .016 of it, in which such a rounding lies.
   */
  private static final double MOST_ROUNDED = .01;

  private final IntervalPlan plan;
  private final float[] state;

  ConformalInterval(IntervalPlan plan, float[] state) {
    this.plan = plan;
    this.state = state;
  }

  void set(int at, float value) {
    state[at] = value;
  }

  /**
   * The half-widths of a forecast that is made now, of what the series alone has learnt. They are
   * sent with it and come back in {@link #update} with its actuals.
   *
   * @param output receives {@code float[horizon × targets]}, raw units; NaN where there is none
   */
  public void halfWidths(float[] output) {
    for (int slot = 0; slot < plan.slots(); slot++) {
      output[slot] = (float) halfWidth(slot);
    }
  }

  /**
   * What a pool is to know of a forecast that is made now. It comes back in {@link #update} with
   * the forecast's actuals.
   *
   * @return {@code float[horizon × targets × inputs]}; NaN where there is no interval, or no error
   *     yet that was not 0
   */
  public float[] inputs(IntervalPool pool, Signs signs) {
    float[] inputs = new float[INPUTS * plan.slots()];
    Arrays.fill(inputs, Float.NaN);
    for (int slot = 0; slot < plan.slots(); slot++) {
      int target = slot % plan.targets();
      int at = FLOATS * slot;
      if (!plan.isCategory(target) && state[at + SLOW] > 0) {
        pool.scale(target)
            .inputs(
                (double) state[at + SLOW] * state[at + SLOW],
                (double) state[at + FAST] * state[at + FAST],
                signs.last()[target],
                signs.changes()[target],
                signs.spread(plan.place(slot)),
                inputs,
                INPUTS * slot);
      }
    }
    return inputs;
  }

  /**
   * These intervals with what the pool says of a forecast in their own multiples, so that they give
   * its half-widths alone.
   *
   * @param inputs see {@link #inputs}
   */
  public ConformalInterval pooled(IntervalPool pool, float[] inputs) {
    float[] own = state.clone();
    for (int slot = 0; slot < plan.slots(); slot++) {
      int at = FLOATS * slot;
      if (state[at + COUNT] > 0) {
        double log = own[at + LOG_QUANTILE] + pool.logQuantile(slot, state[at + COUNT]);
        int input = INPUTS * slot;
        if (!Float.isNaN(inputs[input])) {
          log += pool.scale(slot % plan.targets()).logFactor(inputs, input);
        }
        own[at + LOG_QUANTILE] = (float) log;
      }
    }
    return new ConformalInterval(plan, own);
  }

  private double halfWidth(int slot) {
    int at = FLOATS * slot;
    if (plan.isCategory(slot % plan.targets()) || state[at + COUNT] == 0) {
      return Double.NaN;
    }
    double quantile = plan.logQuantile() + state[at + LOG_QUANTILE];
    double size =
        ErrorScale.FAST_SHARE * Math.log(state[at + FAST])
            + (1 - ErrorScale.FAST_SHARE) * Math.log(state[at + SLOW]);
    return Math.min(Float.MAX_VALUE, Math.exp(quantile + 2 * size));
  }

  /**
   * Learns from the errors of one horizon of one forecast; what is not finite teaches nothing.
   *
   * @param horizon from 0
   * @param actual {@code float[targets]}, raw
   * @param forecast raw, the mix as it was sent, whose values of this horizon stand from {@code
   *     offset} on
   * @param offset index of the horizon's first value
   * @param halfWidths {@code float[horizon × targets]}, as they were sent with the forecast
   * @param inputs as {@link #inputs} said when it was made; empty where nobody knows
   * @param last {@code float[targets]}, the newest values when it was made
   * @param pool learns too; {@code null} for none
   */
  public void update(
      int horizon,
      float[] actual,
      float[] forecast,
      int offset,
      float[] halfWidths,
      float[] inputs,
      float[] last,
      IntervalPool pool) {
    for (int target = 0; target < plan.targets(); target++) {
      double error = Math.abs((double) forecast[offset + plan.offset(target)] - actual[target]);
      if (!plan.isCategory(target) && Double.isFinite(error)) {
        int slot = horizon * plan.targets() + target;
        if (isSmall(slot, error)
            && Rounding.change(last[target], actual[target]) == 0
            && Rounding.change(forecast[offset + plan.offset(target)], actual[target]) == 0) {
          error = 0;
        }
        if (pool != null && horizon == 0) {
          pool.scale(target).level(last[target]);
        }
        if (error == 0 && isStill(slot)) {
          int count = FLOATS * slot + COUNT;
          state[count] = Math.max(1, state[count]);
        } else {
          if (pool != null) {
            teach(pool, slot, error, halfWidths[slot], inputs);
          }
          learn(slot, error, halfWidths[slot], pool == null);
        }
      }
    }
  }

  /** Whether an error is next to nothing beside the usual ones. */
  private boolean isSmall(int slot, double error) {
    double root = state[FLOATS * slot + SLOW];
    return error <= MOST_ROUNDED * root * root;
  }

  /** Whether the newest errors were all 0, or all errors were. */
  private boolean isStill(int slot) {
    int at = FLOATS * slot;
    return state[at + FAST] <= STILL * state[at + SLOW];
  }

  private void teach(IntervalPool pool, int slot, double error, float halfWidth, float[] inputs) {
    // As old as these were when it was made: as many forecasts as lie between were answered since.
    int since = slot / plan.targets();
    float age = Math.max(1, state[FLOATS * slot + COUNT] - since);
    pool.learn(slot, age, surprise(error, halfWidth));
    int input = INPUTS * slot;
    if (input + INPUTS <= inputs.length && !Float.isNaN(inputs[input])) {
      pool.scale(slot % plan.targets()).learn(inputs, input, error);
    }
  }

  /**
   * 1 − α if the actual lay outside, −α if inside; NaN if there was no interval, or one of width 0:
   * a multiple of nothing says nothing about the multiple.
   */
  private double surprise(double error, float halfWidth) {
    return halfWidth > 0 ? (error > halfWidth ? 1 : 0) - plan.alpha() : Double.NaN;
  }

  private void learn(int slot, double error, float halfWidth, boolean alone) {
    int at = FLOATS * slot;
    double n = state[at + COUNT] + 1.0;
    if (alone && state[at + SLOW] == 0) {
      // The first error that is not 0. A pool's trackers have learnt this factor.
      state[at + LOG_QUANTILE] = FIRST_LOG_QUANTILE;
    }
    double surprise = surprise(error, halfWidth);
    if (!Double.isNaN(surprise)) {
      double slower = Math.sqrt(1 + slot / plan.targets());
      double first = alone ? FIRST_STEP / slower : STEP;
      double step = Math.max(STEP / slower, first / Math.sqrt(n));
      double moved = state[at + LOG_QUANTILE] + step * surprise;
      state[at + LOG_QUANTILE] = (float) Math.max(-ErrorScale.RANGE, Math.min(WIDEST, moved));
    }
    double root = Math.sqrt(error);
    if (state[at + SLOW] > 0) {
      double most = Math.max(MOST_SLOW * state[at + SLOW], MOST_FAST * state[at + FAST]);
      root = Math.min(root, most);
    }
    double fast = Math.min(FAST_DECAY, 1 - 1 / n);
    double slow = Math.min(SLOW_DECAY, 1 - SLOW_AGE / (n + SLOW_AGE - 1));
    state[at + FAST] = (float) (fast * state[at + FAST] + (1 - fast) * root);
    state[at + SLOW] = (float) (slow * state[at + SLOW] + (1 - slow) * root);
    state[at + COUNT] = (float) Math.min(n, 1 << 20);
  }

  /** Number of bytes that {@link #write} writes: 16 per target and horizon, and 4. */
  public int bytes() {
    return plan.bytes();
  }

  /** Writes the intervals, big-endian: see {@link IntervalPlan#read}. */
  public void write(ByteBuffer bytes) {
    plan.write(state, bytes);
  }

  @Override
  public String toString() {
    return Arrays.toString(state);
  }
}

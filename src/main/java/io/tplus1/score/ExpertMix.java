package io.tplus1.score;

import io.tplus1.feature.Probabilities;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The experts of one series, mixed by their matured errors. For one thread.
 *
 * <p>Kept per expert, target and group of horizons: the decayed root mean squared error, or mean
 * absolute one (the decayed mean log-loss in nats for a category, of one that was silent perhaps
 * below 0), and the decayed number of rows behind it, as floats, in memory as in a store, so that a
 * restored mix goes on bit for bit.
 */
public final class ExpertMix {
  /*
   * With n rows of errors the weight of a number's expert is that of a Gaussian of unknown variance
   * (Jeffreys' prior), MSE^(−n/2), so that one lucky row does not decide; from n = 2p on it is
   * MSE^(−p), which never lets the losers die, as errors are forgotten and laws change. With absolute
   * errors it is that of a Laplace distribution of unknown scale, MAE^(−n), then MAE^(−2p). Likewise
   * a category's is e^(−min(n, p) × nats), the Bayesian mixture first. Departure from exponential
   * weights (Cesa-Bianchi and Lugosi, Prediction, Learning, and Games, 2006): they need the scale of
   * the losses to set their rate, a power of the MSE ratio needs none.
   *
   * Everything happens in logarithms: p = 12 raises ratios to the 24th power of the error. Root mean
   * squares are kept as floats, not mean squares, which leave their range at errors of 1e19; in
   * doubles squares of floats are always in range, as is what the pool learns, in units of itself.
   */

  /** An expert that appears later starts as if it had erred as the best one times this. */
  static final double NEWCOMER = 1.1;

  /** … in so many rows at most. */
  static final double NEWCOMER_ROWS = 10;

  /**
   * Most that a loss counts, in units of the largest of the experts' mean losses: one absurd value
   * would make them all alike for thousands of rows. The bound is common to all experts, so that
   * when errors grow for good, the ratios of small ones do not outlive them.
   */
  static final double MOST_LOSS = 100;

  private final MixPlan plan;
  private final float[] errors;
  private final float[] rows;

  ExpertMix(MixPlan plan, float[] errors, float[] rows) {
    this.plan = plan;
    this.errors = errors;
    this.rows = rows;
  }

  void set(int at, float error, float count) {
    // Newcomers beside the largest float were kept as infinite once.
    errors[at] = Math.min(error, Float.MAX_VALUE);
    rows[at] = count;
  }

  /**
   * Mixes forecasts. An expert's value that is not finite (for a category, any of its
   * probabilities) has no weight there, and the others share its weight; where no expert has a
   * finite value the mix is NaN.
   *
   * @param forecasts {@code float[experts][horizon × outputWidth]}, raw units, in the plan's order;
   *     an expert that has no forecast may be {@code null}
   * @param output receives {@code float[horizon × outputWidth]}
   * @param pool the mix of all series together, which tells a series without errors of its own whom
   *     to trust; {@code null} for none
   */
  public void mix(float[][] forecasts, float[] output, ExpertMix pool) {
    mix(0, plan.horizon(), forecasts, output, pool);
  }

  /**
   * Mixes one horizon alone, as {@link #mix(float[][], float[], ExpertMix)} mixes all.
   *
   * @param horizon from 0; only its values are written
   */
  public void mix(int horizon, float[][] forecasts, float[] output, ExpertMix pool) {
    mix(horizon, horizon + 1, forecasts, output, pool);
  }

  private void mix(int from, int to, float[][] forecasts, float[] output, ExpertMix pool) {
    double[] weights = new double[plan.experts()];
    for (int target = 0; target < plan.targets(); target++) {
      int first = plan.offset(target);
      int width = plan.width(target);
      for (int h = from; h < to; h++) {
        if (h == from || plan.group(h) != plan.group(h - 1)) {
          logWeights(plan.group(h), target, pool, weights);
        }
        mix(forecasts, output, h * plan.outputWidth() + first, width, weights);
      }
    }
  }

  private void mix(float[][] forecasts, float[] output, int at, int width, double[] logWeights) {
    double most = Double.NEGATIVE_INFINITY;
    for (int e = 0; e < logWeights.length; e++) {
      if (isForecast(forecasts[e], at, width)) {
        most = Math.max(most, logWeights[e]);
      }
    }
    double total = 0;
    double[] sums = new double[width];
    for (int e = 0; e < logWeights.length; e++) {
      if (isForecast(forecasts[e], at, width)) {
        double weight = Math.exp(logWeights[e] - most);
        total += weight;
        for (int i = 0; i < width; i++) {
          sums[i] += weight * forecasts[e][at + i];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      output[at + i] = (float) (sums[i] / total); // 0 / 0 is NaN: nobody had a forecast
    }
  }

  /** Whether an expert has a forecast of those values; null is none. */
  public static boolean isForecast(float[] values, int at, int width) {
    if (values == null) {
      return false;
    }
    for (int i = at; i < at + width; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * The weights of all targets at one horizon, as if every expert had a finite forecast.
   *
   * @param horizon from 0
   * @param pool the mix of all series together, or {@code null}
   * @return {@code float[targets][experts]}, those of a target adding up to 1
   */
  public float[][] weights(int horizon, ExpertMix pool) {
    float[][] weights = new float[plan.targets()][];
    double[] scratch = new double[plan.experts()];
    for (int target = 0; target < weights.length; target++) {
      logWeights(plan.group(horizon), target, pool, scratch);
      weights[target] = normalised(scratch);
    }
    return weights;
  }

  /** Weights of their logarithms, which are spoilt. */
  private static float[] normalised(double[] logWeights) {
    double most = Double.NEGATIVE_INFINITY;
    for (double weight : logWeights) {
      most = Math.max(most, weight);
    }
    double total = 0;
    for (int e = 0; e < logWeights.length; e++) {
      logWeights[e] = Math.exp(logWeights[e] - most);
      total += logWeights[e];
    }
    float[] weights = new float[logWeights.length];
    for (int e = 0; e < weights.length; e++) {
      weights[e] = (float) (logWeights[e] / total);
    }
    return weights;
  }

  /**
   * Learns from the errors of one horizon of one forecast. What is not finite, among actuals or
   * forecasts, teaches nothing.
   *
   * @param horizon from 0
   * @param actual {@code float[targets]}, raw; ids for categories
   * @param forecasts {@code float[experts][…]}, whose values of this horizon stand from {@code
   *     offset} on; {@code null} for an expert that had no forecast
   * @param offset index of the horizon's first value
   * @param pool learns too, from errors relative to the series' own; {@code null} for none
   */
  public void update(int horizon, float[] actual, float[][] forecasts, int offset, ExpertMix pool) {
    int group = plan.group(horizon);
    double[] losses = new double[plan.experts()];
    for (int target = 0; target < plan.targets(); target++) {
      int at = offset + plan.offset(target);
      int width = plan.width(target);
      for (int e = 0; e < losses.length; e++) {
        losses[e] =
            Float.isFinite(actual[target]) && isForecast(forecasts[e], at, width)
                ? loss(target, actual[target], forecasts[e], at)
                : Double.NaN;
      }
      learn(group, target, losses);
      if (pool != null) {
        relate(group, target, losses);
        pool.learn(group, target, losses);
      }
    }
  }

  private double loss(int target, float actual, float[] forecast, int at) {
    if (plan.isCategory(target)) {
      return Probabilities.logLoss(forecast[at + (int) actual]);
    }
    return Math.min(Math.abs((double) forecast[at] - actual), Float.MAX_VALUE);
  }

  private void learn(int group, int target, double[] losses) {
    int slot = slot(group, target);
    int best = best(slot);
    double experience = experience(slot);
    double share = 1.0 / plan.groupSize(group);
    double decay = plan.decay(group);
    boolean linear = plan.isCategory(target) || plan.settings().loss() == MixSettings.Loss.ABSOLUTE;
    double most = Double.POSITIVE_INFINITY;
    double worst = plan.isCategory(target) ? 0 : worst(losses);
    if (!plan.isCategory(target) && worst == 0) {
      return; // A series that stands still says nothing of whom to trust once it moves.
    }
    float[] earlier = SilentExperts.earlier(losses, errors, rows, slot);
    if (!plan.isCategory(target)) {
      if (EarlyRows.are(experience, plan.settings().decay())) {
        outgrow(slot, losses, worst, linear, share);
      }
      most = most(largest(slot), linear);
    }
    // Of the rows before this one, wherever the best stands in the list.
    double bestError = best < 0 ? 0 : errors[slot + best];
    for (int e = 0; e < losses.length; e++) {
      if (Double.isNaN(losses[e])) {
        continue;
      }
      int at = slot + e;
      if (rows[at] == 0 && best >= 0) {
        errors[at] = (float) Math.min(Float.MAX_VALUE, newcomer(target, bestError));
        rows[at] = (float) Math.min(NEWCOMER_ROWS, experience);
      }
      double kept = decay * rows[at];
      double count = kept + share;
      double before = kept / count;
      double now = share / count;
      double error = errors[at];
      double loss = Math.min(losses[e], most);
      errors[at] =
          (float)
              (linear
                  ? before * error + now * loss
                  : Math.sqrt(before * (error * error) + now * (loss * loss)));
      rows[at] = (float) count;
    }
    if (earlier != null) {
      SilentExperts.carry(losses, earlier, errors, slot, plan.isCategory(target));
    }
  }

  /** The largest loss; 0 where none is known. */
  private static double worst(double[] losses) {
    double worst = 0;
    for (double loss : losses) {
      worst = loss > worst ? loss : worst;
    }
    return worst;
  }

  /**
   * Lets early errors fade that are out of all proportion to the row's largest, by one factor: many
   * a row is small beside the worse expert's mean alone, which then would look nearly as good.
   */
  private void outgrow(int slot, double[] losses, double worst, boolean linear, double share) {
    double largest = 0;
    for (int e = 0; e < losses.length; e++) {
      largest = Double.isNaN(losses[e]) ? largest : Math.max(largest, errors[slot + e]);
    }
    float factor = (float) EarlyRows.keptOfErrors(worst / largest, linear, share);
    for (int e = 0; factor < 1 && e < losses.length; e++) {
      if (!Double.isNaN(losses[e])) {
        errors[slot + e] *= factor;
      }
    }
  }

  /** Most that a number's error counts; infinite while there was none. */
  private static double most(double largest, boolean linear) {
    double times = linear ? MOST_LOSS : Math.sqrt(MOST_LOSS);
    return largest > 0 ? times * largest : Double.POSITIVE_INFINITY;
  }

  private double largest(int slot) {
    double largest = 0;
    for (int e = 0; e < plan.experts(); e++) {
      largest = Math.max(largest, errors[slot + e]);
    }
    return largest;
  }

  /** Makes losses multiples of the size of the experts' errors on this series; nats stay nats. */
  private void relate(int group, int target, double[] losses) {
    if (plan.isCategory(target)) {
      return;
    }
    int slot = slot(group, target);
    double squares = 0;
    int known = 0;
    for (int e = 0; e < losses.length; e++) {
      if (rows[slot + e] > 0) {
        squares += (double) errors[slot + e] * errors[slot + e];
        known++;
      }
    }
    double unit = Math.sqrt(squares / known);
    for (int e = 0; e < losses.length; e++) {
      losses[e] = unit > 0 ? losses[e] / unit : Double.NaN;
    }
  }

  private int slot(int group, int target) {
    return (group * plan.targets() + target) * plan.experts();
  }

  /** Rows behind the errors of a slot: those of the expert that was there longest. */
  private double experience(int slot) {
    double most = 0;
    for (int e = 0; e < plan.experts(); e++) {
      most = Math.max(most, rows[slot + e]);
    }
    return most;
  }

  /** Place of the expert with the least error, or −1 if none has any. */
  private int best(int slot) {
    int best = -1;
    for (int e = 0; e < plan.experts(); e++) {
      if (rows[slot + e] > 0 && (best < 0 || errors[slot + e] < errors[slot + best])) {
        best = e;
      }
    }
    return best;
  }

  private double newcomer(int target, double bestError) {
    // The nats of a silent expert may lie below 0, which no loss does.
    return plan.isCategory(target)
        ? Math.max(0, bestError) + Math.log(NEWCOMER)
        : bestError * NEWCOMER;
  }

  /**
   * Logarithms of the weights, up to a common summand. Own and pooled losses are averaged as
   * logarithms, by rows, so that their scales cancel.
   */
  private void logWeights(int group, int target, ExpertMix pool, double[] output) {
    int slot = slot(group, target);
    double own = experience(slot);
    double pooled =
        pool == null ? 0 : Math.min(plan.settings().pooledRows(), pool.experience(slot));
    double evidence = own + pooled;
    if (evidence == 0) {
      Arrays.fill(output, 0);
      return;
    }
    boolean category = plan.isCategory(target);
    double exponent = Math.min(plan.settings().exponent(), category ? evidence : evidence / 2);
    double ownShare = own / evidence;
    double pooledShare = pooled / evidence;
    for (int e = 0; e < output.length; e++) {
      double loss = own == 0 ? 0 : ownShare * logLoss(slot, target, e, pooled > 0 ? pool : null);
      if (pooled > 0) {
        loss += pooledShare * pool.logLoss(slot, target, e, null);
      }
      output[e] = -exponent * loss;
    }
  }

  /** Nats of a category's expert; the logarithm of a number's mean squared error, or of MAE². */
  private double logLoss(int slot, int target, int expert, ExpertMix pool) {
    double error;
    if (rows[slot + expert] > 0) {
      error = errors[slot + expert];
    } else {
      int best = best(slot);
      if (pool != null && pool.rows[slot + expert] > 0 && pool.rows[slot + best] > 0) {
        return logLoss(slot, target, best, null)
            + pool.logLoss(slot, target, expert, null)
            - pool.logLoss(slot, target, best, null);
      }
      error = newcomer(target, errors[slot + best]);
    }
    return plan.isCategory(target) ? error : 2 * Math.log(Math.max(error, Float.MIN_NORMAL));
  }

  /** Number of bytes that {@link #write} writes: about 8 per expert, target and group. */
  public int bytes() {
    return plan.bytes();
  }

  /** Writes the mix, big-endian: see {@link MixPlan#read}. */
  public void write(ByteBuffer bytes) {
    plan.write(errors, rows, bytes);
  }
}

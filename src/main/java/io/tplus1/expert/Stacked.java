package io.tplus1.expert;

import io.tplus1.score.EarlyRows;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An expert that learns, for one series or many together, what the mix of the others still gets
 * wrong, from what all of them say of all targets and from what it got wrong last: stacked
 * regression (Wolpert, Stacked generalization, 1992; Breiman, Stacked regressions, 1996), online.
 * For one thread.
 *
 * <p>Its sums are not {@link NormalEquations}: no intercept, a penalty by usual sizes, and rows cut
 * and weighed by the errors of the mix.
 *
 * <p>The state are floats and nothing else, so that a series whose state was stored and read again
 * forecasts the same, bit for bit. It is solved anew for each forecast, at the cost of the cube of
 * the inputs for each group of horizons.
 *
 * <p>Size: {@code 4 × groups × (1 + T + K (K + 1) / 2 + K T)} bytes for T targets and K = T × (E +
 * 1) inputs of E experts: 64 for one target and three experts, 3,532 for seven and four.
 */
public final class Stacked {
  /*
   * Let m be the mix of the others, f_je what expert e says of target j, and r_i = y_i − m_i. The
   * forecast is m_i + Σ_k β_ik d_k, with β_i from
   *
   *   min Σ_t φ^(now − t) w_t (r_i − Σ_k β_ik d_k)² + λ Σ_k β_ik² u_k².
   *
   * The inputs d_k of target j are f_je − m_j, and the error r_j of the step before; of horizons
   * beyond t+1, whose forecasts were made when it was not known, that is 0. With s_j² the decayed
   * mean of r_j², u_k² is s_j² or the decayed mean of w d_k², whichever is larger: the penalty holds β
   * back as much as λ rows would in which r_i and d_k are of their usual size and unrelated, so that
   * the mix is what is left where little was seen. Without d_k² in it, a target that the mix always
   * hits would let all others follow the noise in what experts say of it. Since λ and u are the same
   * for all i, one factorisation solves all targets. The workspace counts no input for more than
   * LIMIT u_k, and in s_j no error counts for more than MOST_ERROR s_j: one wild value would hold β
   * back for thousands of rows. What is left of wild values among the first rows are EarlyRows.
   *
   * What this adds to a mix of weights is that it need be neither convex nor within one target: a
   * change that all experts shrink, and what one target's experts say of another. Departures: the
   * penalty pulls towards the mix, not towards nothing; coefficients may be negative, which in Breiman
   * they may not; there is no intercept, which Granger and Ramanathan (Improved methods of combining
   * forecasts, 1984) recommend, since errors of forecasts that follow a level have no mean to speak
   * of.
   *
   * w_t = min(1, δ / z) with z² the mean of r_i² / s_i² over targets that have erred before, by the
   * s before that row (Huber 1964, by reweighting online). By the errors of the mix, not by those of
   * what is learnt here: a solution that is far off would else give itself no weight, and stay.
   *
   * Of a group of g horizons each matured one is 1 / g of a row, as in the mix.
   */

  /** Usual sizes beyond which an error counts for no more in what is usual. */
  private static final double MOST_ERROR = 10;

  /** Keeps the equations well posed where inputs follow each other exactly. */
  private static final double JITTER = 1e-9;

  private static final double SMALLEST_PIVOT = 1e-10;

  private final StackedShape shape;
  private final int numbers;
  private final int inputs;
  private final int size;
  private final FloatState learnt;
  private final float[] state;

  /** A series of which nothing is known. */
  public Stacked(StackedShape shape) {
    this.shape = shape;
    this.numbers = shape.numbers();
    this.inputs = shape.inputs();
    this.size = shape.stateSize();
    this.learnt = new FloatState(shape.bytes() / Float.BYTES / size, size);
    this.state = learnt.values;
  }

  /**
   * Learns one horizon of one forecast, unless a target that is a number is missing.
   *
   * @param horizon from 0
   * @param actual {@code float[targets]}, raw; NaN where nothing came
   * @param forecasts {@code float[E][horizon × outputWidth]} of the others, raw; null for one that
   *     had none
   * @param mixed {@code float[horizon × outputWidth]}, the mix of them
   * @param last of the series; at the first horizon those of this forecast take their place
   */
  public void learn(
      StackedWorkspace workspace,
      int horizon,
      float[] actual,
      float[][] forecasts,
      float[] mixed,
      LastErrors last) {
    require(workspace, forecasts);
    boolean known = workspace.errors(actual, mixed, horizon * shape.schema().outputWidth());
    workspace.inputs(horizon, forecasts, mixed, last);
    if (horizon == 0) {
      for (int i = 0; i < numbers; i++) {
        last.set(i, workspace.errors[i]);
      }
    }
    if (known) {
      learn(workspace, horizon);
    }
  }

  private void learn(StackedWorkspace workspace, int horizon) {
    int group = workspace.from[horizon];
    usual(workspace, group);
    workspace.limit();
    double share = workspace.share[horizon];
    double weight = share * weight(group, workspace.errors);
    double kept = workspace.kept[horizon];
    if (EarlyRows.are(state[group], shape.forgetting())) {
      outgrow(group, workspace.errors, share);
    }
    int to = group + 1;
    for (double error : workspace.errors) {
      double most = MOST_ERROR * MOST_ERROR * before(group, to);
      double square = Math.min(error * error, most > 0 ? most : Double.POSITIVE_INFINITY);
      state[to] = (float) (kept * state[to] + share * square);
      to++;
    }
    state[group] = (float) (kept * state[group] + share);
    double[] row = workspace.inputs;
    for (int k = 0; k < inputs; k++) {
      double weighted = weight * row[k];
      for (int l = k; l < inputs; l++) {
        state[to] = (float) (kept * state[to] + weighted * row[l]);
        to++;
      }
    }
    for (int k = 0; k < inputs; k++) {
      double weighted = weight * row[k];
      for (double error : workspace.errors) {
        state[to] = (float) (kept * state[to] + weighted * error);
        to++;
      }
    }
    learnt.startAnewUnlessFinite(group);
  }

  /** Lets early rows fade where all errors are far smaller; how many they were stays known. */
  private void outgrow(int group, double[] errors, double share) {
    double ratio = 0;
    for (int i = 0; i < numbers; i++) {
      double square = errors[i] * errors[i];
      ratio = Math.max(ratio, square == 0 ? 0 : square / before(group, group + 1 + i));
    }
    double kept = Math.pow(EarlyRows.kept(ratio), share);
    for (int i = group + 1; kept < 1 && i < group + size; i++) {
      state[i] = (float) (kept * state[i]);
    }
  }

  /** The mean of what a sum of the group holds, before its next row. */
  private double before(int group, int sum) {
    return state[group] > 0 ? state[sum] / state[group] : 0;
  }

  /** What a row counts, by the size of its errors; the first has nothing to be measured by. */
  private double weight(int group, double[] errors) {
    if (shape.huber() == 0 || state[group] == 0) {
      return 1;
    }
    double squares = 0;
    int known = 0;
    for (int i = 0; i < numbers; i++) {
      double usual = state[group + 1 + i];
      if (usual > 0) {
        squares += errors[i] * errors[i] * state[group] / usual;
        known++;
      }
    }
    double ratio = known > 0 ? Math.sqrt(squares / known) : 0;
    return ratio > shape.huber() ? shape.huber() / ratio : 1;
  }

  /** Leaves the usual sizes u of the inputs in the workspace; 0 where nothing is known. */
  private void usual(StackedWorkspace workspace, int group) {
    double rows = state[group];
    int diagonal = group + 1 + numbers;
    for (int k = 0; k < inputs; k++) {
      double square = Math.max(state[group + 1 + k / shape.inputsOfTarget()], state[diagonal]);
      workspace.usual[k] = rows > 0 ? Math.sqrt(square / rows) : 0;
      diagonal += inputs - k;
    }
  }

  /**
   * Forecasts the H steps after those that the others forecast from.
   *
   * @param forecasts {@code float[E][horizon × outputWidth]} of the others, raw; null for one that
   *     has none
   * @param mixed {@code float[horizon × outputWidth]}, the mix of them
   * @param last of the series
   * @param out receives {@code float[horizon × outputWidth]}; NaN for categories, and where the mix
   *     is not finite
   * @return whether anything was learnt yet of t+1; if not, nothing is written
   */
  public boolean forecast(
      StackedWorkspace workspace,
      float[][] forecasts,
      float[] mixed,
      LastErrors last,
      float[] out) {
    require(workspace, forecasts);
    if (state[0] == 0) {
      return false;
    }
    Arrays.fill(out, Float.NaN);
    int solved = -1;
    boolean known = false;
    for (int h = 0; h < shape.horizon(); h++) {
      int group = workspace.from[h];
      if (group != solved) {
        known = solve(workspace, group);
        solved = group;
      }
      int at = h * shape.schema().outputWidth();
      workspace.inputs(h, forecasts, mixed, last);
      workspace.limit();
      for (int i = 0; i < numbers; i++) {
        double value = mixed[at + workspace.places[i]];
        for (int k = 0; known && k < inputs; k++) {
          value += workspace.right[k * numbers + i] * workspace.inputs[k];
        }
        out[at + workspace.places[i]] = (float) value;
      }
    }
    return true;
  }

  /** Leaves coefficients and usual sizes in the workspace; returns whether there are any. */
  private boolean solve(StackedWorkspace workspace, int group) {
    usual(workspace, group);
    if (state[group] == 0) {
      return false;
    }
    int gram = group + 1 + numbers;
    double[] diagonal = workspace.diagonal;
    int at = gram;
    for (int k = 0; k < inputs; k++) {
      double penalty = shape.ridge() * workspace.usual[k] * workspace.usual[k];
      diagonal[k] = state[at] > 0 ? state[at] + penalty : 0;
      at += inputs - k;
    }
    double[] factor = workspace.factor;
    int to = 0;
    for (int k = 0; k < inputs; k++) {
      boolean known = diagonal[k] > 0;
      workspace.least[k] = SMALLEST_PIVOT * diagonal[k];
      factor[to++] = known ? (1 + JITTER) * diagonal[k] : 1;
      for (int l = k + 1; l < inputs; l++) {
        factor[to] = known && diagonal[l] > 0 ? state[gram + to] : 0;
        to++;
      }
    }
    double[] right = workspace.right;
    int cross = gram + factor.length;
    for (int k = 0; k < inputs; k++) {
      for (int i = 0; i < numbers; i++) {
        int j = k * numbers + i;
        right[j] = diagonal[k] > 0 ? state[cross + j] : 0;
      }
    }
    if (!Cholesky.solve(factor, inputs, workspace.least, right, numbers)) {
      return false;
    }
    double check = 0;
    for (int j = 0; j < inputs * numbers; j++) {
      check += right[j];
    }
    return Double.isFinite(check);
  }

  private void require(StackedWorkspace workspace, float[][] forecasts) {
    if (!workspace.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "a workspace of this series' shape is needed, found " + workspace.shape);
    }
    if (forecasts.length != shape.experts()) {
      throw new IllegalArgumentException(
          "forecasts of %d experts are needed, found %d of them"
              .formatted(shape.experts(), forecasts.length));
    }
  }

  /** Puts the state, as it is, {@link StackedShape#bytes}; whoever keeps it keeps its version. */
  public void write(ByteBuffer bytes) {
    learnt.write(bytes);
  }

  /**
   * Takes what {@link #write} put.
   *
   * @throws java.nio.BufferUnderflowException if there are fewer bytes
   */
  public static Stacked read(StackedShape shape, ByteBuffer bytes) {
    Stacked stacked = new Stacked(shape);
    stacked.learnt.read(bytes);
    return stacked;
  }
}

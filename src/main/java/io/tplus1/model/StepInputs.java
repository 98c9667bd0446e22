package io.tplus1.model;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a network reads of each step when it forecasts the change of a target in units of its own
 * recent changes: {@code x[t+h] = x[t] + s × network}, s being the local scale; or what it adds to
 * a linear expert's forecast, {@code x[t+h] = linear + s × network}, as its {@link Base} says.
 *
 * <p>The local scale of a target is its mean absolute difference over the newest {@code scaleSteps}
 * steps of the window, with that over all training samples counting as {@code scalePrior} steps
 * beside them, plus a part of the latter, so that a quiet hour does not make much of little. Every
 * value but value, calendar, year and identity is in this scale; all are clipped to ±{@code clip}.
 *
 * @param columns what is read, in the order of the enum
 * @param lags seasons in steps, such as 24 and 168; for {@link Column#LAG}
 * @param traced experts whose forecasts of t+1 stand in the window's rows, in the order of the
 *     trace; see {@link #traceColumn}
 * @param steps newest steps of the window that the network reads; the window must hold the longest
 *     lag before them, or what is missing counts as no change
 * @param scaleSteps steps of the local scale
 * @param scalePrior steps that the mean change over the training counts as in the local scale; many
 *     for short series, whose own changes say little, 0 for none
 * @param trainingPart part of the mean change over the training that the local scale holds, at
 *     least 0; 0 where series of different sizes share the network, since what is a part of one's
 *     is many times another's
 * @param lossFrom first step, from 1, that the loss counts in training; {@code steps} for the last
 *     alone
 * @param shared whether one network serves every target, each as a sequence of its own; else one
 *     network reads all targets at once
 * @param clip largest magnitude of an input
 * @param bases what the networks' outputs are added to, at least one: of an ensemble the first
 *     member's to the first, the second's to the second, and so on in turn
 * @param levelAtEnd whether {@link Column#LEVEL} is at every step against the mean at the window's
 *     end, as networks of artifacts before format 4 have learnt to read it
 */
public record StepInputs(
    List<Column> columns,
    List<Integer> lags,
    List<String> traced,
    int steps,
    int scaleSteps,
    int scalePrior,
    float trainingPart,
    int lossFrom,
    boolean shared,
    float clip,
    List<Base> bases,
    boolean levelAtEnd) {

  /** Part of the training's mean change in the scale where nothing else is said. */
  public static final float TRAINING_PART = 0.1f;

  private static final String LAGS = "season.steps";
  private static final String EXPERTS = "experts that are read";

  /** One kind of input; each gives one or more values for each target and step. */
  public enum Column {
    /** x[t] − x[t−1]. */
    DIFFERENCE,
    /**
     * x[t] − the mean of the target over the {@code scaleSteps} steps up to t, or as many as there
     * are.
     */
    LEVEL,
    /**
     * x[t], scaled as over the training: for laws that depend on where a series is, such as the
     * latitude of a storm; not for series of different sizes.
     */
    VALUE,
    /** For each lag L: (x[t+1−L] − x[t]) / 4 and x[t+1−L] − x[t−L]. */
    LAG,
    /** For each traced expert: its forecast of t+1 − x[t], and x[t] − its forecast of t. */
    EXPERT,
    /** Sine and cosine of the target's time in its day and in its week, UTC. */
    CALENDAR,
    /**
     * Sine and cosine of the target's time in its year (months and seasons), UTC. For steps of days
     * or years of data: what spans less than a year tells the network the date alone, and cost 1 %
     * on hourly data.
     */
    YEAR,
    /** One-hot of the target; with {@code shared}. */
    IDENTITY
  }

  /** What a network's output is added to. */
  public enum Base {
    /** The last value. */
    LAST,
    /** What the linear expert in the artifact forecasts of the same window. */
    LINEAR
  }

  /** Inputs as networks learn to read them from their start on. */
  public StepInputs(
      List<Column> columns,
      List<Integer> lags,
      List<String> traced,
      int steps,
      int scaleSteps,
      int scalePrior,
      float trainingPart,
      int lossFrom,
      boolean shared,
      float clip,
      List<Base> bases) {
    this(
        columns,
        lags,
        traced,
        steps,
        scaleSteps,
        scalePrior,
        trainingPart,
        lossFrom,
        shared,
        clip,
        bases,
        false);
  }

  public StepInputs {
    if (bases.isEmpty()) {
      throw new IllegalArgumentException(
          "a network's output must be added to something, found no base");
    }
    // One form of the same: manifests leave it out.
    bases = bases.contains(Base.LINEAR) ? List.copyOf(bases) : List.of(Base.LAST);
    columns = List.copyOf(columns.stream().distinct().sorted().toList());
    levelAtEnd &= columns.contains(Column.LEVEL);
    lags = List.copyOf(lags);
    traced = List.copyOf(traced);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("step inputs must name at least one column, found none");
    }
    if (scalePrior < 0) {
      throw new IllegalArgumentException(
          "the training's mean change counts as 0 steps or more, found " + scalePrior);
    }
    if (steps < 1 || scaleSteps < 1 || lossFrom < 1 || lossFrom > steps || !isClip(clip)) {
      throw new IllegalArgumentException(
          "steps and scale steps must be at least 1, the loss must begin in 1..steps and the clip be positive and finite, found %d, %d, %d, %s"
              .formatted(steps, scaleSteps, lossFrom, clip));
    }
    if (!(trainingPart >= 0 && trainingPart < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the training's part of the scale must be 0 or more, found " + trainingPart);
    }
    if (lags.stream().anyMatch(lag -> lag < 2)) {
      throw new IllegalArgumentException("lags must be at least 2, found " + lags);
    }
  }

  /** An infinite one could not be written into an artifact. */
  private static boolean isClip(float clip) {
    return clip > 0 && clip < Float.POSITIVE_INFINITY;
  }

  /**
   * Refuses a task whose targets have no changes, or whose windows are too short.
   *
   * @param windowSteps N, vectors of a full window
   * @throws IllegalArgumentException saying what does not fit, and what to do
   */
  public void requireFit(FeatureSchema schema, int windowSteps) {
    for (Feature target : schema.targetFeatures()) {
      if (target.isCategory()) {
        throw new IllegalArgumentException(
            "with step inputs (train.inputs) the network forecasts changes of numbers, and the target '%s' is a category: take it out of the targets, or leave train.inputs empty"
                .formatted(target.name()));
      }
    }
    if (steps > windowSteps) {
      throw new IllegalArgumentException(
          "the network reads the newest %d steps of a window, and a window has %d: raise window.steps, or lower train.inputs.steps"
              .formatted(steps, windowSteps));
    }
  }

  /** What the output of a member of the ensemble is added to; members count from 0. */
  public Base base(int member) {
    return bases.get(member % bases.size());
  }

  /** Whether the artifact holds a linear expert, to whose forecasts something is added. */
  public boolean needsLinear() {
    return bases.contains(Base.LINEAR);
  }

  /** Whether the network reads where a series stands beside the steps before. */
  public boolean readsLevel() {
    return columns.contains(Column.LEVEL);
  }

  /**
   * Why a network that has learnt with these inputs does not go on learning where others are asked
   * for, by the names of settings; empty if it does: lags and experts of which it reads nothing may
   * be others.
   */
  public List<String> differences(StepInputs asked) {
    Map<String, Object> found = bySetting();
    Map<String, Object> expected = asked.bySetting();
    if (!columns.contains(Column.LAG) || !asked.columns.contains(Column.LAG)) {
      found.remove(LAGS);
    }
    if (!readsExperts() || !asked.readsExperts()) {
      found.remove(EXPERTS);
    }
    return found.entrySet().stream()
        .filter(setting -> !setting.getValue().equals(expected.get(setting.getKey())))
        .map(
            setting ->
                "%s is %s in the artifact and %s in the task"
                    .formatted(
                        setting.getKey(), setting.getValue(), expected.get(setting.getKey())))
        .toList();
  }

  private Map<String, Object> bySetting() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("train.inputs", columns.toString().toLowerCase(Locale.ROOT));
    settings.put(LAGS, lags);
    settings.put(EXPERTS, traced);
    settings.put("train.inputs.steps", steps);
    settings.put("train.inputs.scale.steps", scaleSteps);
    settings.put("train.inputs.scale.prior", scalePrior);
    settings.put("train.inputs.scale.training", trainingPart);
    settings.put("train.loss.from", lossFrom);
    settings.put("train.shared", shared);
    settings.put("train.inputs.clip", clip);
    settings.put("train.base", bases.toString().toLowerCase(Locale.ROOT));
    return settings;
  }

  /** The longest lag that is read; 0 where none is. */
  public int longestLag() {
    return columns.contains(Column.LAG) && !lags.isEmpty() ? Collections.max(lags) : 0;
  }

  /** Whether the network reads what experts forecast. */
  public boolean readsExperts() {
    return columns.contains(Column.EXPERT);
  }

  /**
   * Whether rows with these experts' forecasts hold those that are read here, where they are read.
   *
   * @param others the experts whose forecasts of t+1 stand in rows, in their order
   */
  public boolean findsTraces(List<String> others) {
    return !readsExperts()
        || (others.size() >= traced.size() && others.subList(0, traced.size()).equals(traced));
  }

  /**
   * Where an expert's forecast of t+1 stands in a row of the window.
   *
   * @param features number of fields of a vector; the trace follows them
   * @param targets number of targets
   * @param expert place in {@link #traced}
   * @param target place among the targets
   */
  public static int traceColumn(int features, int targets, int expert, int target) {
    return features + expert * targets + target;
  }
}

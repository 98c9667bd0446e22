package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.MixSettings;
import java.util.List;

/**
 * Which experts forecast, and how they are mixed.
 *
 * @param experts names in order, of {@link #ALL}; {@code rnn} alone means the network's forecast as
 *     it is
 * @param mix by which errors they are weighed
 * @param seasons seasons in steps, shortest first; may be empty
 * @param findsSeason whether a season is found for each series instead
 * @param linear each feature on its own past, shared by all series
 * @param joint each feature on the past of all
 * @param series each feature on its own past, per series
 * @param stacked what is learnt over the other experts
 * @param contexts what the counts of {@code markov} depend on
 * @param linearEvery samples between two solutions of the linear part
 * @param coverage part of the actuals that the intervals are to hold; 0 for no intervals
 * @param pooledIntervals whether the intervals of all series learn together, beside each alone
 */
public record ExpertSettings(
    List<String> experts,
    MixSettings mix,
    List<Integer> seasons,
    boolean findsSeason,
    LinearSettings linear,
    LinearSettings joint,
    LinearSettings series,
    StackedSettings stacked,
    List<ContextSettings> contexts,
    int linearEvery,
    double coverage,
    boolean pooledIntervals) {

  /** Every expert there is, in the order in which forecasts, weights and traces list them. */
  public static final List<String> ALL =
      List.of("last", "seasonal", "linear", "joint", "series", "markov", "rnn", "stacked");

  /** The linear ones, whose forecasts of t+1 are kept beside each vector. */
  public static final List<String> TRACED = List.of("linear", "joint", "series");

  /** The linear ones that all series share, and the side topology learns. */
  public static final List<String> SHARED = List.of("linear", "joint");

  /** Those that forecast numbers alone. */
  private static final List<String> OF_NUMBERS =
      List.of("seasonal", "linear", "joint", "series", "stacked");

  public ExpertSettings {
    experts = List.copyOf(experts);
    seasons = List.copyOf(seasons);
    contexts = List.copyOf(contexts);
  }

  public boolean has(String expert) {
    return experts.contains(expert);
  }

  /** Whether an expert is among them and has a target that it can forecast. */
  public boolean has(String expert, FeatureSchema schema) {
    return has(expert)
        && schema.targetFeatures().stream()
            .anyMatch(
                target ->
                    target.isCategory() ? !OF_NUMBERS.contains(expert) : !expert.equals("markov"));
  }

  /** Those that have no target to forecast. */
  public List<String> idle(FeatureSchema schema) {
    return experts.stream().filter(expert -> !has(expert, schema)).toList();
  }

  /** Whether the forecast is more than the network's own. */
  public boolean isMix() {
    return !experts.equals(List.of("rnn"));
  }

  /** Those of {@link #TRACED} that forecast, in their order. */
  public List<String> traced() {
    return experts.stream().filter(TRACED::contains).toList();
  }
}

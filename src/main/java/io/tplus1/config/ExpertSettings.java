package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelFit;
import io.tplus1.score.MixSettings;
import java.util.Comparator;
import java.util.List;

/**
 * Which experts forecast, and how they are mixed.
 *
 * @param experts in order; {@code rnn} alone means the network's forecast as it is
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
    List<Expert> experts,
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

  public ExpertSettings {
    experts = List.copyOf(experts);
    seasons = List.copyOf(seasons);
    contexts = List.copyOf(contexts);
  }

  public boolean has(Expert expert) {
    return experts.contains(expert);
  }

  /** Whether an expert is among them and has a target that it can forecast. */
  public boolean has(Expert expert, FeatureSchema schema) {
    return has(expert) && schema.targetFeatures().stream().anyMatch(expert::forecasts);
  }

  /** Those that have no target to forecast. */
  public List<Expert> idle(FeatureSchema schema) {
    return experts.stream().filter(expert -> !has(expert, schema)).toList();
  }

  /** Whether the forecast is more than the network's own. */
  public boolean isMix() {
    return !experts.equals(List.of(Expert.RNN));
  }

  /**
   * The linear ones, whose forecasts of t+1 are kept beside each vector, in the order of their
   * codes: stored rows are read by it.
   */
  public List<Expert> traced() {
    return experts.stream()
        .filter(Expert::isTraced)
        .sorted(Comparator.comparingInt(Expert::code))
        .toList();
  }

  /** What a model must be like to serve beside these experts. */
  ModelFit fit(FeatureSchema schema, WindowSettings windows) {
    return new ModelFit(schema, windows.steps(), windows.horizon(), Expert.names(traced()));
  }

  /** The linear ones that the side topology learns, and that have a target, in order. */
  public List<Expert> shared(FeatureSchema schema) {
    return experts.stream().filter(one -> one.isShared() && has(one, schema)).toList();
  }
}

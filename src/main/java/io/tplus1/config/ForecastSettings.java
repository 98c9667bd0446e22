package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelFit;
import io.tplus1.model.StepInputs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one application forecasts, and what it passes on for learning.
 *
 * @param windows how vectors form windows
 * @param experts what forecasts
 * @param hygiene what happens where time or values have holes
 * @param samples how many training samples are emitted
 * @param learning whether training samples and model scores are emitted at all
 * @param modelName their key
 * @param networkLags lags that networks read which learn from the samples; may be empty
 */
public record ForecastSettings(
    WindowSettings windows,
    ExpertSettings experts,
    HygieneSettings hygiene,
    SampleSettings samples,
    boolean learning,
    String modelName,
    List<Integer> networkLags) {

  /** What the configuration asks for. */
  public static ForecastSettings of(Configuration configuration) {
    return new ForecastSettings(
        configuration.windows(),
        configuration.experts(),
        configuration.hygiene(),
        configuration.samples(),
        configuration.learns(),
        configuration.modelName(),
        networkLags(configuration));
  }

  /** The same with another {@code forecast.horizon}. */
  public ForecastSettings withHorizon(int other) {
    return new ForecastSettings(
        windows.withHorizon(other), experts, hygiene, samples, learning, modelName, networkLags);
  }

  private static List<Integer> networkLags(Configuration configuration) {
    return !configuration.retrain().trains()
        ? List.of()
        : configuration
            .stepInputs()
            .filter(inputs -> inputs.longestLag() > 0)
            .map(StepInputs::lags)
            .orElse(List.of());
  }

  /**
   * What a model must be like to serve with these settings.
   *
   * @param schema with the words of its categories
   */
  public ModelFit fit(FeatureSchema schema) {
    return experts.fit(schema, windows);
  }

  /** The lags that are learnt here, by the setting that names them. */
  public Map<String, List<Integer>> lags() {
    Map<String, List<Integer>> lags = new TreeMap<>();
    if (!networkLags.isEmpty()) {
      lags.put("season.steps", networkLags);
    }
    for (Expert expert : experts.traced()) {
      LinearSettings linear =
          switch (expert) {
            case LINEAR -> experts.linear();
            case JOINT -> experts.joint();
            default -> experts.series();
          };
      lags.put(expert + ".lags", linear.lags());
    }
    return lags;
  }

  /** Whether gaps are told by the interval that each series showed before. */
  public boolean learnsInterval() {
    return hygiene.fillsGaps() && windows.interval().isEmpty();
  }

  /** Whether something learns from windows and the horizons that followed them. */
  private boolean looksBack() {
    return learning || experts.has(Expert.SERIES);
  }

  /** Most vectors that are held on the heap: a window, and what follows it while samples wait. */
  public int ringSteps() {
    return windows.steps() + (looksBack() ? windows.horizon() : 0);
  }

  /**
   * How far back from a series' newest vector the heap reaches. A window ends there at {@code
   * window.max.age}; the window of a sample is as old as its horizon is long, and finds as much as
   * the store is sure to hold, whenever it is read.
   */
  public Duration ringDepth() {
    return looksBack() ? windows.heldBack() : windows.maxAge();
  }
}

package io.tplus1.topology;

/**
 * Names of nodes of the forecast topology; its stores are named in {@link
 * io.tplus1.topology.state.ForecastStores}.
 *
 * <p>They are the upgrade contract: internal topics are named after them.
 */
final class ForecastNodes {
  /** Source of feature vectors. */
  static final String FEATURES = "features";

  /** Processor that tells vectors from everything else. */
  static final String DECODE = "decode";

  /** Processor that settles, stores and forecasts. */
  static final String FORECAST = "forecast";

  /** Sink of predictions. */
  static final String PREDICTIONS = "predictions";

  /** Sink of scores. */
  static final String SCORES = "scores";

  /** Sink of training samples, where something learns. */
  static final String TRAINING_SAMPLES = "training-samples";

  /** Sink of sums of errors by model, where something learns. */
  static final String MODEL_SCORES = "model-scores";

  /** Sink of dead letters. */
  static final String DEAD_LETTERS = "features-dlq";

  private ForecastNodes() {}
}

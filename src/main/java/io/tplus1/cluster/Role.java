package io.tplus1.cluster;

import io.tplus1.topic.TopicContracts;
import java.util.Set;

/** What a process does: forecast, retrain, or both. */
public enum Role {
  FORECAST,
  RETRAIN,
  ALL;

  private static final Set<String> READ_TO_FORECAST =
      Set.of(TopicContracts.FEATURES, TopicContracts.MODELS, TopicContracts.MODEL_EVENTS);
  private static final Set<String> WRITTEN_BY_FORECASTS =
      Set.of(
          TopicContracts.PREDICTIONS,
          TopicContracts.SCORES,
          TopicContracts.FEATURES_DLQ,
          TopicContracts.MODEL_SCORES,
          TopicContracts.TRAINING_SAMPLES);
  private static final Set<String> READ_TO_RETRAIN =
      Set.of(
          TopicContracts.TRAINING_SAMPLES,
          TopicContracts.MODEL_SCORES,
          TopicContracts.MODEL_COMMANDS,
          TopicContracts.MODEL_EVENTS);
  private static final Set<String> WRITTEN_BY_RETRAINING =
      Set.of(TopicContracts.MODELS, TopicContracts.MODEL_EVENTS);

  /** All that processes with such settings do: nothing retrains where nothing learns. */
  public static Role of(boolean learns) {
    return learns ? ALL : FORECAST;
  }

  public boolean forecasts() {
    return this != RETRAIN;
  }

  public boolean retrains() {
    return this != FORECAST;
  }

  /** Whether the role reads the topic of this id. */
  public boolean reads(String topic) {
    return (forecasts() && READ_TO_FORECAST.contains(topic))
        || (retrains() && READ_TO_RETRAIN.contains(topic));
  }

  /** Whether the role writes the topic of this id, commands that come by HTTP left out. */
  public boolean writes(String topic) {
    return (forecasts() && WRITTEN_BY_FORECASTS.contains(topic))
        || (retrains() && WRITTEN_BY_RETRAINING.contains(topic));
  }

  /** Whether the topic of this id must exist and fit before the role starts. */
  public boolean needs(String topic) {
    return forecasts() || reads(topic) || writes(topic);
  }
}

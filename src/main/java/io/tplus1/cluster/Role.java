package io.tplus1.cluster;

import io.tplus1.topic.TopicContracts;
import java.util.Set;

/** What a process does: forecast, retrain, or both. */
public enum Role {
  FORECAST,
  RETRAIN,
  ALL;

  private static final Set<String> RETRAINING =
      Set.of(
          TopicContracts.TRAINING_SAMPLES,
          TopicContracts.MODEL_SCORES,
          TopicContracts.MODEL_COMMANDS,
          TopicContracts.MODEL_EVENTS,
          TopicContracts.MODELS);

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

  /** Whether the topic of this id must exist and fit before the role starts. */
  public boolean needs(String topic) {
    return forecasts() || RETRAINING.contains(topic);
  }
}

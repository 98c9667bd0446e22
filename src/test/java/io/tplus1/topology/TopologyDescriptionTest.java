package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainTopology;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * Names of nodes and stores are the upgrade contract: changelogs and state directories are named
 * after them. Who changes this text owes a migration note.
 */
class TopologyDescriptionTest {

  private static String describe(Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    Topology topology =
        ForecastTopology.build(
            ForecastTopology.Plan.of(configuration, configuration.schema()),
            new ModelRegistry(configuration.schema(), 24, 1),
            Clock.systemUTC(),
            new ForecastCounters());
    return topology.describe().toString().stripTrailing();
  }

  @Test
  void describe_forecastTopology_isAsItWas() {
    assertThat(describe(Map.of("features", "x")))
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: features (topics: [features])
                  --> decode
                Processor: decode (stores: [])
                  --> forecast, features-dlq
                  <-- features
                Processor: forecast (stores: [vectors, series, before-commit])
                  --> predictions, scores
                  <-- decode
                Sink: features-dlq (topic: features-dlq)
                  <-- decode
                Sink: predictions (topic: predictions)
                  <-- forecast
                Sink: scores (topic: scores)
                  <-- forecast""");
  }

  @Test
  void describe_topicsNamedOtherwise_changeNoNodeOrStore() {
    assertThat(
            describe(
                Map.of(
                    "features", "x",
                    "window.store", "memory",
                    "topics.features.name", "in",
                    "topics.predictions.name", "out")))
        .isEqualTo(
            describe(Map.of("features", "x"))
                .replace("topics: [features]", "topics: [in]")
                .replace("topic: predictions", "topic: out"));
  }

  @Test
  void describe_sideTopology_isAsItWas() {
    Configuration configuration = new Configuration(Map.of("features", "x"));
    Topology topology =
        RetrainTopology.build(
            RetrainTopology.Plan.of(configuration, configuration.schema()),
            new RetrainTopology.Tools(null, null, null, null, null, null, new RetrainCounters()));

    assertThat(topology.describe().toString().stripTrailing())
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: retrain-model-commands (topics: [model-commands])
                  --> retrain
                Source: retrain-model-scores (topics: [model-scores])
                  --> retrain
                Source: retrain-training-samples (topics: [training-samples])
                  --> retrain
                Processor: retrain (stores: [retrain-learner, retrain-history, retrain-samples])
                  --> retrain-model-events, retrain-models
                  <-- retrain-training-samples, retrain-model-scores, retrain-model-commands
                Sink: retrain-model-events (topic: model-events)
                  <-- retrain
                Sink: retrain-models (topic: models)
                  <-- retrain""");
  }
}

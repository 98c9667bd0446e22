package io.tplus1.harness;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.ForecastTopology;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.ModelStore;
import io.tplus1.topology.models.ModelTools;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.retrain.RetrainTools;
import io.tplus1.topology.retrain.RetrainTopology;
import io.tplus1.topology.rows.RowKeeping;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/** The forecast topology, and the side topology where anything learns, as one. */
record HarnessTopology(
    Configuration configuration, FeatureSchema schema, ModelRegistry registry, Clock clock) {

  /**
   * Builds them.
   *
   * @param first becomes the champion of the side topology
   * @param replay whether the side topology's time is that of the records
   */
  Topology build(
      ForecastPlan plan, ForecastCounters counters, Optional<ModelArtifact> first, boolean replay) {
    Topology topology =
        ForecastTopology.build(plan, registry, clock, counters, RowKeeping.WITH_TASKS);
    ModelStore.addTo(
        topology,
        configuration.topics().name(TopicContracts.MODELS),
        true,
        ModelTools.of(
            configuration.modelName(), registry, new RnnModelLoader(), new ModelCounters()));
    if (plan.learns()) {
      RetrainTopology.addTo(
          topology,
          replay
              ? RetrainPlan.ofReplay(configuration, schema)
              : RetrainPlan.of(configuration, schema, first),
          new RetrainTools(
              new RnnLearning(),
              new RnnTrainer(),
              new RnnModelLoader(),
              Runnable::run, // on the calling thread, so that everything is deterministic
              () -> 0L,
              nanos -> {},
              new RetrainCounters()));
    }
    return topology;
  }
}

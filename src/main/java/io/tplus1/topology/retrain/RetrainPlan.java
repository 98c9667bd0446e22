package io.tplus1.topology.retrain;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.config.ExpertSettings;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.RetrainSettings;
import io.tplus1.config.TopicSettings;
import io.tplus1.expert.LinearShape;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.topology.state.LinearShapes;
import io.tplus1.train.SampleBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the side topology is built of, as the configuration says. */
public final class RetrainPlan {
  final String modelName;
  final Trainer.Task task;
  final ModelFit fit;
  final TrainingSettings training;
  final double validation;
  final RetrainSettings retrain;
  final Map<String, LinearShape> linear;
  final int linearEvery;
  final List<String> traced;
  final SampleRows rows;
  final boolean inMemory;
  final boolean byRecordTime;
  final Optional<ModelArtifact> first;
  final TopicSettings topics;

  private RetrainPlan(
      Configuration configuration,
      FeatureSchema schema,
      boolean byRecordTime,
      Optional<ModelArtifact> first) {
    int horizon = configuration.windows().horizon();
    ExpertSettings experts = configuration.experts();
    this.modelName = configuration.modelName();
    this.task = configuration.task(schema);
    this.fit = configuration.fit(schema);
    this.training = configuration.training();
    this.validation = configuration.validationFraction();
    this.retrain = configuration.retrain();
    this.linear = new TreeMap<>();
    for (Expert expert : experts.shared(schema)) {
      linear.put(expert.toString(), LinearShapes.of(expert, experts, schema, horizon));
    }
    this.linearEvery = experts.linearEvery();
    this.traced = Expert.names(experts.traced());
    this.rows = SampleRows.of(ForecastSettings.of(configuration), schema);
    this.inMemory = configuration.windows().inMemory();
    this.byRecordTime = byRecordTime;
    this.first = first;
    this.topics = configuration.topics();
  }

  /**
   * What the configuration asks for, with the schema that the caller has completed.
   *
   * @param first becomes the champion where there is none yet, such as that of {@code model.file}
   * @throws org.apache.kafka.common.config.ConfigException if settings do not fit each other
   */
  public static RetrainPlan of(
      Configuration configuration, FeatureSchema schema, Optional<ModelArtifact> first) {
    return new RetrainPlan(configuration, schema, false, first);
  }

  /** The same for a replay: the time is that of the records, not that of the clock. */
  public static RetrainPlan ofReplay(Configuration configuration, FeatureSchema schema) {
    return new RetrainPlan(configuration, schema, true, Optional.empty());
  }

  /** Estimate of the heap that a sample of a whole window takes, in bytes. */
  long wholeSampleBytes() {
    int features = task.schema().size();
    return SampleBuffer.bytes(task.steps(), fit.rowWidth(), task.horizon(), features);
  }

  /** Samples that are kept as the newest; without networks, those that linear experts need. */
  int newestSamples() {
    int newest = retrain.buffer().newest();
    return retrain.trains() ? newest : Math.min(newest, Math.max(2, linearEvery));
  }

  /** Older samples that are kept beside those; without networks none. */
  int olderSamples() {
    return retrain.trains() ? retrain.buffer().reservoir() : 0;
  }
}

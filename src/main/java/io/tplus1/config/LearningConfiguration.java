package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is learnt, and of what: the settings of {@link TrainingConfiguration}, {@link
 * RetrainConfiguration}, {@link ExpertConfiguration} and {@link HygieneSettings}, held against each
 * other.
 */
final class LearningConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(LearningConfiguration.class);

  private final AbstractConfig config;
  private final TrainingSettings training;
  private final ExpertSettings experts;
  private final Optional<StepInputs> stepInputs;
  private final SampleSettings samples;
  private final RetrainSettings retrain;
  private final HygieneSettings hygiene;

  /**
   * @param selfFed whether outputs can be fed back as inputs: they are the same, and numbers
   */
  LearningConfiguration(AbstractConfig config, WindowSettings windows, boolean selfFed) {
    this.config = config;
    this.training = TrainingConfiguration.parse(config);
    this.experts = ExpertConfiguration.parse(config, windows);
    this.stepInputs = TrainingConfiguration.parseInputs(config, experts, windows);
    this.samples = RetrainConfiguration.parseSamples(config);
    this.retrain = RetrainConfiguration.parse(config);
    this.hygiene = HygieneSettings.parse(config, windows);
    requireTrainable(selfFed);
  }

  /** Else every window has left the store before its last horizon comes. */
  private static void requireHeld(WindowSettings windows, Duration step) {
    Duration span = windows.sampleSpan(step);
    if (span.compareTo(windows.heldBack()) > 0) {
      throw new ConfigException(
          "window.retention",
          Durations.text(windows.retention()),
          ("%d vectors and the %d that follow them span %s (step.interval %s), and are held for %s, window.retention less max.lateness, so nothing would be learnt: lower history.minimum, window.steps or forecast.horizon, or set it to %s, "
                  + WindowSettings.RESTORES_ONCE)
              .formatted(
                  windows.historyMinimum(),
                  windows.horizon(),
                  Durations.text(span),
                  Durations.text(step),
                  Durations.text(windows.heldBack()),
                  Durations.text(windows.retentionForSamples(step))));
    }
  }

  /**
   * Else one would wait for ever, for 0 is no limit in other settings.
   *
   * @throws ConfigException if something learns, and nothing is passed on to it or held for as long
   */
  void requireAnySample(FeatureSchema schema, WindowSettings windows) {
    if (!learns(schema)) {
      return;
    }
    windows.interval().ifPresent(step -> requireHeld(windows, step));
    if (samples.perSecond().orElse(1) == 0) {
      throw new ConfigException(
          "samples.rate",
          config.getString("samples.rate"),
          "nothing would ever be learnt: set samples.rate=all for every sample, or a number above 0; to learn nothing set retrain.mode=off, and take linear and joint out of experts");
    }
  }

  boolean learns(FeatureSchema schema) {
    return retrain.trains() || !experts.shared(schema).isEmpty();
  }

  /** What every training would refuse, long after the start. */
  private void requireTrainable(boolean selfFed) {
    if (training.strategy() == Strategy.RECURSIVE && !selfFed) {
      throw new ConfigException(
          "train.strategy",
          config.getString("train.strategy"),
          "feeds t+1 back, so inputs and targets must be the same, and no feature a category: set train.strategy=direct, or inputs, targets and categories so");
    }
    if (training.decoder() && training.loss() == TrainingSettings.Loss.HUBER) {
      throw new ConfigException(
          "train.decoder",
          true,
          "what trains an encoder-decoder has no Huber loss: set train.loss=mse or mae, or train.decoder=false");
    }
    if (training.decoder() && retrain.refreshes()) {
      throw new ConfigException(
          "train.decoder",
          true,
          "an encoder-decoder is trained anew and never refreshed: set retrain.mode=retrain, or train.decoder=false");
    }
    if (stepInputs.isPresent()
        && (training.decoder() || training.strategy() == Strategy.RECURSIVE)) {
      throw new ConfigException(
          "train.inputs",
          config.getList("train.inputs"),
          "a network that reads them puts out all horizons at once: set train.decoder=false and train.strategy=direct, or leave train.inputs empty");
    }
  }

  TrainingSettings training() {
    return training;
  }

  /**
   * What networks map to what.
   *
   * @throws ConfigException if what they are to read of a step does not fit the schema
   */
  Trainer.Task task(FeatureSchema schema, WindowSettings windows) {
    Trainer.Task task;
    try {
      task = new Trainer.Task(schema, windows.steps(), windows.horizon(), stepInputs);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("train.inputs", config.getList("train.inputs"), e.getMessage());
    }
    if (config.originals().containsKey("train.embedding") && !task.readsIds()) {
      LOG.warn(
          "train.embedding has no effect: it is for networks that read one category and nothing else. Take it out, or name that category alone in inputs, without train.inputs");
    }
    stepInputs.ifPresent(inputs -> warnOfAbsentLags(inputs, windows.steps()));
    return task;
  }

  private void warnOfAbsentLags(StepInputs inputs, int windowSteps) {
    int wanted = inputs.steps() + inputs.longestLag();
    boolean chosen = config.getInt("train.inputs.steps") != 0;
    if (!chosen && inputs.steps() == 1 && inputs.longestLag() > 0) {
      LOG.warn(
          "The network reads one step: window.steps={} less a lag of {} leaves no more. Set window.steps to that lag and the steps that it is to read, or train.inputs.steps=1 if one is meant",
          windowSteps,
          inputs.longestLag());
    } else if (wanted > windowSteps) {
      LOG.warn(
          "The network reads {} steps (train.inputs.steps), and before each a lag of {}: window.steps={} does not hold that of the oldest, which counts as no change; set it to {}, or read fewer steps",
          inputs.steps(),
          inputs.longestLag(),
          windowSteps,
          wanted);
    }
  }

  ExpertSettings experts() {
    return experts;
  }

  Optional<StepInputs> stepInputs() {
    return stepInputs;
  }

  SampleSettings samples() {
    return samples;
  }

  RetrainSettings retrain() {
    return retrain;
  }

  HygieneSettings hygiene() {
    return hygiene;
  }
}

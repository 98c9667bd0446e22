package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.score.DriftSettings;
import io.tplus1.train.Gate;
import io.tplus1.train.RetrainSchedule;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of {@link TrainingGroup}, {@link RetrainGroup} and, beside those of the experts
 * ({@link ExpertConfiguration}), {@link ForecastGroup}, checked and parsed into narrow records.
 */
final class LearningConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(LearningConfiguration.class);

  /** Samples between two trainings where nothing else says when. */
  private static final int USUAL_EVERY_SAMPLES = 500;

  /** Fewest vectors of a window from which the time between two is learnt. */
  private static final int LEAST_FOR_INTERVAL = 4;

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
    this.training = parseTraining();
    this.experts = ExpertConfiguration.parse(config, windows);
    this.stepInputs = parseStepInputs(windows);
    this.samples = parseSamples();
    this.retrain = parseRetrain();
    this.hygiene = parseHygiene(windows);
    requireSamples(windows);
    requireTrainable(selfFed);
  }

  /** Else every window has left the store before its last horizon comes. */
  private void requireSamples(WindowSettings windows) {
    if (!retrain.trains() || windows.interval().isEmpty()) {
      return;
    }
    Duration step = windows.interval().get();
    Duration span = windows.sampleSpan(step);
    if (span.compareTo(windows.heldBack()) > 0) {
      throw new ConfigException(
          "window.retention",
          windows.retention(),
          "%d vectors and the %d that follow them span %s (step.interval %s), and are held for %s, window.retention less max.lateness, so nothing would be learnt: lower history.minimum, window.steps or forecast.horizon, or set it to %s (a running application then restores its stores once: src/site/upgrade.md, Changing a running application)"
              .formatted(
                  windows.historyMinimum(),
                  windows.horizon(),
                  span,
                  step,
                  windows.heldBack(),
                  windows.retentionForSamples(step)));
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

  Trainer.Task task(FeatureSchema schema, WindowSettings windows) {
    Trainer.Task task = new Trainer.Task(schema, windows.steps(), windows.horizon(), stepInputs);
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

  private TrainingSettings parseTraining() {
    try {
      return new TrainingSettings(
          TrainingSettings.Cell.valueOf(upper("train.cell")),
          config.getList("train.hidden").stream().map(Integer::valueOf).toList(),
          config.getBoolean("train.decoder"),
          Strategy.valueOf(upper("train.strategy")),
          config.getInt("train.embedding"),
          TrainingSettings.Loss.valueOf(upper("train.loss")),
          TrainingSettings.Optimizer.valueOf(upper("train.optimizer")),
          config.getDouble("train.learning.rate"),
          config.getInt("train.batch"),
          config.getInt("train.epochs"),
          config.getDouble("train.l2"),
          config.getDouble("train.clip.norm"),
          config.getInt("train.patience"),
          config.getLong("train.seed"),
          config.getDouble("train.huber.delta"),
          config.getInt("train.members"));
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "train.hidden", config.getList("train.hidden"), "whole numbers are expected");
    } catch (IllegalArgumentException e) {
      throw new ConfigException("Training settings (train.*) do not fit: " + e.getMessage());
    }
  }

  private Optional<StepInputs> parseStepInputs(WindowSettings windows) {
    List<String> names = config.getList("train.inputs");
    if (names.isEmpty()) {
      return Optional.empty();
    }
    requireReadable(names);
    int longest = names.contains("lag") ? Collections.max(experts.seasons()) : 0;
    int wanted = config.getInt("train.inputs.steps");
    int steps = wanted == 0 ? Math.max(1, windows.steps() - longest) : wanted;
    if (steps > windows.steps()) {
      throw new ConfigException(
          "train.inputs.steps", wanted, "must not be more than window.steps, " + windows.steps());
    }
    int from = config.getInt("train.loss.from");
    if (from > steps) {
      throw new ConfigException(
          "train.loss.from",
          from,
          "must not be more than the %d steps that the network reads (train.inputs.steps)"
              .formatted(steps));
    }
    try {
      return Optional.of(
          new StepInputs(
              names.stream()
                  .map(name -> StepInputs.Column.valueOf(name.toUpperCase(Locale.ROOT)))
                  .toList(),
              experts.seasons(),
              Expert.names(experts.traced()),
              steps,
              config.getInt("train.inputs.scale.steps"),
              config.getInt("train.inputs.scale.prior"),
              config.getDouble("train.inputs.scale.training").floatValue(),
              from == 0 ? steps : from,
              config.getBoolean("train.shared"),
              config.getDouble("train.inputs.clip").floatValue(),
              bases()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("train.inputs", names, e.getMessage());
    }
  }

  private void requireReadable(List<String> names) {
    List<String> known =
        Arrays.stream(StepInputs.Column.values())
            .map(column -> column.name().toLowerCase(Locale.ROOT))
            .toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ConfigException("train.inputs", names, "'" + name + "' is none of " + known);
      }
    }
    if (names.contains("lag") && experts.seasons().isEmpty()) {
      throw new ConfigException(
          "train.inputs",
          names,
          "'lag' needs seasons that are set: name them in season.steps, or take it out");
    }
    if (names.contains("expert") && experts.traced().isEmpty()) {
      throw new ConfigException(
          "train.inputs",
          names,
          "'expert' needs one of the experts linear, joint and series: add it to experts, or take it out");
    }
  }

  private List<StepInputs.Base> bases() {
    List<String> names = config.getList("train.base");
    if (names.isEmpty() || !List.of("last", "linear").containsAll(names)) {
      throw new ConfigException("train.base", names, "last, linear or both are expected");
    }
    if (names.size() > config.getInt("train.members")) {
      throw new ConfigException(
          "train.base", names, "is for a member each: set train.members to as many, or more");
    }
    if (names.contains("linear")) {
      if (!experts.has(Expert.LINEAR)) {
        throw new ConfigException(
            "train.base", names, "'linear' needs the expert linear: add it to experts");
      }
      if (!config.getString("retrain.mode").equals("refresh")) {
        throw new ConfigException(
            "train.base", names, "'linear' is learnt in the stream: set retrain.mode=refresh");
      }
    }
    return names.stream()
        .map(name -> StepInputs.Base.valueOf(name.toUpperCase(Locale.ROOT)))
        .toList();
  }

  private SampleSettings parseSamples() {
    String rate = config.getString("samples.rate");
    if (rate.equals("all")) {
      return new SampleSettings(OptionalDouble.empty());
    }
    try {
      double perSecond = Double.parseDouble(rate);
      if (perSecond >= 0 && perSecond < Double.POSITIVE_INFINITY) {
        return new SampleSettings(OptionalDouble.of(perSecond));
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ConfigException(
        "samples.rate", rate, "a number of samples per second, or all, is expected");
  }

  private RetrainSettings parseRetrain() {
    Optional<Duration> every = duration("retrain.every");
    Optional<Duration> eventEvery = duration("retrain.event.every");
    return new RetrainSettings(
        RetrainSettings.Mode.valueOf(upper("retrain.mode")),
        new RetrainSchedule.Settings(
            every,
            eventEvery,
            everySamples(every.isPresent() || eventEvery.isPresent()),
            config.getBoolean("retrain.on.drift"),
            config.getInt("retrain.first.samples")),
        new DriftSettings(
            config.getDouble("retrain.drift.delta"),
            config.getDouble("retrain.drift.threshold"),
            config.getInt("retrain.drift.minimum")),
        new RetrainSettings.Refresh(
            config.getInt("retrain.first.steps"),
            config.getInt("retrain.steps"),
            config.getInt("retrain.recent")),
        new RetrainSettings.Buffer(
            config.getInt("retrain.buffer"), config.getInt("retrain.reservoir")),
        config.getBoolean("retrain.warm"),
        new RetrainSettings.Limits(
            config.getDouble("retrain.cpu.share"),
            Durations.parse(config.getString("retrain.time.limit")),
            config.getLong("retrain.memory.limit")),
        new Gate.Settings(
            config.getInt("gate.samples"),
            config.getDouble("gate.margin"),
            config.getDouble("gate.decay")),
        config.getInt("probation.scores"),
        new RetrainSettings.Keep(
            config.getInt("models.keep"), Duration.ofMillis(config.getLong("models.keep.ms"))));
  }

  private int everySamples(boolean byTime) {
    String value = config.getString("retrain.every.samples");
    if (value.equals("auto")) {
      return byTime ? 0 : USUAL_EVERY_SAMPLES;
    }
    try {
      int samples = Integer.parseInt(value);
      if (samples >= 0) {
        return samples;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ConfigException(
        "retrain.every.samples",
        value,
        "a whole number of samples, 0 for not by samples, or auto, is expected");
  }

  private HygieneSettings parseHygiene(WindowSettings windows) {
    HygieneSettings.Fill gaps = HygieneSettings.Fill.valueOf(upper("gap.fill"));
    if (gaps != HygieneSettings.Fill.OFF
        && windows.interval().isEmpty()
        && windows.steps() < LEAST_FOR_INTERVAL) {
      throw new ConfigException(
          "gap.fill",
          config.getString("gap.fill"),
          "needs step.interval, for none is learnt from window.steps=%d, below %d: set it"
              .formatted(windows.steps(), LEAST_FOR_INTERVAL));
    }
    return new HygieneSettings(
        gaps,
        config.getInt("gap.limit"),
        HygieneSettings.Fill.valueOf(upper("missing.fill")),
        config.getInt("missing.limit"),
        duration("model.max.age"));
  }

  BacktestSettings backtest() {
    int rows = config.getInt("backtest.rows");
    int to = config.getInt("backtest.score.to");
    return new BacktestSettings(
        rows == 0 ? Integer.MAX_VALUE : rows,
        config.getDouble("backtest.warmup"),
        config.getInt("backtest.warmup.rows"),
        nonZero("backtest.score.from"),
        to == 0 ? Integer.MAX_VALUE : to,
        nonZero("backtest.scale.rows"));
  }

  private OptionalInt nonZero(String setting) {
    int value = config.getInt(setting);
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private Optional<Duration> duration(String setting) {
    return Optional.of(config.getString(setting))
        .filter(value -> !value.isEmpty())
        .map(Durations::parse);
  }

  private String upper(String setting) {
    return config.getString(setting).toUpperCase(Locale.ROOT);
  }
}

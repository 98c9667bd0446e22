package io.tplus1.config;

import io.tplus1.score.DriftSettings;
import io.tplus1.train.Gate;
import io.tplus1.train.RetrainSchedule;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of {@link RetrainGroup} that say how the side topology learns, checked and parsed.
 */
final class RetrainConfiguration {
  /** Samples between two trainings where nothing else says when. */
  private static final int USUAL_EVERY_SAMPLES = 500;

  private RetrainConfiguration() {}

  /**
   * How many samples are passed on to learn from.
   *
   * @throws ConfigException if it is neither a number nor all
   */
  static SampleSettings parseSamples(AbstractConfig config) {
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

  /**
   * How the side topology learns and judges.
   *
   * @throws ConfigException if a value is none of those that are known
   */
  static RetrainSettings parse(AbstractConfig config) {
    Optional<Duration> every = Values.duration(config, "retrain.every");
    Optional<Duration> eventEvery = Values.duration(config, "retrain.event.every");
    return new RetrainSettings(
        RetrainSettings.Mode.valueOf(Values.upper(config, "retrain.mode")),
        new RetrainSchedule.Settings(
            every,
            eventEvery,
            everySamples(config, every.isPresent() || eventEvery.isPresent()),
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

  private static int everySamples(AbstractConfig config, boolean byTime) {
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
}

package io.tplus1.config;

import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSettings;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The settings of {@link TrainingGroup}, checked and parsed. */
final class TrainingConfiguration {
  private TrainingConfiguration() {}

  /**
   * How a network is built and trained.
   *
   * @throws ConfigException if the settings do not fit each other
   */
  static TrainingSettings parse(AbstractConfig config) {
    Strategy strategy = Strategy.valueOf(Values.upper(config, "train.strategy"));
    boolean decoder = config.getBoolean("train.decoder");
    if (decoder && strategy == Strategy.RECURSIVE) {
      throw new ConfigException(
          "train.decoder",
          true,
          "an encoder-decoder covers the horizons itself: set train.strategy=direct, or train.decoder=false");
    }
    try {
      return new TrainingSettings(
          TrainingSettings.Cell.valueOf(Values.upper(config, "train.cell")),
          config.getList("train.hidden").stream().map(Integer::valueOf).toList(),
          decoder,
          strategy,
          config.getInt("train.embedding"),
          TrainingSettings.Loss.valueOf(Values.upper(config, "train.loss")),
          TrainingSettings.Optimizer.valueOf(Values.upper(config, "train.optimizer")),
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

  /**
   * What the network reads of each step; empty for the vectors themselves.
   *
   * @throws ConfigException if the settings do not fit each other, the experts or the window
   */
  static Optional<StepInputs> parseInputs(
      AbstractConfig config, ExpertSettings experts, WindowSettings windows) {
    List<String> names = config.getList("train.inputs");
    if (names.isEmpty()) {
      return Optional.empty();
    }
    requireReadable(names, experts);
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
              bases(config, experts)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("train.inputs", names, e.getMessage());
    }
  }

  private static void requireReadable(List<String> names, ExpertSettings experts) {
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

  private static List<StepInputs.Base> bases(AbstractConfig config, ExpertSettings experts) {
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
}

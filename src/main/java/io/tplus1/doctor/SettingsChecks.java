package io.tplus1.doctor;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.RetrainSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topology.ForecastPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/**
 * What settings ask for in vain. A finding's check is the setting and what was found begins with
 * its value, as {@link Finding#line} wants it.
 */
public final class SettingsChecks {
  private SettingsChecks() {}

  /** All that the settings alone tell of. */
  public static List<Finding> inVain(Configuration configuration) {
    return Stream.of(
            unasked(configuration),
            idle(configuration),
            filledAlike(configuration),
            unwatched(configuration),
            leftOut(configuration))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Networks that the settings bring and no forecast asks, where there would be any. A file that
   * brings a category's words is of use without its network.
   */
  private static Optional<Finding> unasked(Configuration configuration) {
    if (configuration.experts().has(Expert.RNN)) {
      return Optional.empty();
    }
    List<String> bringing = new ArrayList<>();
    if (!configuration.needsVocabulary()) {
      configuration.modelFile().ifPresent(file -> bringing.add("model.file"));
    }
    RetrainSettings retrain = configuration.retrain();
    if (retrain.trains()) {
      bringing.add("retrain.mode=" + retrain.mode().name().toLowerCase(Locale.ROOT));
    }
    if (bringing.isEmpty()) {
      return Optional.empty();
    }
    String given = String.join(" and ", bringing);
    return Optional.of(
        Finding.warning(
            "experts",
            "%s has no rnn: no forecast asks the network of %s"
                .formatted(names(",", configuration.experts().experts()), given),
            "add rnn to experts, or leave %s out".formatted(given)));
  }

  /** Experts that have nothing to forecast, and why; empty where each has a target. */
  public static Optional<Finding> idle(Configuration configuration) {
    List<Expert> idle = configuration.idleExperts();
    return idle.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "experts",
                "%s: no target is a %s, and nothing else is forecast by %s"
                    .formatted(
                        names(",", configuration.experts().experts()),
                        idle.contains(Expert.MARKOV) ? "category" : "number",
                        names(", ", idle)),
                "leave it out"));
  }

  /** Filling along the last change, where no feature is filled so; empty where one is. */
  public static Optional<Finding> filledAlike(Configuration configuration) {
    FeatureSchema schema = configuration.unlearntSchema();
    boolean any =
        IntStream.range(0, schema.size())
            .anyMatch(f -> !schema.feature(f).isCategory() && !schema.targets().contains(f));
    return any || configuration.hygiene().missingFill() != HygieneSettings.Fill.LINEAR
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "missing.fill",
                "linear: no number among the features is an input alone, and targets take their"
                    + " last value in any case",
                "set missing.fill=last, which does the same, or targets to what is to be forecast"));
  }

  /** Patience that no sample is held out for; empty where one is, or there is no patience. */
  public static Optional<Finding> unwatched(Configuration configuration) {
    int patience = configuration.training().patience();
    return patience == 0 || configuration.validationFraction() > 0
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "train.patience",
                "%d: train.validation=0 holds no sample out to watch, so that no training stops before its last epoch"
                    .formatted(patience),
                "set train.validation, such as to 0.15, or train.patience=0"));
  }

  /** Full windows whose training samples no message holds, where something is to learn of them. */
  private static Optional<Finding> leftOut(Configuration configuration) {
    int steps = configuration.windows().steps();
    if (!configuration.learns()
        || configuration.windows().historyMinimum() == steps) { // The start refuses those.
      return Optional.empty();
    }
    long bytes = ForecastPlan.fullSampleBytes(configuration, configuration.unlearntSchema());
    return bytes <= SampleSerde.MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "window.steps",
                "%d: a training sample of a full window has %d bytes, and its topic takes %d: only shorter windows are learnt from"
                    .formatted(steps, bytes, SampleSerde.MAX_BYTES),
                "lower window.steps, or name fewer features, targets or linear experts"));
  }

  /**
   * What keeps a role that retrains from starting, where one that forecasts alone starts: nothing
   * would learn from its samples. Empty where nothing does.
   *
   * @param schema with the words of its categories
   */
  public static Optional<Finding> unlearnable(Configuration configuration, FeatureSchema schema) {
    if (!configuration.retrain().trains()) {
      return Optional.empty();
    }
    try {
      configuration.task(schema);
      return Optional.empty();
    } catch (ConfigException e) {
      RetrainSettings.Mode mode = configuration.retrain().mode();
      return Optional.of(
          Finding.warning(
              "retrain.mode",
              "%s: no role that retrains starts with these settings, and nothing learns from the samples"
                  .formatted(mode.name().toLowerCase(Locale.ROOT)),
              e.getMessage()));
    }
  }

  private static String names(String between, List<Expert> experts) {
    return String.join(between, Expert.names(experts));
  }
}

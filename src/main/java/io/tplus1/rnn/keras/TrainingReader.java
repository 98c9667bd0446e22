package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads how a model was compiled; what is not understood is left out, as training may differ. */
final class TrainingReader {
  private static final Map<String, String> FULL_NAMES =
      Map.of(
          "mse", "mean_squared_error",
          "mae", "mean_absolute_error",
          "mape", "mean_absolute_percentage_error",
          "msle", "mean_squared_logarithmic_error",
          "kld", "kullback_leibler_divergence");

  private TrainingReader() {}

  static KerasTraining read(JsonNode config) {
    JsonNode optimizer = config.path("optimizer_config");
    JsonNode settings = optimizer.path("config");
    Optional<String> name = text(optimizer.path("class_name"));
    JsonNode rate =
        settings.has("learning_rate") ? settings.get("learning_rate") : settings.path("lr");
    boolean known = rate.isNumber() && Double.isFinite(rate.doubleValue());
    return new KerasTraining(
        loss(config.path("loss")),
        name,
        known ? OptionalDouble.of(rate.doubleValue()) : OptionalDouble.empty());
  }

  /** A name, an object of a class, or (for the one output) a list or a map of one of these. */
  private static Optional<String> loss(JsonNode loss) {
    if (loss.isTextual()) {
      String name = snakeCase(loss.textValue());
      return Optional.of(FULL_NAMES.getOrDefault(name, name));
    }
    JsonNode kind = loss.path("class_name");
    if (kind.isTextual()) {
      return loss(kind);
    }
    return loss.isContainerNode() && loss.size() == 1
        ? loss(loss.elements().next())
        : Optional.empty();
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  /** MeanSquaredError → mean_squared_error; a name in snake case stays. */
  private static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}

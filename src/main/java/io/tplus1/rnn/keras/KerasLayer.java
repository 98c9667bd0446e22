package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.model.Shown;
import io.tplus1.rnn.network.ActivationFunction;
import java.util.Locale;
import java.util.Set;

/**
 * One layer as a model's config describes it.
 *
 * @param name unique within the model; of the outer layer for what a wrapper holds
 * @param kind Keras' class name, such as {@code LSTM}
 * @param config the layer's own settings
 */
record KerasLayer(String name, String kind, JsonNode config) {
  private static final Set<String> SHORT_FLOATS =
      Set.of("float16", "bfloat16", "mixed_float16", "mixed_bfloat16");

  /**
   * A refusal that names this layer.
   *
   * @param found what is wrong, and what is supported
   * @param remedy what to do
   */
  KerasImportException refuse(String found, String remedy) {
    return new KerasImportException(
        "layer %s (%s): %s; %s and save the model again"
            .formatted(Shown.quote(name), Shown.quote(kind), found, remedy));
  }

  KerasImportException damaged(String found) {
    return new KerasImportException(
        "layer %s (%s): %s; %s"
            .formatted(Shown.quote(name), Shown.quote(kind), found, Refusal.SAVE_AGAIN));
  }

  boolean has(String key) {
    return config.hasNonNull(key);
  }

  /** A count of at least one, under Keras 2's name or Keras 1's. */
  int count(String key, String keras1Key) throws KerasImportException {
    String used = has(key) ? key : keras1Key;
    JsonNode value = config.path(used);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw damaged(
          "%s should be a whole number of at least 1, found %s".formatted(used, show(value)));
    }
    return value.intValue();
  }

  boolean flag(String key, boolean otherwise) throws KerasImportException {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw damaged("%s should be true or false, found %s".formatted(key, show(value)));
    }
    return value.booleanValue();
  }

  double number(String key, double otherwise) throws KerasImportException {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw damaged("%s should be a number, found %s".formatted(key, show(value)));
    }
    return value.doubleValue();
  }

  /** Refuses an option that changes what the layer computes or hands on. */
  void requireOff(String option, String supported) throws KerasImportException {
    if (flag(option, false)) {
      throw refuse(
          "%s=true is not supported, %s".formatted(option, supported),
          "build the model again with %s=false and these weights".formatted(option));
    }
  }

  /** Refuses a layer that computes in 16 bits, and an input that is rounded to them. */
  void requireFullPrecision() throws KerasImportException {
    JsonNode type = config.path("dtype");
    String found = (type.isObject() ? type.path("config").path("name") : type).asText("");
    if (SHORT_FLOATS.contains(found)) {
      throw refuse("it computes in %s, and float32 is supported".formatted(found), "use that");
    }
  }

  ActivationFunction activation(String key, String keras1Key) throws KerasImportException {
    String used = config.has(key) ? key : keras1Key;
    JsonNode value = config.path(used);
    if (value.isNull()) {
      return ActivationFunction.LINEAR;
    }
    if (value.isMissingNode()) {
      throw damaged("its config has no " + key);
    }
    String wanted = value.isTextual() ? value.textValue() : "";
    if (wanted.equals("swish")) {
      return ActivationFunction.SILU;
    }
    for (ActivationFunction function : ActivationFunction.values()) {
      if (function.kerasName().equals(wanted)) {
        return function;
      }
    }
    throw refuse(
        "its %s %s is not among those supported (%s)".formatted(used, show(value), activations()),
        "use one of these");
  }

  /** The layer inside a wrapper; it keeps the wrapper's name, under which its weights lie. */
  KerasLayer inner(String key) throws KerasImportException {
    JsonNode inner = config.path(key);
    JsonNode innerKind = inner.path("class_name");
    if (!innerKind.isTextual() || !inner.path("config").isObject()) {
      throw damaged("its config has no usable " + key);
    }
    KerasLayer layer = new KerasLayer(name, innerKind.textValue(), inner.path("config"));
    layer.requireFullPrecision();
    return layer;
  }

  static String show(JsonNode value) {
    return value.isMissingNode() ? "nothing" : Shown.quote(value.toString());
  }

  private static String activations() {
    StringBuilder names = new StringBuilder();
    for (ActivationFunction function : ActivationFunction.values()) {
      names
          .append(names.length() == 0 ? "" : ", ")
          .append(function.name().toLowerCase(Locale.ROOT));
    }
    return names.toString();
  }
}

package io.tplus1.rnn.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Shown;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Reads the fields of a JSON object one by one, and refuses what is missing, mistyped or extra. */
final class JsonFields {
  private final JsonNode object;
  private final String owner;
  private final Set<String> read = new HashSet<>();

  /**
   * @param owner what the object describes, for messages
   */
  JsonFields(JsonNode object, String owner) throws InvalidArtifactException {
    if (object == null || !object.isObject()) {
      throw new InvalidArtifactException(owner + " must be a JSON object");
    }
    this.object = object;
    this.owner = owner;
  }

  int integer(String name) throws InvalidArtifactException {
    JsonNode value = field(name);
    require(value.isIntegralNumber() && value.canConvertToInt(), name, "an integer", value);
    return value.intValue();
  }

  double number(String name) throws InvalidArtifactException {
    JsonNode value = field(name);
    require(value.isNumber() && Double.isFinite(value.doubleValue()), name, "a number", value);
    return value.doubleValue();
  }

  boolean flag(String name) throws InvalidArtifactException {
    JsonNode value = field(name);
    require(value.isBoolean(), name, "true or false", value);
    return value.booleanValue();
  }

  String text(String name) throws InvalidArtifactException {
    JsonNode value = field(name);
    require(value.isTextual(), name, "a text", value);
    return value.textValue();
  }

  JsonNode array(String name) throws InvalidArtifactException {
    JsonNode value = field(name);
    require(value.isArray(), name, "an array", value);
    return value;
  }

  JsonNode object(String name) throws InvalidArtifactException {
    JsonNode value = field(name);
    require(value.isObject(), name, "an object", value);
    return value;
  }

  /** The constant whose name in lower case stands in the field. */
  <E extends Enum<E>> E constant(String name, Class<E> type) throws InvalidArtifactException {
    String text = text(name);
    for (E constant : type.getEnumConstants()) {
      if (name(constant).equals(text)) {
        return constant;
      }
    }
    throw new InvalidArtifactException(
        "field '%s' of %s must be one of %s, found '%s'"
            .formatted(
                name,
                owner,
                Arrays.stream(type.getEnumConstants()).map(JsonFields::name).toList(),
                Shown.quote(text)));
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  void requireNoOthers() throws InvalidArtifactException {
    for (var field : object.properties()) {
      if (!read.contains(field.getKey())) {
        throw new InvalidArtifactException(
            "%s has a field '%s' that this version of tplus1 does not know"
                .formatted(owner, Shown.quote(field.getKey())));
      }
    }
  }

  private JsonNode field(String name) throws InvalidArtifactException {
    JsonNode value = object.get(name);
    if (value == null) {
      throw new InvalidArtifactException("%s has no field '%s'".formatted(owner, name));
    }
    read.add(name);
    return value;
  }

  private void require(boolean holds, String name, String expected, JsonNode found)
      throws InvalidArtifactException {
    if (!holds) {
      throw new InvalidArtifactException(
          "field '%s' of %s must be %s, found %s"
              .formatted(name, owner, expected, Shown.quote(found.toString())));
    }
  }
}

package io.tplus1.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.model.Shown;
import io.tplus1.model.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;

/**
 * One object of JSON, read strictly: every field known, of its type and within its bounds, none
 * twice, nothing behind it, and nothing large.
 */
final class StrictJson {
  private static final int MAX_BYTES = 1 << 20;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Else each name that was ever read is kept.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .errorReportConfiguration(NotJson.QUOTES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNumberLength(64)
                  .maxStringLength(100_000)
                  // One that stands there twice is told whole.
                  .maxNameLength(Shown.LONGEST_QUOTE)
                  .build())
          .build();
  private static final ObjectMapper TREES =
      new ObjectMapper(JSON).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final JsonNode object;

  private StrictJson(JsonNode object, Set<String> fields) {
    if (object == null || !object.isObject()) {
      throw new IllegalArgumentException(
          "an object was expected, found "
              + (object == null ? "nothing" : object.getNodeType().toString()));
    }
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!fields.isEmpty() && !fields.contains(name)) {
        throw new IllegalArgumentException(
            "unknown field '%s', expected some of %s"
                .formatted(Shown.quote(name), List.copyOf(fields)));
      }
    }
    this.object = object;
  }

  /** Makes a record of an object; throws IllegalArgumentException where it cannot. */
  @FunctionalInterface
  interface Reading<T> {
    T read(StrictJson json);
  }

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Reads a value.
   *
   * @param what what it is, for the error
   * @param fields all fields that it may have
   * @throws SerializationException saying what was found and what was expected
   */
  static <T> T read(String what, byte[] bytes, Set<String> fields, Reading<T> reading) {
    if (bytes.length > MAX_BYTES) {
      throw new SerializationException(
          "%s has at most %d bytes, found %d".formatted(what, MAX_BYTES, bytes.length));
    }
    try {
      return reading.read(new StrictJson(TREES.readTree(Utf8.text(bytes)), fields));
    } catch (JsonProcessingException e) {
      // Without the place in the text, which is a line of its own.
      throw refused(what, Shown.of(e.getOriginalMessage()), e);
    } catch (IOException | IllegalArgumentException e) {
      throw refused(what, e.getMessage(), e);
    }
  }

  private static SerializationException refused(String what, String why, Exception cause) {
    return new SerializationException("not %s: %s".formatted(what, why), cause);
  }

  static byte[] write(String what, Writing fields) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(256);
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new SerializationException(what + " could not be written", e);
    }
  }

  /** Writes an object that is there as a tree. */
  static byte[] write(String what, ObjectNode object) {
    try {
      return TREES.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new SerializationException(what + " could not be written", e);
    }
  }

  static void writeText(JsonGenerator json, String name, Optional<String> text) throws IOException {
    if (text.isPresent()) {
      json.writeStringField(name, text.get());
    }
  }

  boolean has(String name) {
    return object.has(name);
  }

  String text(String name, Pattern pattern) {
    JsonNode value = field(name);
    if (!value.isTextual() || !pattern.matcher(value.textValue()).matches()) {
      throw unexpected(name, "a string like " + pattern, value);
    }
    return value.textValue();
  }

  Optional<String> optionalText(String name, Pattern pattern) {
    return has(name) ? Optional.of(text(name, pattern)) : Optional.empty();
  }

  List<String> texts(String name, Pattern pattern, int most) {
    JsonNode values = field(name);
    if (!values.isArray() || values.size() > most) {
      throw unexpected(name, "an array of at most " + most + " strings", values);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : values) {
      if (!value.isTextual() || !pattern.matcher(value.textValue()).matches()) {
        throw unexpected(name, "strings like " + pattern, value);
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  <E extends Enum<E>> E word(String name, Class<E> words) {
    JsonNode value = field(name);
    for (E word : words.getEnumConstants()) {
      if (value.isTextual() && word.name().equals(value.textValue())) {
        return word;
      }
    }
    throw unexpected(name, "one of " + List.of(words.getEnumConstants()), value);
  }

  boolean flag(String name) {
    JsonNode value = field(name);
    if (!value.isBoolean()) {
      throw unexpected(name, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A whole number of at least so much. */
  long whole(String name, long least) {
    JsonNode value = field(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
      throw unexpected(name, "a whole number of at least " + least, value);
    }
    return value.longValue();
  }

  /** A finite number, or NaN for null. */
  double number(String name) {
    JsonNode value = field(name);
    if (value.isNull()) {
      return Double.NaN;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw unexpected(name, "a finite number or null", value);
    }
    return value.doubleValue();
  }

  /** An object within this one, whose field names are its content. */
  StrictJson map(String name, int most, int longestName) {
    JsonNode value = field(name);
    StrictJson map = new StrictJson(value, Set.of());
    for (String key : map.names()) {
      if (key.isEmpty() || key.length() > longestName) {
        throw unexpected(name, "names of 1 to " + longestName + " characters", value);
      }
    }
    if (value.size() > most) {
      throw unexpected(name, "at most " + most + " fields", value);
    }
    return map;
  }

  /** An object within this one. */
  StrictJson within(String name, Set<String> fields) {
    return new StrictJson(field(name), fields);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode field(String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is absent");
    }
    return value;
  }

  private static IllegalArgumentException unexpected(String name, String expected, JsonNode found) {
    return new IllegalArgumentException(
        "'%s' must be %s, found %s".formatted(name, expected, Shown.quote(found.toString())));
  }
}

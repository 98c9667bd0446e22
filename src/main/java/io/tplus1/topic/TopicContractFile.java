package io.tplus1.topic;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigException;

/** Reads one {@code topics/*.yaml}, strictly: a field that is misspelt is an error. */
final class TopicContractFile {
  private static final ObjectMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private static final Set<String> FIELDS =
      new TreeSet<>(
          Set.of(
              "name",
              "description",
              "key",
              "valueSchema",
              "writers",
              "readers",
              "partitions",
              "replication",
              "copartitionedWith",
              "configs"));

  private final String file;
  private final JsonNode root;

  private TopicContractFile(String file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /** Parses the text of a file; {@code file} is how errors call it. */
  static TopicContract parse(String file, String id, String yaml) {
    JsonNode root;
    try {
      root = YAML.readTree(yaml);
    } catch (JacksonException e) {
      throw new ConfigException("%s: not readable: %s".formatted(file, e.getMessage()));
    }
    if (!root.isObject()) {
      throw new ConfigException("%s: found %s, expected fields".formatted(file, kind(root)));
    }
    return new TopicContractFile(file, root).contract(id);
  }

  private TopicContract contract(String id) {
    root.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field)) {
                throw new ConfigException(
                    "%s: unknown field '%s', expected one of %s".formatted(file, field, FIELDS));
              }
            });
    requireDocumentation();
    try {
      return new TopicContract(
          id,
          text("name"),
          integer("partitions"),
          false,
          integer("replication"),
          configs(),
          optionalText("copartitionedWith"),
          texts("writers").contains("tplus1"));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
  }

  /** What only people read must be there for them. */
  private void requireDocumentation() {
    text("description");
    text("key");
    optionalText("valueSchema");
    texts("readers");
  }

  private String text(String field) {
    JsonNode value = root.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw unexpected(field, value, "text");
    }
    return value.textValue();
  }

  private Optional<String> optionalText(String field) {
    return root.has(field) ? Optional.of(text(field)) : Optional.empty();
  }

  private int integer(String field) {
    JsonNode value = root.path(field);
    if (!value.isInt()) {
      throw unexpected(field, value, "an integer");
    }
    return value.intValue();
  }

  private List<String> texts(String field) {
    JsonNode values = root.path(field);
    if (!values.isArray() || values.isEmpty()) {
      throw unexpected(field, values, "a list of texts");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw unexpected(field, value, "a list of texts");
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  private Map<String, String> configs() {
    JsonNode values = root.path("configs");
    if (!values.isObject()) {
      throw unexpected("configs", values, "topic configs and their values");
    }
    Map<String, String> configs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> config : values.properties()) {
      JsonNode value = config.getValue();
      if (!value.isTextual() && !value.isIntegralNumber() && !value.isBoolean()) {
        throw unexpected("configs." + config.getKey(), value, "text, an integer, true or false");
      }
      configs.put(config.getKey(), value.asText());
    }
    return configs;
  }

  private ConfigException unexpected(String field, JsonNode found, String expected) {
    return new ConfigException(
        "%s: %s is %s, expected %s".formatted(file, field, kind(found), expected));
  }

  private static String kind(JsonNode node) {
    if (node.isMissingNode()) {
      return "absent";
    }
    return node.isValueNode() ? "'" + node.asText() + "'" : node.toString();
  }
}

package io.tplus1.topic;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/** Reads one {@code topics/*.yaml}, strictly: a field that is misspelt is an error. */
final class TopicContractFile {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /** What only people read must be there for them. */
  private record Fields(
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) String description,
      @JsonProperty(required = true) String key,
      String valueSchema,
      @JsonProperty(required = true) List<String> writers,
      @JsonProperty(required = true) List<String> readers,
      @JsonProperty(required = true) int partitions,
      @JsonProperty(required = true) int replication,
      String copartitionedWith,
      @JsonProperty(required = true) Map<String, String> configs) {
    boolean isWhole() {
      return Stream.of(name, description, key).noneMatch(text -> text == null || text.isBlank())
          && Stream.of(writers, readers).noneMatch(list -> list == null || list.isEmpty())
          && configs != null;
    }
  }

  private TopicContractFile() {}

  /** Parses the text of a file; {@code file} is how errors call it. */
  static TopicContract parse(String file, String id, String yaml) {
    try {
      Fields fields = YAML.readValue(yaml, Fields.class);
      if (fields == null || !fields.isWhole()) {
        throw new ConfigException(
            file
                + ": not readable: name, description, key, writers, readers or configs has nothing in it");
      }
      return new TopicContract(
          id,
          fields.name,
          fields.partitions,
          false,
          fields.replication,
          fields.configs,
          Optional.ofNullable(fields.copartitionedWith),
          fields.writers.contains("tplus1"),
          Optional.empty());
    } catch (JacksonException e) {
      throw new ConfigException("%s: not readable: %s".formatted(file, e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
  }
}

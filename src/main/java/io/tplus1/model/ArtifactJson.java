package io.tplus1.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;

/**
 * Reads and writes the JSON inside an artifact, which anybody may have written. What two readers
 * could read differently is refused, and so is what would take much more memory than its bytes.
 */
public final class ArtifactJson {
  /** Most names, values and brackets: as a tree each may take some 50 bytes. */
  private static final long MAX_TOKENS = 1_000_000;

  private static final int MAX_DEPTH = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  // Else each name that was ever read is kept.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ArtifactJson() {}

  /** An object to be filled and written. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The bytes of an object, of which an artifact's hash is made: the same of the same object. */
  public static byte[] write(ObjectNode json) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree could not be written", e);
    }
  }

  /**
   * Reads all of it.
   *
   * @return a missing node where there is nothing
   * @throws com.fasterxml.jackson.core.JacksonException if it is no JSON, too deep, or too much
   * @throws IOException if it is not UTF-8
   */
  public static JsonNode read(byte[] json) throws IOException {
    try (Reader text = Utf8.reader(json)) {
      return MAPPER.readTree(text);
    } catch (CharacterCodingException e) {
      throw Utf8.isNot(e);
    }
  }
}

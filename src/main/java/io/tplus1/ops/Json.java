package io.tplus1.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** What is said and heard by HTTP, as trees. For any thread. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** An object with nothing in it. */
  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A tree in one line. */
  static byte[] bytes(JsonNode value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON could not be written", e);
    }
  }

  /**
   * What bytes say.
   *
   * @return a missing node of no bytes at all
   * @throws IOException if they are no JSON
   */
  static JsonNode read(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }
}

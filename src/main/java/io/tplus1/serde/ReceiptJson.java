package io.tplus1.serde;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Receipts as the field {@code receipt} of a prediction. */
final class ReceiptJson {
  private static final JsonName RECEIPT = JsonName.of("receipt");
  private static final JsonName KERNEL = JsonName.of("kernel");
  private static final JsonName WINDOW = JsonName.of("window");
  private static final JsonName STEPS = JsonName.of("steps");
  private static final JsonName HASH = JsonName.of("hash");
  private static final JsonName PARTITION = JsonName.of("partition");
  private static final JsonName FIRST_OFFSET = JsonName.of("firstOffset");
  private static final JsonName LAST_OFFSET = JsonName.of("lastOffset");
  private static final JsonName EXPERTS = JsonName.of("experts");
  private static final JsonName LINEAR = JsonName.of("linear");
  private static final JsonName GIVEN = JsonName.of("given");
  private static final JsonName INTERVALS = JsonName.of("intervals");
  private static final JsonName WEIGHTS = JsonName.of("weights");
  private static final JsonName FROM = JsonName.of("from");

  /** Names of experts, of which there are few. */
  private static final Map<String, JsonName> NAMES = new ConcurrentHashMap<>();

  private ReceiptJson() {}

  private static JsonName name(String expert) {
    return NAMES.computeIfAbsent(expert, JsonName::of);
  }

  static void write(JsonBytes json, Receipt receipt) {
    json.writeObjectFieldStart(RECEIPT);
    if (!receipt.kernel().isEmpty()) {
      json.writeStringField(KERNEL, receipt.kernel());
    }
    Receipt.Window window = receipt.window();
    json.writeObjectFieldStart(WINDOW);
    json.writeNumberField(FROM, window.fromMs());
    json.writeNumberField(STEPS, window.steps());
    json.writeStringField(HASH, window.hash());
    json.writeNumberField(PARTITION, window.partition());
    writeOffset(json, FIRST_OFFSET, window.firstOffset());
    writeOffset(json, LAST_OFFSET, window.lastOffset());
    json.writeEndObject();
    if (!receipt.experts().isEmpty()) {
      json.writeArrayFieldStart(EXPERTS);
      for (String expert : receipt.experts()) {
        json.writeString(expert);
      }
      json.writeEndArray();
      writeWeights(json, receipt.weights());
    }
    if (!receipt.linear().isEmpty()) {
      json.writeObjectFieldStart(LINEAR);
      for (Map.Entry<String, String> part : new TreeMap<>(receipt.linear()).entrySet()) {
        json.writeStringField(name(part.getKey()), part.getValue());
      }
      json.writeEndObject();
    }
    if (!receipt.given().isEmpty()) {
      json.writeObjectFieldStart(GIVEN);
      for (Map.Entry<String, float[]> part : new TreeMap<>(receipt.given()).entrySet()) {
        json.writeBinaryField(name(part.getKey()), bytes(part.getValue()));
      }
      json.writeEndObject();
    }
    if (receipt.intervals().length > 0) {
      json.writeBinaryField(INTERVALS, receipt.intervals());
    }
    json.writeEndObject();
  }

  private static void writeOffset(JsonBytes json, JsonName name, long offset) {
    if (offset != Receipt.UNKNOWN) {
      json.writeNumberField(name, offset);
    }
  }

  private static void writeWeights(JsonBytes json, float[][][] weights) {
    json.writeArrayFieldStart(WEIGHTS);
    for (float[][] group : weights) {
      json.writeStartArray();
      for (float[] target : group) {
        json.writeStartArray();
        for (float weight : target) {
          json.writeNumber(weight);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is no receipt
   */
  static Receipt read(JsonNode node) throws IOException {
    JsonNode window = node.path("window");
    if (!window.path("from").isIntegralNumber() || !window.path("hash").isTextual()) {
      throw new IllegalArgumentException("a receipt must tell its window, found " + node);
    }
    List<String> experts = new ArrayList<>();
    node.path("experts").forEach(expert -> experts.add(expert.asText()));
    Map<String, String> linear = new TreeMap<>();
    for (Map.Entry<String, JsonNode> part : node.path("linear").properties()) {
      linear.put(part.getKey(), part.getValue().asText());
    }
    Map<String, float[]> given = new TreeMap<>();
    for (Map.Entry<String, JsonNode> part : node.path("given").properties()) {
      given.put(part.getKey(), floats(binary(part.getValue())));
    }
    JsonNode intervals = node.get("intervals");
    return new Receipt(
        node.path("kernel").asText(""),
        new Receipt.Window(
            window.path("from").asLong(),
            window.path("steps").asInt(),
            window.path("hash").asText(),
            window.path("partition").asInt(),
            window.path("firstOffset").asLong(Receipt.UNKNOWN),
            window.path("lastOffset").asLong(Receipt.UNKNOWN)),
        experts,
        weights(node.path("weights")),
        linear,
        given,
        intervals == null ? new byte[0] : binary(intervals));
  }

  /** 32 bits each, big-endian. */
  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] binary(JsonNode node) throws IOException {
    if (!node.isTextual()) {
      throw new IllegalArgumentException("bytes in Base64 were expected, found " + node);
    }
    return node.binaryValue();
  }

  private static float[] floats(byte[] bytes) {
    if (bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes each of a float were expected, found %d bytes"
              .formatted(Float.BYTES, bytes.length));
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  /** None where there is no such field. */
  private static float[][][] weights(JsonNode node) {
    float[][][] weights = new float[node.isMissingNode() ? 0 : lengthOfArray(node)][][];
    for (int g = 0; g < weights.length; g++) {
      weights[g] = new float[lengthOfArray(node.get(g))][];
      for (int t = 0; t < weights[g].length; t++) {
        JsonNode target = node.get(g).get(t);
        weights[g][t] = new float[lengthOfArray(target)];
        for (int e = 0; e < target.size(); e++) {
          if (!target.get(e).isNumber()) {
            throw new IllegalArgumentException("a weight must be a number, found " + target.get(e));
          }
          weights[g][t][e] = DecimalFloats.of(target.get(e));
        }
      }
    }
    return weights;
  }

  private static int lengthOfArray(JsonNode node) {
    if (!node.isArray()) {
      throw new IllegalArgumentException("weights must stand in arrays, found " + node);
    }
    return node.size();
  }
}

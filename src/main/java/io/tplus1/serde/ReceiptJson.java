package io.tplus1.serde;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Receipts as the field {@code receipt} of a prediction. */
final class ReceiptJson {
  private static final byte[] RECEIPT = JsonBytes.name("receipt");
  private static final byte[] KERNEL = JsonBytes.name("kernel");
  private static final byte[] WINDOW = JsonBytes.name("window");
  private static final byte[] STEPS = JsonBytes.name("steps");
  private static final byte[] HASH = JsonBytes.name("hash");
  private static final byte[] PARTITION = JsonBytes.name("partition");
  private static final byte[] FIRST_OFFSET = JsonBytes.name("firstOffset");
  private static final byte[] LAST_OFFSET = JsonBytes.name("lastOffset");
  private static final byte[] EXPERTS = JsonBytes.name("experts");
  private static final byte[] LINEAR = JsonBytes.name("linear");
  private static final byte[] GIVEN = JsonBytes.name("given");
  private static final byte[] INTERVALS = JsonBytes.name("intervals");
  private static final byte[] WEIGHTS = JsonBytes.name("weights");
  private static final byte[] FROM = JsonBytes.name("from");

  private ReceiptJson() {}

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
        json.writeStringField(JsonBytes.name(part.getKey()), part.getValue());
      }
      json.writeEndObject();
    }
    if (!receipt.given().isEmpty()) {
      json.writeObjectFieldStart(GIVEN);
      for (Map.Entry<String, float[]> part : new TreeMap<>(receipt.given()).entrySet()) {
        json.writeBinaryField(JsonBytes.name(part.getKey()), bytes(part.getValue()));
      }
      json.writeEndObject();
    }
    if (receipt.intervals().length > 0) {
      json.writeBinaryField(INTERVALS, receipt.intervals());
    }
    json.writeEndObject();
  }

  private static void writeOffset(JsonBytes json, byte[] name, long offset) {
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
      given.put(part.getKey(), floats(part.getValue().binaryValue()));
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
        intervals == null ? new byte[0] : intervals.binaryValue());
  }

  /** 32 bits each, big-endian. */
  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  private static float[][][] weights(JsonNode node) {
    float[][][] weights = new float[node.size()][][];
    for (int g = 0; g < weights.length; g++) {
      weights[g] = new float[node.get(g).size()][];
      for (int t = 0; t < weights[g].length; t++) {
        JsonNode target = node.get(g).get(t);
        weights[g][t] = new float[target.size()];
        for (int e = 0; e < target.size(); e++) {
          weights[g][t][e] = target.get(e).floatValue();
        }
      }
    }
    return weights;
  }
}

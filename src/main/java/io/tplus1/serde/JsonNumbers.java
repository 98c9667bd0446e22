package io.tplus1.serde;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/** Numbers in JSON, which has no word for one that is not finite: null stands for it. */
public final class JsonNumbers {
  private JsonNumbers() {}

  public static void write(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }

  /** As the shortest digits that make this float again. */
  public static void write(JsonGenerator json, String name, float value) throws IOException {
    if (Float.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }

  public static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /** Puts all of them, in their order. */
  public static void put(ObjectNode node, Map<String, Double> values) {
    values.forEach((name, value) -> put(node, name, value));
  }
}

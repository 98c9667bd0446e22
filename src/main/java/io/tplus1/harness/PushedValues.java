package io.tplus1.harness;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.serde.Encoding;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorFormat;
import io.tplus1.serde.VectorWriter;
import io.tplus1.wire.WireVector;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Values of records as a format reads them: as JSON, or in the binary form if it takes no other;
 * with the time in them only where it is read nowhere else.
 */
final class PushedValues {
  private final VectorFormat format;
  private final VectorWriter writer;

  PushedValues(VectorFormat format) {
    this.format = format;
    this.writer = format.writer();
  }

  /** A vector, in JSON as flat fields. */
  byte[] flat(FeatureVector vector) {
    int expected = format.schema().size();
    if (vector.values().length != expected) {
      throw new IllegalArgumentException(format.wrongLength(vector.values().length));
    }
    for (int i = 0; i < expected; i++) {
      requireWord(format.schema().feature(i), vector.values()[i]);
    }
    byte[] value = writer.write(vector.values());
    if (!isTimed()) {
      return value;
    }
    return isBinary()
        ? new WireVector(vector.timeMs(), vector.values()).toBytes()
        : timed(new String(value, StandardCharsets.UTF_8), vector.timeMs());
  }

  private static void requireWord(Feature feature, float value) {
    if (feature.isCategory() && !Float.isNaN(value) && !feature.isId(value)) {
      throw new IllegalArgumentException(
          "'%s' takes the ids 0 (none of its words) to %d, found %s"
              .formatted(feature.name(), feature.width() - 1, value));
    }
  }

  /**
   * Numbers, in JSON as an array, with the word of each id; of any length, finite or not and of no
   * word, as a producer may err.
   */
  byte[] array(long timeMs, float[] values) {
    if (isBinary()) {
      return new WireVector(isTimed() ? timeMs : WireVector.NO_TIME, values).toBytes();
    }
    StringBuilder json = new StringBuilder("{\"features\":[");
    for (int i = 0; i < values.length; i++) {
      json.append(i == 0 ? "" : ",").append(text(i, values[i]));
    }
    String text = json.append("]}").toString();
    return isTimed() ? timed(text, timeMs) : text.getBytes(StandardCharsets.UTF_8);
  }

  private String text(int index, float value) {
    FeatureSchema schema = format.schema();
    if (index < schema.size() && schema.feature(index).isCategory()) {
      Feature category = schema.feature(index);
      if (Float.isNaN(value)) {
        return "null"; // Absent, as in the binary form.
      }
      if (category.isId(value)) {
        String word = category.category((int) value);
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(word)) + '"';
      }
    }
    return Float.toString(value);
  }

  private byte[] timed(String object, long timeMs) {
    String name = new String(JsonStringEncoder.getInstance().quoteAsString(format.timeField()));
    // Not by a format: in some locales the digits of its numbers are none of JSON's.
    return ("{\"" + name + "\":" + timeMs + "," + object.substring(1))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the time stands in a value. */
  boolean isTimed() {
    return format.timeSource() == TimeSource.FIELD;
  }

  private boolean isBinary() {
    return format.encoding().equals(Optional.of(Encoding.BINARY));
  }
}

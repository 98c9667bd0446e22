package io.tplus1.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes vectors as producers do: a JSON object of flat fields, without a time. */
public final class VectorJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final FeatureSchema schema;

  public VectorJson(FeatureSchema schema) {
    this.schema = schema;
  }

  /**
   * The value of one record; the reader takes the event time from the record's timestamp.
   *
   * @param values {@code float[schema.size()]}; a value that is not finite is written as null, a
   *     category's id as its word
   */
  public byte[] write(float[] values) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(128);
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (int i = 0; i < schema.size(); i++) {
        Feature feature = schema.feature(i);
        json.writeFieldName(feature.name());
        if (!Float.isFinite(values[i])) {
          json.writeNull();
        } else if (feature.isCategory()) {
          json.writeString(feature.category((int) values[i]));
        } else {
          json.writeNumber(values[i]);
        }
      }
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a vector in memory could not be written", e);
    }
  }
}

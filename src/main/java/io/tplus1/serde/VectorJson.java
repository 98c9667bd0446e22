package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.List;

/** Writes vectors as producers do: a JSON object of flat fields, without a time. */
public final class VectorJson implements VectorWriter {
  private final ThreadLocal<JsonBytes> buffers = ThreadLocal.withInitial(JsonBytes::new);
  private final List<Feature> features;
  private final JsonName[] names;

  public VectorJson(FeatureSchema schema) {
    this.features = schema.features();
    this.names = JsonName.of(features);
  }

  /**
   * The value of one record; the reader takes the event time from the record's timestamp.
   *
   * @param values {@code float[features]}; a value that is not finite is written as null, a
   *     category's id as its word
   */
  @Override
  public byte[] write(float[] values) {
    JsonBytes json = buffers.get().begin();
    json.writeStartObject();
    for (int i = 0; i < names.length; i++) {
      Feature feature = features.get(i);
      json.writeFieldName(names[i]);
      if (!Float.isFinite(values[i])) {
        json.writeNull();
      } else if (feature.isCategory()) {
        json.writeString(feature.category((int) values[i]));
      } else {
        json.writeNumber(values[i]);
      }
    }
    json.writeEndObject();
    return json.toBytes();
  }
}

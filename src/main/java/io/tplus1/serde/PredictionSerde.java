package io.tplus1.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Predictions as JSON, in the form of {@code topics/schemas/prediction.json}. */
public final class PredictionSerde implements Serde<Prediction> {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREES = new ObjectMapper();

  private final FeatureSchema schema;

  public PredictionSerde(FeatureSchema schema) {
    this.schema = schema;
  }

  @Override
  public Serializer<Prediction> serializer() {
    return (topic, prediction) -> prediction == null ? null : write(prediction);
  }

  @Override
  public Deserializer<Prediction> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private byte[] write(Prediction prediction) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(512);
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("key", prediction.key());
      json.writeNumberField("time", prediction.timeMs());
      json.writeStringField("status", prediction.status().name());
      json.writeStringField("model", prediction.model());
      json.writeArrayFieldStart("forecasts");
      for (int h = 0; h < prediction.targetTimesMs().length; h++) {
        json.writeStartObject();
        json.writeNumberField("horizon", h + 1);
        long target = prediction.targetTimesMs()[h];
        if (target == Prediction.UNKNOWN_TIME) {
          json.writeNullField("targetTime");
        } else {
          json.writeNumberField("targetTime", target);
        }
        json.writeObjectFieldStart("values");
        writeValues(json, prediction.values(), h * schema.outputWidth());
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new SerializationException("a prediction of " + prediction.key(), e);
    }
  }

  private void writeValues(JsonGenerator json, float[] values, int from) throws IOException {
    int at = from;
    for (int target : schema.targets()) {
      Feature feature = schema.feature(target);
      if (feature.isCategory()) {
        json.writeObjectFieldStart(feature.name());
        json.writeStringField(
            "likeliest", feature.category(Categories.likeliest(values, at, feature.width())));
        json.writeObjectFieldStart("probabilities");
        for (int id = 0; id < feature.width(); id++) {
          json.writeNumberField(feature.category(id), values[at + id]);
        }
        json.writeEndObject();
        json.writeEndObject();
      } else {
        json.writeNumberField(feature.name(), values[at]);
      }
      at += feature.width();
    }
  }

  private Prediction read(byte[] bytes) {
    try {
      JsonNode root = TREES.readTree(bytes);
      JsonNode forecasts = root.get("forecasts");
      long[] targetTimes = new long[forecasts.size()];
      float[] values = new float[forecasts.size() * schema.outputWidth()];
      for (int h = 0; h < targetTimes.length; h++) {
        JsonNode time = forecasts.get(h).get("targetTime");
        targetTimes[h] = time.isNull() ? Prediction.UNKNOWN_TIME : time.longValue();
        readValues(forecasts.get(h).get("values"), values, h * schema.outputWidth());
      }
      return new Prediction(
          root.get("key").asText(),
          root.get("time").longValue(),
          ForecastStatus.valueOf(root.get("status").asText()),
          root.get("model").asText(),
          targetTimes,
          values);
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new SerializationException("not a prediction over " + schema, e);
    }
  }

  private void readValues(JsonNode node, float[] values, int from) {
    int at = from;
    for (int target : schema.targets()) {
      Feature feature = schema.feature(target);
      JsonNode value = node.get(feature.name());
      if (feature.isCategory()) {
        for (int id = 0; id < feature.width(); id++) {
          values[at + id] = value.get("probabilities").get(feature.category(id)).floatValue();
        }
      } else {
        values[at] = value.floatValue();
      }
      at += feature.width();
    }
  }
}

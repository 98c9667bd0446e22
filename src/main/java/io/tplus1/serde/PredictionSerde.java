package io.tplus1.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import io.tplus1.model.ForecastStatus;
import io.tplus1.wire.WireForecast;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Predictions as JSON, in the form of {@code topics/schemas/prediction.json}. Reads those of the
 * binary form as well.
 */
public final class PredictionSerde implements Serde<Prediction> {
  private static final ObjectMapper TREES = new ObjectMapper();
  private static final JsonName KEY = JsonName.of("key");
  private static final JsonName TIME = JsonName.of("time");
  private static final JsonName STATUS = JsonName.of("status");
  private static final JsonName MODEL = JsonName.of("model");
  private static final JsonName FORECASTS = JsonName.of("forecasts");
  private static final JsonName HORIZON = JsonName.of("horizon");
  private static final JsonName TARGET_TIME = JsonName.of("targetTime");
  private static final JsonName VALUES = JsonName.of("values");
  private static final JsonName LOWER = JsonName.of("lower");
  private static final JsonName UPPER = JsonName.of("upper");
  private static final JsonName LIKELIEST = JsonName.of("likeliest");
  private static final JsonName PROBABILITIES = JsonName.of("probabilities");

  private final ThreadLocal<JsonBytes> buffers = ThreadLocal.withInitial(JsonBytes::new);
  private final FeatureSchema schema;
  private final List<Feature> targetFeatures;
  private final JsonName[] names;
  private final JsonName[][] categories;
  private final BinaryPredictions binary;

  public PredictionSerde(FeatureSchema schema) {
    this.schema = schema;
    this.targetFeatures = schema.targetFeatures();
    this.names = JsonName.of(targetFeatures);
    this.categories = targetFeatures.stream().map(JsonName::categories).toArray(JsonName[][]::new);
    this.binary = new BinaryPredictions(schema);
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
    JsonBytes json = buffers.get().begin();
    json.writeStartObject();
    json.writeStringField(KEY, prediction.key());
    json.writeNumberField(TIME, prediction.timeMs());
    json.writeStringField(STATUS, prediction.status().name());
    json.writeRepeatedField(MODEL, prediction.model());
    json.writeArrayFieldStart(FORECASTS);
    for (int h = 0; h < prediction.targetTimesMs().length; h++) {
      json.writeStartObject();
      json.writeNumberField(HORIZON, h + 1);
      long target = prediction.targetTimesMs()[h];
      if (target == Prediction.UNKNOWN_TIME) {
        json.writeNullField(TARGET_TIME);
      } else {
        json.writeNumberField(TARGET_TIME, target);
      }
      json.writeObjectFieldStart(VALUES);
      writeValues(json, prediction.values(), h * schema.outputWidth());
      json.writeEndObject();
      writeBounds(json, LOWER, prediction.lower(), h);
      writeBounds(json, UPPER, prediction.upper(), h);
      json.writeEndObject();
    }
    json.writeEndArray();
    if (prediction.receipt().isPresent()) {
      ReceiptJson.write(json, prediction.receipt().get());
    }
    json.writeEndObject();
    return json.toBytes();
  }

  private void writeValues(JsonBytes json, float[] values, int from) {
    for (int i = 0; i < names.length; i++) {
      int at = from + schema.outputAt(i);
      Feature feature = targetFeatures.get(i);
      if (feature.isCategory()) {
        json.writeObjectFieldStart(names[i]);
        json.writeStringField(
            LIKELIEST, feature.category(Probabilities.likeliest(values, at, feature.width())));
        json.writeObjectFieldStart(PROBABILITIES);
        for (int id = 0; id < feature.width(); id++) {
          json.writeNumberField(categories[i][id], values[at + id]);
        }
        json.writeEndObject();
        json.writeEndObject();
      } else {
        json.writeNumberField(names[i], values[at]);
      }
    }
  }

  /** Bounds of the targets that have an interval; nothing if none has. */
  private void writeBounds(JsonBytes json, JsonName name, float[] bounds, int h) {
    int from = h * names.length;
    boolean open = false;
    for (int i = 0; i < names.length && bounds.length > 0; i++) {
      if (Float.isFinite(bounds[from + i])) {
        if (!open) {
          json.writeObjectFieldStart(name);
          open = true;
        }
        json.writeNumberField(names[i], bounds[from + i]);
      }
    }
    if (open) {
      json.writeEndObject();
    }
  }

  private Prediction read(byte[] bytes) {
    if (WireForecast.isBinary(bytes)) {
      return binary.read(bytes);
    }
    try {
      JsonNode root = TREES.readTree(bytes);
      JsonNode forecasts = field(root, "forecasts");
      if (!forecasts.isArray()) {
        throw new IllegalArgumentException("'forecasts' must be an array, found " + forecasts);
      }
      long[] targetTimes = new long[forecasts.size()];
      float[] values = new float[forecasts.size() * schema.outputWidth()];
      float[] lower = bounds(forecasts, "lower");
      float[] upper = bounds(forecasts, "upper");
      for (int h = 0; h < targetTimes.length; h++) {
        JsonNode forecast = forecasts.get(h);
        if (whole(forecast, "horizon") != h + 1) {
          throw new IllegalArgumentException("horizons must count from 1, found " + forecast);
        }
        targetTimes[h] =
            field(forecast, "targetTime").isNull()
                ? Prediction.UNKNOWN_TIME
                : whole(forecast, "targetTime");
        readValues(field(forecast, "values"), values, h * schema.outputWidth());
      }
      return new Prediction(
          text(root, "key"),
          whole(root, "time"),
          ForecastStatus.valueOf(text(root, "status")),
          text(root, "model"),
          targetTimes,
          values,
          lower,
          upper,
          root.has("receipt")
              ? Optional.of(ReceiptJson.read(root.get("receipt")))
              : Optional.empty());
    } catch (IOException | IllegalArgumentException e) {
      throw new SerializationException("not a prediction over " + schema, e);
    }
  }

  private float[] bounds(JsonNode forecasts, String name) {
    int targets = schema.targets().size();
    float[] bounds = new float[forecasts.size() * targets];
    Arrays.fill(bounds, Float.NaN);
    boolean known = false;
    for (int h = 0; h < forecasts.size(); h++) {
      JsonNode node = forecasts.get(h).get(name);
      for (int i = 0; i < targets && node != null; i++) {
        String feature = schema.targetFeatures().get(i).name();
        if (node.has(feature)) {
          bounds[h * targets + i] = number(node, feature);
          known = true;
        }
      }
    }
    return known ? bounds : new float[0];
  }

  private void readValues(JsonNode node, float[] values, int from) {
    for (int i = 0; i < names.length; i++) {
      int at = from + schema.outputAt(i);
      Feature feature = targetFeatures.get(i);
      if (feature.isCategory()) {
        JsonNode probabilities = field(field(node, feature.name()), "probabilities");
        for (int id = 0; id < feature.width(); id++) {
          values[at + id] = number(probabilities, feature.category(id));
        }
      } else {
        values[at] = number(node, feature.name());
      }
    }
  }

  private static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is absent in " + node);
    }
    return value;
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + name + "' must be a string, found " + value);
    }
    return value.textValue();
  }

  private static long whole(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("'" + name + "' must be a whole number, found " + value);
    }
    return value.longValue();
  }

  private static float number(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isNumber() || !Float.isFinite(value.floatValue())) {
      throw new IllegalArgumentException("'" + name + "' must be a finite number, found " + value);
    }
    return DecimalFloats.of(value);
  }
}

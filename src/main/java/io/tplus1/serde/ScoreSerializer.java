package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Scores as JSON, in the form of {@code topics/schemas/score.json}: for a number, actual, forecast,
 * error (forecast − actual), the error of persistence, and whether the actual lay in the interval
 * that was sent, if one was; for a category, the two words, the probability that the actual had,
 * its log-loss in nats, and who was right.
 */
public final class ScoreSerializer implements Serializer<Score> {
  private static final JsonName KEY = JsonName.of("key");
  private static final JsonName TIME = JsonName.of("time");
  private static final JsonName MADE_AT = JsonName.of("madeAt");
  private static final JsonName HORIZON = JsonName.of("horizon");
  private static final JsonName STATUS = JsonName.of("status");
  private static final JsonName MODEL = JsonName.of("model");
  private static final JsonName FEATURES = JsonName.of("features");
  private static final JsonName ACTUAL = JsonName.of("actual");
  private static final JsonName FORECAST = JsonName.of("forecast");
  private static final JsonName ERROR = JsonName.of("error");
  private static final JsonName PERSISTENCE_ERROR = JsonName.of("persistenceError");
  private static final JsonName INSIDE = JsonName.of("inside");
  private static final JsonName PROBABILITY = JsonName.of("probability");
  private static final JsonName LOG_LOSS = JsonName.of("logLoss");
  private static final JsonName CORRECT = JsonName.of("correct");
  private static final JsonName PERSISTENCE_CORRECT = JsonName.of("persistenceCorrect");

  private final ThreadLocal<JsonBytes> buffers = ThreadLocal.withInitial(JsonBytes::new);
  private final FeatureSchema schema;
  private final List<Feature> targets;

  /** Of each target, its name and that of its first field. */
  private final JsonName[] names;

  public ScoreSerializer(FeatureSchema schema) {
    this.schema = schema;
    this.targets = schema.targetFeatures();
    this.names =
        Arrays.stream(JsonName.of(targets))
            .map(name -> name.beginning(ACTUAL))
            .toArray(JsonName[]::new);
  }

  @Override
  public byte[] serialize(String topic, Score score) {
    if (score == null) {
      return null;
    }
    JsonBytes json = buffers.get().begin();
    json.writeStartObject();
    json.writeStringField(KEY, score.key());
    json.writeNumberField(TIME, score.timeMs());
    json.writeNumberField(MADE_AT, score.madeAtMs());
    json.writeNumberField(HORIZON, score.horizon());
    json.writeStringField(STATUS, score.status().name());
    json.writeRepeatedField(MODEL, score.model());
    json.writeObjectFieldStart(FEATURES);
    for (int i = 0; i < targets.size(); i++) {
      if (Float.isNaN(score.actual()[i])) {
        continue; // nothing came
      }
      if (targets.get(i).isCategory()) {
        category(json, targets.get(i), score, i, schema.outputAt(i));
      } else {
        number(json, score, i, schema.outputAt(i));
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
    return json.toBytes();
  }

  private void number(JsonBytes json, Score score, int target, int at) {
    float actual = score.actual()[target];
    json.writeNumberField(names[target], actual);
    json.writeNumberField(FORECAST, score.forecast()[at]);
    writeError(json, ERROR, score.forecast()[at], actual);
    writeError(json, PERSISTENCE_ERROR, score.last()[target], actual);
    if (score.hasInterval(target)) {
      json.writeBooleanField(INSIDE, score.isInside(target, at));
    }
  }

  /** Two finite floats can lie further apart than a float reaches. */
  private static void writeError(JsonBytes json, JsonName name, float forecast, float actual) {
    float error = forecast - actual;
    if (Float.isFinite(error)) {
      json.writeNumberField(name, error);
    } else {
      json.writeNumberField(name, (double) forecast - actual);
    }
  }

  private void category(JsonBytes json, Feature feature, Score score, int target, int at) {
    int actual = (int) score.actual()[target];
    int likeliest = Probabilities.likeliest(score.forecast(), at, feature.width());
    float probability = score.forecast()[at + actual];
    json.writeStringField(names[target], feature.category(actual));
    json.writeStringField(FORECAST, feature.category(likeliest));
    json.writeNumberField(PROBABILITY, probability);
    json.writeNumberField(LOG_LOSS, Probabilities.logLoss(probability));
    json.writeBooleanField(CORRECT, likeliest == actual);
    json.writeBooleanField(PERSISTENCE_CORRECT, (int) score.last()[target] == actual);
  }
}

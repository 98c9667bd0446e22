package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.Probabilities;
import java.util.List;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Scores as JSON, in the form of {@code topics/schemas/score.json}: for a number, actual, forecast,
 * error (forecast − actual), the error of persistence, and whether the actual lay in the interval
 * that was sent, if one was; for a category, the two words, the probability that the actual had,
 * its log-loss in nats, and who was right.
 */
public final class ScoreSerializer implements Serializer<Score> {
  private static final byte[] KEY = JsonBytes.name("key");
  private static final byte[] TIME = JsonBytes.name("time");
  private static final byte[] MADE_AT = JsonBytes.name("madeAt");
  private static final byte[] HORIZON = JsonBytes.name("horizon");
  private static final byte[] STATUS = JsonBytes.name("status");
  private static final byte[] MODEL = JsonBytes.name("model");
  private static final byte[] FEATURES = JsonBytes.name("features");
  private static final byte[] ACTUAL = JsonBytes.name("actual");
  private static final byte[] FORECAST = JsonBytes.name("forecast");
  private static final byte[] ERROR = JsonBytes.name("error");
  private static final byte[] PERSISTENCE_ERROR = JsonBytes.name("persistenceError");
  private static final byte[] INSIDE = JsonBytes.name("inside");
  private static final byte[] PROBABILITY = JsonBytes.name("probability");
  private static final byte[] LOG_LOSS = JsonBytes.name("logLoss");
  private static final byte[] CORRECT = JsonBytes.name("correct");
  private static final byte[] PERSISTENCE_CORRECT = JsonBytes.name("persistenceCorrect");

  private final ThreadLocal<JsonBytes> buffers = ThreadLocal.withInitial(JsonBytes::new);
  private final List<Feature> targets;
  private final byte[][] names;

  public ScoreSerializer(FeatureSchema schema) {
    this.targets = schema.targetFeatures();
    this.names = JsonBytes.names(targets);
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
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      Feature feature = targets.get(i);
      if (Float.isNaN(score.actual()[i])) {
        at += feature.width();
        continue; // nothing came
      }
      json.writeObjectFieldStart(names[i]);
      if (feature.isCategory()) {
        category(json, feature, score, i, at);
      } else {
        number(json, score, i, at);
      }
      json.writeEndObject();
      at += feature.width();
    }
    json.writeEndObject();
    json.writeEndObject();
    return json.toBytes();
  }

  private static void number(JsonBytes json, Score score, int target, int at) {
    float actual = score.actual()[target];
    json.writeNumberField(ACTUAL, actual);
    json.writeNumberField(FORECAST, score.forecast()[at]);
    writeError(json, ERROR, score.forecast()[at], actual);
    writeError(json, PERSISTENCE_ERROR, score.last()[target], actual);
    if (score.hasInterval(target)) {
      json.writeBooleanField(INSIDE, score.isInside(target, at));
    }
  }

  /** Two finite floats can lie further apart than a float reaches. */
  private static void writeError(JsonBytes json, byte[] name, float forecast, float actual) {
    float error = forecast - actual;
    if (Float.isFinite(error)) {
      json.writeNumberField(name, error);
    } else {
      json.writeNumberField(name, (double) forecast - actual);
    }
  }

  private static void category(JsonBytes json, Feature feature, Score score, int target, int at) {
    int actual = (int) score.actual()[target];
    int likeliest = Probabilities.likeliest(score.forecast(), at, feature.width());
    float probability = score.forecast()[at + actual];
    json.writeStringField(ACTUAL, feature.category(actual));
    json.writeStringField(FORECAST, feature.category(likeliest));
    json.writeNumberField(PROBABILITY, probability);
    json.writeNumberField(LOG_LOSS, Probabilities.logLoss(probability));
    json.writeBooleanField(CORRECT, likeliest == actual);
    json.writeBooleanField(PERSISTENCE_CORRECT, (int) score.last()[target] == actual);
  }
}

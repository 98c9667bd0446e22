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
  private final ThreadLocal<JsonBytes> buffers = ThreadLocal.withInitial(JsonBytes::new);
  private final List<Feature> targets;

  public ScoreSerializer(FeatureSchema schema) {
    this.targets = schema.targetFeatures();
  }

  @Override
  public byte[] serialize(String topic, Score score) {
    if (score == null) {
      return null;
    }
    JsonBytes json = buffers.get().begin();
    json.writeStartObject();
    json.writeStringField("key", score.key());
    json.writeNumberField("time", score.timeMs());
    json.writeNumberField("madeAt", score.madeAtMs());
    json.writeNumberField("horizon", score.horizon());
    json.writeStringField("status", score.status().name());
    json.writeStringField("model", score.model());
    json.writeObjectFieldStart("features");
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      Feature feature = targets.get(i);
      if (Float.isNaN(score.actual()[i])) {
        at += feature.width();
        continue; // nothing came
      }
      json.writeObjectFieldStart(feature.name());
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
    json.writeNumberField("actual", actual);
    json.writeNumberField("forecast", score.forecast()[at]);
    writeError(json, "error", score.forecast()[at], actual);
    writeError(json, "persistenceError", score.last()[target], actual);
    if (score.hasInterval(target)) {
      json.writeBooleanField("inside", score.isInside(target, at));
    }
  }

  /** Two finite floats can lie further apart than a float reaches. */
  private static void writeError(JsonBytes json, String name, float forecast, float actual) {
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
    json.writeStringField("actual", feature.category(actual));
    json.writeStringField("forecast", feature.category(likeliest));
    json.writeNumberField("probability", probability);
    json.writeNumberField("logLoss", Probabilities.logLoss(probability));
    json.writeBooleanField("correct", likeliest == actual);
    json.writeBooleanField("persistenceCorrect", (int) score.last()[target] == actual);
  }
}

package io.tplus1.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.Probabilities;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Scores as JSON, in the form of {@code topics/schemas/score.json}: for a number, actual, forecast,
 * error (forecast − actual), the error of persistence, and whether the actual lay in the interval
 * that was sent, if one was; for a category, the two words, the probability that the actual had,
 * its log-loss in nats, and who was right.
 */
public final class ScoreSerializer implements Serializer<Score> {
  private static final JsonFactory JSON = new JsonFactory();

  private final FeatureSchema schema;

  public ScoreSerializer(FeatureSchema schema) {
    this.schema = schema;
  }

  @Override
  public byte[] serialize(String topic, Score score) {
    if (score == null) {
      return null;
    }
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(512);
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("key", score.key());
      json.writeNumberField("time", score.timeMs());
      json.writeNumberField("madeAt", score.madeAtMs());
      json.writeNumberField("horizon", score.horizon());
      json.writeStringField("status", score.status().name());
      json.writeStringField("model", score.model());
      json.writeObjectFieldStart("features");
      List<Feature> targets = schema.targetFeatures();
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
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new SerializationException("a score of " + score.key(), e);
    }
  }

  private static void number(JsonGenerator json, Score score, int target, int at)
      throws IOException {
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
  private static void writeError(JsonGenerator json, String name, float forecast, float actual)
      throws IOException {
    float error = forecast - actual;
    if (Float.isFinite(error)) {
      json.writeNumberField(name, error);
    } else {
      json.writeNumberField(name, (double) forecast - actual);
    }
  }

  private static void category(JsonGenerator json, Feature feature, Score score, int target, int at)
      throws IOException {
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

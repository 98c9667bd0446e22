package io.tplus1.serde;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sums of matured errors as JSON, in the form of {@code topics/schemas/model-scores.json}. A sum
 * that is not finite is written as null and read as NaN.
 */
public final class ModelScoresSerde implements Serde<ModelScores> {
  /** No record is longer, bytes: of as many models as are read, a name and six numbers each. */
  public static final int MAX_BYTES = 400_000;

  private static final Pattern TASK = Pattern.compile("(?s).{1,100}");
  private static final int MOST_MODELS = 1_000;
  private static final int LONGEST_NAME = 100;
  private static final String WHAT = "a record of model scores";
  private static final Set<String> FIELDS = Set.of("task", "to", "models");
  private static final Set<String> SUMS =
      Set.of("count", "error", "network", "persistence", "covered", "intervals");

  @Override
  public Serializer<ModelScores> serializer() {
    return (topic, scores) -> scores == null ? null : write(scores);
  }

  @Override
  public Deserializer<ModelScores> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(ModelScores scores) {
    return StrictJson.write(
        WHAT,
        json -> {
          json.writeStringField("task", scores.task());
          json.writeNumberField("to", scores.toMs());
          json.writeObjectFieldStart("models");
          for (Map.Entry<String, ModelScores.Sums> model :
              new TreeMap<>(scores.byModel()).entrySet()) {
            ModelScores.Sums sums = model.getValue();
            json.writeObjectFieldStart(model.getKey());
            json.writeNumberField("count", sums.count());
            JsonNumbers.write(json, "error", sums.error());
            JsonNumbers.write(json, "network", sums.network());
            JsonNumbers.write(json, "persistence", sums.persistence());
            json.writeNumberField("covered", sums.covered());
            json.writeNumberField("intervals", sums.intervals());
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }

  /**
   * Reads a record's value.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if it holds no model scores
   */
  public static ModelScores read(byte[] bytes) {
    return StrictJson.read(
        WHAT,
        bytes,
        FIELDS,
        json -> {
          StrictJson models = json.map("models", MOST_MODELS, LONGEST_NAME);
          Map<String, ModelScores.Sums> byModel = new TreeMap<>();
          models.names().forEach(name -> byModel.put(name, sums(models.within(name, SUMS))));
          return new ModelScores(
              json.text("task", TASK), json.whole("to", Long.MIN_VALUE), byModel);
        });
  }

  private static ModelScores.Sums sums(StrictJson json) {
    return new ModelScores.Sums(
        json.whole("count", 0),
        json.number("error"),
        json.number("network"),
        json.number("persistence"),
        json.whole("covered", 0),
        json.whole("intervals", 0));
  }
}

package io.tplus1.serde;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.wire.WireScore;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Scores in the binary form of {@link WireScore}. */
public final class BinaryScores implements Serde<Score> {
  private final int[] widths;

  public BinaryScores(FeatureSchema schema) {
    this.widths = BinaryPredictions.widths(schema);
  }

  @Override
  public Serializer<Score> serializer() {
    return (topic, score) -> score == null ? null : write(score);
  }

  /** What comes back has no experts. */
  @Override
  public Deserializer<Score> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private byte[] write(Score score) {
    return new WireScore(
            score.key(),
            score.timeMs(),
            score.madeAtMs(),
            score.horizon(),
            score.status().name(),
            score.model(),
            widths,
            score.actual(),
            score.forecast(),
            score.last(),
            score.halfWidths())
        .toBytes();
  }

  private Score read(byte[] value) {
    try {
      WireScore score = WireScore.read(value);
      BinaryPredictions.requireWidths(score.widths(), widths);
      return new Score(
          score.key(),
          score.timeMs(),
          score.madeAtMs(),
          score.horizon(),
          ForecastStatus.valueOf(score.status()),
          score.model(),
          score.actual(),
          score.forecast(),
          score.last(),
          score.halfWidths(),
          new float[0][]);
    } catch (IllegalArgumentException e) {
      throw new SerializationException("not a score of these settings: " + e.getMessage(), e);
    }
  }
}

package io.tplus1.pipeline;

import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.BinaryPredictions;
import io.tplus1.serde.BinaryScores;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.Score;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.serde.VectorJson;
import io.tplus1.wire.WireVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Bytes of the records of each shape and of some horizons in both forms: a vector of a random walk,
 * and the forecast and the score that follow it, with intervals and receipt, as if a network had
 * made them.
 *
 * <pre>{@code
 * mvn -Pjmh -DskipTests test-compile exec:exec@sizes
 * }</pre>
 */
public final class RecordSizes {
  private static final String HASH = "0123456789abcdef".repeat(4);

  private static final int[] HORIZONS = {1, 24, 48, 96};

  private RecordSizes() {}

  public static void main(String[] args) {
    System.out.println("shape,horizon,record,json,binary");
    for (Shape shape : Shape.values()) {
      for (int horizon : HORIZONS) {
        print(shape, horizon);
      }
    }
  }

  private static void print(Shape shape, int horizon) {
    List<Score> scores = new ArrayList<>();
    float[] walk = new float[shape.features];
    Prediction last = null;
    try (ForecastTestHarness harness =
        new ForecastTestHarness(
            Map.of(
                "features", String.join(",", shape.schema().names()),
                "window.steps", Integer.toString(shape.steps),
                "forecast.horizon", Integer.toString(horizon)))) {
      harness.onScore(scores::add);
      Random random = new Random(1);
      for (int i = 0; i < 2 * shape.steps + 9 + horizon; i++) {
        for (int f = 0; f < walk.length; f++) {
          walk[f] = 0.95f * walk[f] + 0.3f * (float) random.nextGaussian();
        }
        harness.push("series-123", Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i), walk);
        for (Prediction prediction : harness.predictions()) {
          last = prediction;
        }
      }
    }
    Prediction prediction = byNetwork(last);
    Score score = byNetwork(scores.get(scores.size() - 1));
    print(
        shape,
        horizon,
        "vector",
        new VectorJson(shape.schema()).write(walk),
        WireVector.write(walk));
    print(
        shape,
        horizon,
        "forecast",
        new PredictionSerde(shape.schema()).serializer().serialize("t", prediction),
        new BinaryPredictions(shape.schema()).serialize("t", prediction));
    print(
        shape,
        horizon,
        "score",
        new ScoreSerializer(shape.schema()).serialize("t", score),
        new BinaryScores(shape.schema()).serializer().serialize("t", score));
  }

  private static void print(Shape shape, int horizon, String record, byte[] json, byte[] binary) {
    System.out.printf("%s,%d,%s,%d,%d%n", shape, horizon, record, json.length, binary.length);
  }

  private static Prediction byNetwork(Prediction last) {
    Receipt receipt = last.receipt().orElseThrow();
    return new Prediction(
        last.key(),
        last.timeMs(),
        ForecastStatus.OK,
        HASH,
        last.targetTimesMs(),
        last.values(),
        last.lower(),
        last.upper(),
        Optional.of(
            new Receipt(
                "vector-1",
                receipt.window(),
                receipt.experts(),
                receipt.weights(),
                receipt.linear(),
                receipt.given(),
                receipt.intervals())));
  }

  private static Score byNetwork(Score score) {
    return new Score(
        score.key(),
        score.timeMs(),
        score.madeAtMs(),
        score.horizon(),
        ForecastStatus.OK,
        HASH,
        score.actual(),
        score.forecast(),
        score.last(),
        score.halfWidths(),
        score.experts());
  }
}

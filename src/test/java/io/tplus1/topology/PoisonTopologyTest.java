package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.MissingValues;
import io.tplus1.fuzz.HostileVectors;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorDecoder;
import io.tplus1.serde.VectorFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.test.TestRecord;

/** What comes out of good records is the same with and without poison among them. */
class PoisonTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T20:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SERIES = 3;
  private static final int ROWS = 20;

  /** What came out, without the offsets, which the poison moves. */
  private record Outcome(
      List<String> predictions,
      List<String> scores,
      Map<String, List<FeatureVector>> windows,
      int letters) {}

  private interface Poison {
    void among(ForecastTestHarness harness, Random random);
  }

  private static Outcome run(Map<String, String> more, Poison poison, long seed) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("features", "a,b,c");
    settings.put("window.steps", "4");
    settings.put("history.minimum", "1");
    settings.put("forecast.horizon", "2");
    settings.put("time.max.ahead", "auto");
    Random random = new Random(seed);
    Random values = new Random(1);
    List<String> predictions = new ArrayList<>();
    List<String> scores = new ArrayList<>();
    int letters = 0;
    try (ForecastTestHarness harness = new ForecastTestHarness(settings)) {
      PredictionSerde serde = new PredictionSerde(harness.schema());
      for (int row = 0; row < ROWS; row++) {
        for (int series = 0; series < SERIES; series++) {
          harness.push(
              "good-" + series,
              T0.plusSeconds(60L * row),
              (float) Math.sin(0.5 * row + series),
              series,
              (float) values.nextGaussian());
          poison.among(harness, random);
        }
        for (TestRecord<String, Prediction> record : harness.predictionRecords()) {
          if (record.key().startsWith("good-")) {
            predictions.add(
                withoutOffsets(serde.serializer().serialize("predictions", record.value())));
          }
        }
        harness.scores().stream().filter(score -> score.contains("\"good-")).forEach(scores::add);
        letters += harness.deadLetters().size();
      }
      Map<String, List<FeatureVector>> windows = new HashMap<>();
      for (int series = 0; series < SERIES; series++) {
        windows.put("good-" + series, harness.window("good-" + series));
      }
      return new Outcome(predictions, scores, windows, letters);
    }
  }

  private static String withoutOffsets(byte[] prediction) {
    try {
      JsonNode json = JSON.readTree(new String(prediction, UTF_8));
      ((ObjectNode) json.at("/receipt/window")).remove(List.of("firstOffset", "lastOffset"));
      return json.toString();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertSame(Outcome with, Outcome without) {
    assertThat(without.predictions()).hasSize(SERIES * ROWS);
    assertThat(without.scores()).isNotEmpty();
    assertThat(without.letters()).isZero();
    assertThat(with.letters()).isGreaterThan(SERIES * ROWS / 2);
    assertThat(with.predictions()).isEqualTo(without.predictions());
    assertThat(with.scores()).isEqualTo(without.scores());
    assertThat(with.windows()).isEqualTo(without.windows());
  }

  /** Poison of all kinds under keys of its own; some of it are vectors with strange times. */
  @Property(
      tries = 2,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void push_poisonOfAnyKindUnderOtherKeys_leavesOtherSeriesAsTheyWere(@ForAll long seed) {
    Poison poison =
        (harness, random) -> {
          for (int i = 0; i < 3; i++) {
            HostileVectors hostile = new HostileVectors(random, false);
            harness.pushRecord(hostile.key(), hostile.next(), hostile.timestamp(T0.toEpochMilli()));
          }
        };
    assertSame(run(Map.of(), poison, seed), run(Map.of(), (harness, random) -> {}, seed));
  }

  /**
   * What is refused under the very keys of the good ones, while the experts mix and learn: nothing
   * of it may be learnt either.
   */
  @Property(
      tries = 2,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void push_refusedRecordsUnderTheSameKeys_leaveNoTraceInWhatIsLearnt(@ForAll long seed) {
    Map<String, String> settings =
        Map.of("experts", "last,series,linear,rnn", "linear.lags", "2", "series.lags", "2");
    try (ForecastTestHarness harness = new ForecastTestHarness(Map.of("features", "a,b,c"))) {
      VectorDecoder decoder =
          new VectorDecoder(
              new VectorFormat(
                  harness.schema(),
                  TimeSource.AUTO,
                  "timestamp",
                  false,
                  MissingValues.NONE,
                  Optional.empty()),
              false);
      Poison poison =
          (running, random) -> {
            for (int i = 0; i < 3; i++) {
              HostileVectors hostile = new HostileVectors(random, false);
              byte[] value = hostile.next();
              if (decoder.deserialize("features", value).isRejected()) {
                running.pushRecord(
                    ("good-" + random.nextInt(SERIES)).getBytes(UTF_8),
                    value,
                    hostile.timestamp(T0.toEpochMilli()));
              }
            }
          };
      assertSame(run(settings, poison, seed), run(settings, (running, random) -> {}, seed));
    }
  }
}

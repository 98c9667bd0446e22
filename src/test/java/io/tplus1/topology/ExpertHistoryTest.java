package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.Folders;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.FakeForecaster;
import io.tplus1.model.ModelRegistry;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.serde.Score;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.topology.models.SmallPart;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * Experts, mixes, intervals and fills are state: a task that is restarted, revived and short of
 * heap puts out, bit for bit, what one puts out that runs through, and its store holds the same
 * rows.
 */
class ExpertHistoryTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x", "y");
  private static final int STEPS = 4;
  private static final int HORIZON = 2;
  private static final int MAX_AGE = 40;
  private static final int MAX_LATENESS = 15;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "experts", "last,seasonal,linear,series,rnn,stacked",
          "season.steps", "3",
          "linear.lags", "1-2",
          "series.lags", "1-2",
          "gap.fill", "linear",
          "gap.limit", "2",
          "interval.pool", "true");

  /**
   * One step.
   *
   * @param key −1 for a restart, −2 for a revival
   * @param ahead where a vector lies from stream time
   */
  private record Step(int key, int ahead) {}

  @Property(tries = 40, seed = "20261124")
  void process_anyHistory_doesNotShowRestarts(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 1, max = 3) int seriesOnHeap,
      @ForAll boolean stackedTogether)
      throws Exception {
    Path folder = Files.createTempDirectory("experts");
    try {
      run(folder.toFile(), steps, seriesOnHeap, stackedTogether);
    } finally {
      Folders.delete(folder);
    }
  }

  private static ForecastSettings settings(
      int seriesOnHeap, boolean inMemory, boolean stackedTogether) {
    Duration lateness = Duration.ofMillis(MAX_LATENESS);
    WindowSettings windows =
        new WindowSettings(
            STEPS,
            HORIZON,
            1,
            Duration.ofMillis(MAX_AGE),
            lateness,
            Duration.ofMillis(2 * MAX_AGE).plus(lateness),
            Optional.empty(),
            inMemory,
            seriesOnHeap,
            0.4,
            0);
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("stacked.pool", Boolean.toString(stackedTogether));
    return RigSettings.of(windows, true, settings);
  }

  private static void run(File folder, List<Step> steps, int seriesOnHeap, boolean stackedTogether)
      throws Exception {
    ForecastSettings tight = settings(seriesOnHeap, false, stackedTogether);
    File one = Files.createDirectory(folder.toPath().resolve("one")).toFile();
    File other = Files.createDirectory(folder.toPath().resolve("other")).toFile();
    try (var rig = new ProcessorRig(one, SCHEMA, tight);
        var straight = new ProcessorRig(other, SCHEMA, settings(100, true, stackedTogether))) {
      serve(rig.registry());
      serve(straight.registry());
      float value = 1;
      for (Step step : steps) {
        if (step.key() == -1) {
          rig.restart(SCHEMA, tight);
          serve(rig.registry());
        } else if (step.key() == -2) {
          rig.revive();
        } else {
          long time = Math.max(0, Math.max(0, rig.streamTimeMs()) + step.ahead());
          if (time < rig.streamTimeMs() - MAX_LATENESS) {
            continue; // The decoder turns it down.
          }
          String key = "k" + step.key();
          value = (value * 7 + 3) % 11;
          rig.process(key, time, value, (float) time);
          straight.process(key, time, value, (float) time);

          assertThat(rig.takeAll().stream().map(ExpertHistoryTest::written).toList())
              .isEqualTo(straight.takeAll().stream().map(ExpertHistoryTest::written).toList());
          assertThat(young(rig.stored(key))).isEqualTo(young(straight.stored(key)));
        }
      }
    }
  }

  /** A store that was opened anew may show what it had hidden as too old. */
  private static List<FeatureVector> young(List<FeatureVector> rows) {
    long newest = rows.get(rows.size() - 1).timeMs();
    return rows.stream().filter(row -> row.timeMs() >= newest - 2 * MAX_AGE).toList();
  }

  /** What consumers read, to the bit; but a task that was restarted may know fewer offsets. */
  private static String written(Object value) {
    if (value instanceof Prediction prediction) {
      return new String(new PredictionSerde(SCHEMA).serializer().serialize("t", prediction), UTF_8)
          .replaceFirst("\"firstOffset\":\\d+,", "");
    }
    if (value instanceof Score score) {
      return new String(new ScoreSerializer(SCHEMA).serialize("t", score), UTF_8);
    }
    if (value instanceof ModelScores scores) {
      return new String(new ModelScoresSerde().serializer().serialize("t", scores), UTF_8);
    }
    return HexFormat.of()
        .formatHex(new SampleSerde().serializer().serialize("t", (TrainingSample) value));
  }

  private static void serve(ModelRegistry registry) throws Exception {
    registry.serve(new FakeForecaster("m", SCHEMA, STEPS, HORIZON, new WeightedSum(1)));
    registry.serveLinear("linear", new SmallPart("mean", SCHEMA, HORIZON, 1));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> keys =
        Arbitraries.frequency(Tuple.of(20, 0), Tuple.of(20, 1), Tuple.of(3, -1), Tuple.of(1, -2));
    Arbitrary<Integer> ahead =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.integers().between(0, 4)),
            Tuple.of(5, Arbitraries.integers().between(-16, 0)),
            Tuple.of(2, Arbitraries.of(-MAX_LATENESS, 8, 12, MAX_LATENESS, MAX_AGE, 81)));
    return Combinators.combine(keys, ahead).as(Step::new).list().ofMinSize(20).ofMaxSize(80);
  }
}

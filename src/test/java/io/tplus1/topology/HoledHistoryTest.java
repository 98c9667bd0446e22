package io.tplus1.topology;

import static io.tplus1.topology.NaiveHistory.HORIZON;
import static io.tplus1.topology.NaiveHistory.INTERVAL;
import static io.tplus1.topology.NaiveHistory.LIMIT;
import static io.tplus1.topology.NaiveHistory.MAX_AGE;
import static io.tplus1.topology.NaiveHistory.STEPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.Folders;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.HygieneSettings.Fill;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import io.tplus1.topology.NaiveHistory.Fills;
import io.tplus1.topology.NaiveHistory.Outcome;
import io.tplus1.topology.NaiveHistory.Settled;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * Absent steps and absent features under random order, lateness, corrections, evictions, restarts
 * and revivals: what the model sees, what is scored and what is dead-lettered is what maps say that
 * never forget a row.
 */
class HoledHistoryTest {
  private static final FeatureSchema SCHEMA =
      new FeatureSchema(
          List.of(Feature.number("x"), Feature.number("y")), List.of(0, 1), List.of(0));
  private static final int MAX_LATENESS = 15;

  /**
   * One step.
   *
   * @param key −1 for a restart, −2 for a revival
   * @param ahead where a vector lies from stream time
   * @param absent 1: x, 2: y; else nothing
   */
  private record Step(int key, int ahead, int absent) {}

  @Property(tries = 60, seed = "20261127")
  void process_anyHistoryWithHoles_equalsTheNaiveModel(
      @ForAll("steps") List<Step> steps,
      @ForAll("fills") Fills fills,
      @ForAll boolean learning,
      @ForAll @IntRange(min = 1, max = 3) int seriesOnHeap)
      throws Exception {
    Path folder = Files.createTempDirectory("holed-history");
    try {
      run(folder.toFile(), steps, fills, settings(fills, learning, seriesOnHeap));
    } finally {
      Folders.delete(folder);
    }
  }

  private static void run(File folder, List<Step> steps, Fills fills, ForecastSettings settings)
      throws Exception {
    RecordingForecaster model = new RecordingForecaster("m", SCHEMA, STEPS, HORIZON, 0);
    NaiveHistory naive = new NaiveHistory(fills, settings.windows());
    try (var rig = new ProcessorRig(folder, SCHEMA, settings)) {
      rig.registry().serve(model);
      float value = 1;
      for (Step step : steps) {
        long time = Math.max(0, Math.max(0, rig.streamTimeMs()) + step.ahead());
        if (step.key() == -1) {
          rig.restart(SCHEMA, settings);
          rig.registry().serve(model);
        } else if (step.key() == -2) {
          rig.revive();
        } else if (time >= rig.streamTimeMs() - MAX_LATENESS) { // The decoder turns down others.
          value = (value * 7 + 3) % 101;
          float x = step.absent() == 1 ? Float.NaN : value;
          float y = step.absent() == 2 ? Float.NaN : -time;
          Outcome expected = naive.push("k" + step.key(), time, x, y);

          rig.process("k" + step.key(), time, x, y);

          assertThat(found(rig.takeAll(), model)).isEqualTo(expected);
        }
      }
    }
  }

  /** What learns holds rows for far longer, and forecasts are the same. */
  private static ForecastSettings settings(Fills fills, boolean learning, int seriesOnHeap) {
    WindowSettings all = RigSettings.windows(STEPS, HORIZON, MAX_AGE, MAX_LATENESS, seriesOnHeap);
    WindowSettings windows =
        new WindowSettings(
            STEPS,
            HORIZON,
            1,
            all.maxAge(),
            all.maxLateness(),
            learning ? Duration.ofMillis(3 * MAX_AGE + MAX_LATENESS) : all.retention(),
            Optional.of(Duration.ofMillis(INTERVAL)).filter(interval -> fills.interval()),
            false,
            seriesOnHeap,
            0.4,
            0);
    return RigSettings.of(
        windows,
        learning,
        Map.of(
            "interval.coverage", "0",
            "window.steps", Integer.toString(STEPS),
            "gap.fill", fills.gap().name().toLowerCase(Locale.ROOT),
            "gap.limit", Integer.toString(LIMIT),
            "missing.fill", fills.missing().name().toLowerCase(Locale.ROOT),
            "missing.limit", Integer.toString(LIMIT)));
  }

  private static Outcome found(List<Object> sent, RecordingForecaster model) {
    int dead = 0;
    List<Settled> scores = new ArrayList<>();
    List<FeatureVector> window = List.of();
    for (Object one : sent) {
      if (one instanceof Score score) {
        scores.add(
            new Settled(
                score.key(), score.madeAtMs(), score.horizon(), score.timeMs(), score.actual()[0]));
      } else if (one instanceof Prediction) {
        window = model.lastWindow();
      } else if (!(one instanceof TrainingSample || one instanceof ModelScores)) {
        dead++;
      }
    }
    return new Outcome(dead, scores, window);
  }

  @Provide
  Arbitrary<Fills> fills() {
    return Combinators.combine(
            Arbitraries.of(Fill.values()),
            Arbitraries.of(Fill.LAST, Fill.LINEAR),
            Arbitraries.of(true, false))
        .as(Fills::new);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> keys =
        Arbitraries.frequency(Tuple.of(40, 0), Tuple.of(12, 1), Tuple.of(2, -1), Tuple.of(1, -2));
    Arbitrary<Integer> ahead =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.of(INTERVAL - 1, INTERVAL, INTERVAL, INTERVAL, INTERVAL + 1)),
            Tuple.of(4, Arbitraries.just(0)),
            Tuple.of(3, Arbitraries.integers().between(0, 4 * INTERVAL)),
            Tuple.of(6, Arbitraries.integers().between(-MAX_LATENESS - 1, 0)),
            Tuple.of(1, Arbitraries.of(MAX_AGE, MAX_AGE + 1, MAX_AGE + MAX_LATENESS, 46)));
    Arbitrary<Integer> absent =
        Arbitraries.frequency(Tuple.of(6, 0), Tuple.of(3, 1), Tuple.of(1, 2));
    return Combinators.combine(keys, ahead, absent)
        .as(Step::new)
        .list()
        .ofMinSize(15)
        .ofMaxSize(60);
  }
}

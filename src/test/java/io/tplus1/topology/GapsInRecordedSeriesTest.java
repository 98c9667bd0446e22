package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.TrainingSample;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.train.SampleFilling;
import io.tplus1.train.SampleWindows;
import io.tplus1.train.TrainingSamples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples cut from a file are those of the stream, where steps or features are absent too. */
class GapsInRecordedSeriesTest {
  private static final int STEPS = 6;
  private static final int HORIZON = 2;
  private static final int LIMIT = 3;

  @ParameterizedTest
  @CsvSource({
    "last, 10s, off, 0, 'x,y',",
    "linear, 10s, off, 0, 'x,y',",
    "linear,, off, 0, 'x,y',",
    "last,, off, 0, 'x,y',",
    "off,, off, 0, 'x,y',",
    "off,, off, 10, 'x,y',",
    "off,, last, 10, 'x,y',",
    "off,, linear, 10, x,",
    "linear, 10s, last, 10, x,",
    "last,, linear, 10, 'x,y',",
    "last,, last, 30, x,",
    "last,, off, 0, 'x,y', 95s",
    "linear,, last, 10, x, 95s"
  })
  void cut_seriesWithGaps_givesTheStreamsWindowsAndAsManySamples(
      String fill,
      String interval,
      String missing,
      int absentPercent,
      String targets,
      String maxAge)
      throws Exception {
    List<SeriesVector> rows = rowsWithGaps(absentPercent);
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "features", "x,y",
                "window.steps", Integer.toString(STEPS),
                "forecast.horizon", Integer.toString(HORIZON),
                "history.minimum", "2",
                "window.max.age", "1h",
                "gap.fill", fill,
                "gap.limit", Integer.toString(LIMIT),
                "retrain.mode", "retrain",
                "retrain.first.samples", "100000"));
    if (maxAge != null) {
      settings.put("window.max.age", maxAge);
      settings.put("window.retention", "2d"); // room for the horizon behind a window
    }
    settings.put("missing.fill", missing);
    settings.put("missing.limit", Integer.toString(LIMIT));
    settings.put("targets", targets);
    if (interval != null) {
      settings.put("step.interval", interval);
    }
    try (ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), STEPS, HORIZON, 7);
      harness.serve(model);
      rows.forEach(row -> harness.push(row.series(), row.vector()));

      List<TrainingSample> samples = samples(harness, new Configuration(settings), rows);

      assertThat(samples)
          .hasSize((int) harness.counters().events(ForecastCounters.Event.SAMPLED))
          .hasSizeGreaterThan(40);
      if (!fill.equals("off")) {
        assertThat(harness.counters().events(ForecastCounters.Event.STEP_FILLED)).isPositive();
        assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isPositive();
      }
      if (absentPercent > 0 && !missing.equals("off")) {
        assertThat(harness.counters().events(ForecastCounters.Event.FEATURE_FILLED)).isPositive();
      }
      List<List<List<Float>>> seen = model.windows().stream().map(one -> values(one)).toList();
      assertThat(samples)
          .filteredOn(sample -> sample.window().steps() == STEPS)
          .hasSizeGreaterThan(10)
          .allSatisfy(sample -> assertThat(seen).contains(values(sample.window())));
      if (!fill.equals("off") || !missing.equals("off")) {
        assertThat(samples)
            .filteredOn(sample -> sample.window().steps() == STEPS)
            .allSatisfy(
                sample -> {
                  int at = seen.indexOf(values(sample.window()));
                  assertThat(withoutLoss(sample)).isEqualTo(withoutLoss(model.windows().get(at)));
                })
            .anySatisfy(sample -> assertThat(withoutLoss(sample)).isNotEmpty());
      }
    }
  }

  /** Though what learns holds what lies before it. */
  @Test
  void cut_gapOfMoreThanTheWindowsAge_isNotFilled() {
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    TrainingSamples samples =
        new TrainingSamples(
            new SampleWindows(3, 1, 2, Duration.ofSeconds(25), Duration.ofSeconds(190)),
            new SampleFilling(
                schema,
                Optional.of(
                    new SampleFilling.Gaps(
                        new StepInterval(Optional.of(Duration.ofSeconds(10))),
                        new GapFill(schema, false),
                        LIMIT)),
                Optional.of(new HoleFill(schema, false, LIMIT))));
    List<SeriesVector> rows = new ArrayList<>();
    for (long second : new long[] {0, 10, 20, 50, 60, 70}) {
      rows.add(new SeriesVector("k", new FeatureVector(second * 1_000, new float[] {second})));
    }

    assertThat(samples.cut(rows))
        .extracting(sample -> sample.window().timeMs(0), sample -> sample.window().lastTimeMs())
        .containsExactly(Tuple.tuple(0L, 10_000L), Tuple.tuple(50_000L, 60_000L));
  }

  private static List<Integer> withoutLoss(TrainingSample sample) {
    return sample.withoutLoss().stream().boxed().toList();
  }

  /**
   * By the mark behind the two features: steps that are made up, or that what was filled follows.
   */
  private static List<Integer> withoutLoss(FeatureWindow rows) {
    List<Integer> steps = new ArrayList<>();
    for (int s = 0; s < STEPS; s++) {
      boolean without = rows.value(s, 2) == RowLayout.FILLED;
      for (int next = s + 1; next < STEPS && next <= s + HORIZON; next++) {
        float mark = rows.value(next, 2);
        without |= mark == RowLayout.FILLED || mark == RowLayout.PARTLY_FILLED;
      }
      if (without) {
        steps.add(s);
      }
    }
    return steps;
  }

  private static List<TrainingSample> samples(
      ForecastTestHarness harness, Configuration configuration, List<SeriesVector> rows) {
    WindowSettings windows = configuration.windows();
    return new TrainingSamples(
            new SampleWindows(
                STEPS, HORIZON, windows.historyMinimum(), windows.maxAge(), windows.heldBack()),
            configuration.hygiene().filling(harness.schema(), new StepInterval(windows.interval())))
        .cut(rows);
  }

  /**
   * Ten seconds apart, some absent; now and then more than may be filled, or a day.
   *
   * @param absentPercent of the features that are absent too
   */
  private static List<SeriesVector> rowsWithGaps(int absentPercent) {
    Random random = new Random(3);
    Random absences = new Random(5);
    List<SeriesVector> rows = new ArrayList<>();
    long timeMs = 1_000_000;
    for (int i = 0; i < 400; i++) {
      float[] values = {random.nextInt(100), i};
      for (int f = 0; f < values.length; f++) {
        values[f] = absences.nextInt(100) < absentPercent ? Float.NaN : values[f];
      }
      rows.add(new SeriesVector("k", new FeatureVector(timeMs, values)));
      int kind = random.nextInt(40);
      timeMs += kind == 0 ? 86_400_000 : kind < 3 ? 90_000 : kind < 9 ? 20_000 : 10_000;
    }
    return rows;
  }

  /** Times and features, without what else a row holds. */
  private static List<List<Float>> values(FeatureWindow window) {
    List<List<Float>> values = new ArrayList<>();
    for (int s = 0; s < window.steps(); s++) {
      values.add(
          List.of((float) (window.timeMs(s) % 10_000_000), window.value(s, 0), window.value(s, 1)));
    }
    return values;
  }
}

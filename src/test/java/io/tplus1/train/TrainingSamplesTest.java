package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.TrainingSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TrainingSamplesTest {
  private static final Duration LONG = Duration.ofDays(1);
  private static final FeatureSchema X = FeatureSchema.ofNumbers("x");

  @Test
  void cut_questionsRows_areTheQuestionsWindows() {
    List<SeriesVector> rows =
        List.of(
            vector("s", 1, 1, 2, 3, 4),
            vector("s", 2, 2, 5, 6, 7),
            vector("s", 3, 3, 8, 9, 10),
            vector("s", 4, 4, 11, 12, 13));

    List<TrainingSample> samples =
        new TrainingSamples(
                new SampleWindows(2, 1, 2, LONG, LONG),
                SampleFilling.none(FeatureSchema.ofNumbers("a", "b", "c", "d")))
            .cut(rows);

    assertThat(samples).hasSize(2);
    assertThat(samples.get(0).window().toArray())
        .isDeepEqualTo(new float[][] {{1, 2, 3, 4}, {2, 5, 6, 7}});
    assertThat(samples.get(0).following().toArray()).isDeepEqualTo(new float[][] {{3, 8, 9, 10}});
    assertThat(samples.get(1).window().toArray())
        .isDeepEqualTo(new float[][] {{2, 5, 6, 7}, {3, 8, 9, 10}});
    assertThat(samples.get(1).following().toArray()).isDeepEqualTo(new float[][] {{4, 11, 12, 13}});
  }

  @Test
  void cut_correctionInFile_laterOneCounts() {
    List<TrainingSample> samples =
        samples(1, 1, 1).cut(List.of(vector("s", 1, 1), vector("s", 2, 2), vector("s", 1, 9)));

    assertThat(samples).hasSize(1);
    assertThat(samples.get(0).window().value(0, 0)).isEqualTo(9);
  }

  @Test
  void cut_nothing_noSamples() {
    assertThat(samples(2, 1, 1).cut(List.of())).isEmpty();
  }

  /** As the nights between the shifts of a machine are. */
  @Test
  void cut_silenceLongerThanWhatIsHeld_nothingFollowsAcrossIt() {
    List<TrainingSample> samples =
        new TrainingSamples(
                new SampleWindows(2, 2, 1, Duration.ofMillis(10), Duration.ofMillis(10)),
                SampleFilling.none(X))
            .cut(
                List.of(
                    vector("s", 1, 1),
                    vector("s", 2, 2),
                    vector("s", 3, 3),
                    vector("s", 13, 4), // held
                    vector("s", 24, 5),
                    vector("s", 25, 6)));

    assertThat(samples).extracting(sample -> sample.window().lastTimeMs()).containsExactly(1L, 2L);
  }

  @Test
  void cut_vectorsThatLackFeatures_teachNoTargetThatWasFilled() {
    FeatureSchema schema =
        new FeatureSchema(
            List.of(Feature.number("a"), Feature.number("b")), List.of(0, 1), List.of(0));
    float none = Float.NaN;
    List<SeriesVector> vectors =
        List.of(
            vector("s", 1, 1, 10),
            vector("s", 2, none, 20),
            vector("s", 3, 3, none),
            vector("s", 4, none, none), // no vector at all
            vector("s", 5, 5, 50),
            vector("s", 5, none, 55)); // corrects b alone
    SampleWindows windows = new SampleWindows(2, 1, 1, LONG, LONG);

    List<TrainingSample> filled =
        new TrainingSamples(
                windows,
                new SampleFilling(
                    schema, Optional.empty(), Optional.of(new HoleFill(schema, false, 9))))
            .cut(vectors);

    assertThat(filled).hasSize(2);
    assertThat(filled.get(0).window().toArray()).isDeepEqualTo(new float[][] {{1, 10}, {1, 20}});
    assertThat(filled.get(0).following().toArray()).isDeepEqualTo(new float[][] {{3, 20}});
    assertThat(filled.get(1).following().toArray()).isDeepEqualTo(new float[][] {{5, 55}});
    assertThat(
            new TrainingSamples(windows, SampleFilling.none(schema))
                .cut(vectors).stream().map(TrainingSamplesTest::describe))
        .containsExactly("s[1 [1.0, 10.0]][5 [5.0, 50.0]]");
  }

  @Property(tries = 300, seed = "20261124")
  void cut_anySeries_isWhatTheStreamWouldHaveFormed(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int steps,
      @ForAll @IntRange(min = 1, max = 3) int horizon,
      @ForAll @IntRange(min = 1, max = 20) int maxAgeMs) {
    Random random = new Random(seed);
    int minimum = 1 + random.nextInt(steps);
    List<SeriesVector> vectors = random(random);

    List<TrainingSample> samples =
        new TrainingSamples(
                new SampleWindows(steps, horizon, minimum, Duration.ofMillis(maxAgeMs), LONG),
                SampleFilling.none(X))
            .cut(vectors);

    assertThat(samples)
        .isSortedAccordingTo(Comparator.comparingLong(sample -> sample.window().lastTimeMs()));
    assertThat(samples.stream().map(TrainingSamplesTest::describe))
        .containsExactlyInAnyOrderElementsOf(naive(vectors, steps, horizon, minimum, maxAgeMs));
  }

  @Property(tries = 300, seed = "20261124")
  void cut_anySeriesWithGaps_learnsNeitherFilledStepsNorAcrossALongGap(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int steps,
      @ForAll @IntRange(min = 1, max = 3) int horizon,
      @ForAll @IntRange(min = 1, max = 20) int maxAgeMs,
      @ForAll @IntRange(min = 1, max = 3) int limit) {
    Random random = new Random(seed);
    int minimum = 1 + random.nextInt(steps);
    List<SeriesVector> vectors = random(random);
    SampleFilling.Gaps gaps =
        new SampleFilling.Gaps(
            new StepInterval(Optional.of(Duration.ofMillis(1))), new GapFill(X, false), limit);

    List<TrainingSample> samples =
        new TrainingSamples(
                new SampleWindows(steps, horizon, minimum, Duration.ofMillis(maxAgeMs), LONG),
                new SampleFilling(X, Optional.of(gaps), Optional.empty()))
            .cut(vectors);

    List<String> expected = new ArrayList<>();
    bySeries(vectors)
        .forEach(
            (key, byTime) -> {
              for (NavigableMap<Long, FeatureVector> run :
                  runs(byTime, Math.min(limit, maxAgeMs - 1))) {
                List<FeatureVector> all = everyMs(run);
                expected.addAll(
                    naive(key, all, steps, horizon, minimum, maxAgeMs, byTime.values()));
              }
            });
    assertThat(samples.stream().map(TrainingSamplesTest::describe))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Property(tries = 300, seed = "20261124")
  void holdOut_anySamples_nothingLearntIsNewerThanTheFirstWatchedWindow(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int horizon,
      @ForAll @DoubleRange(min = 0, max = 0.9) double fraction) {
    List<TrainingSample> samples = samples(3, horizon, 1).cut(random(new Random(seed)));

    TrainingSamples.HoldOut parts = TrainingSamples.holdOut(samples, fraction);

    int watched = parts.validation().size();
    if (watched > 0) {
      assertThat(watched).isEqualTo((int) Math.round(samples.size() * fraction));
      assertThat(parts.validation())
          .isEqualTo(samples.subList(samples.size() - watched, samples.size()));
      long first = parts.validation().get(0).window().lastTimeMs();
      assertThat(parts.training())
          .isNotEmpty()
          .isEqualTo(
              samples.subList(0, samples.size() - watched).stream()
                  .filter(sample -> sample.following().lastTimeMs() <= first)
                  .toList());
    } else {
      assertThat(parts.training()).isEqualTo(samples);
    }
  }

  @Test
  void holdOut_lastFifteenPercent_inTimeOrder() {
    List<SeriesVector> rows = new ArrayList<>();
    for (int t = 0; t < 101; t++) {
      rows.add(vector("s", t, t));
    }

    TrainingSamples.HoldOut parts = TrainingSamples.holdOut(samples(1, 1, 1).cut(rows), 0.15);

    assertThat(parts.training()).hasSize(85);
    assertThat(parts.validation()).hasSize(15);
    assertThat(parts.validation().get(0).window().lastTimeMs()).isEqualTo(85);
  }

  @Test
  void holdOut_windowsThatAllEndTogether_nothingIsHeldBack() {
    List<SeriesVector> rows = new ArrayList<>();
    for (int s = 0; s < 10; s++) {
      rows.add(vector("s" + s, 1, s));
      rows.add(vector("s" + s, 2, s));
    }

    TrainingSamples.HoldOut parts = TrainingSamples.holdOut(samples(1, 1, 1).cut(rows), 0.15);

    assertThat(parts.training()).hasSize(10);
    assertThat(parts.validation()).isEmpty();
  }

  @Test
  void before_times_theBorderIsNotIn() {
    List<SeriesVector> rows = List.of(vector("s", 1, 1), vector("s", 3, 3), vector("s", 2, 2));

    assertThat(TrainingSamples.before(rows, 3)).containsExactly(rows.get(0), rows.get(2));
    assertThat(TrainingSamples.before(rows, Long.MAX_VALUE)).isEqualTo(rows);
  }

  private static TrainingSamples samples(int steps, int horizon, int minimum) {
    return new TrainingSamples(
        new SampleWindows(steps, horizon, minimum, LONG, LONG), SampleFilling.none(X));
  }

  /** Straight from the definition: every vector in turn ends a window. */
  private static List<String> naive(
      List<SeriesVector> vectors, int steps, int horizon, int minimum, int maxAgeMs) {
    List<String> samples = new ArrayList<>();
    bySeries(vectors)
        .forEach(
            (key, byTime) -> {
              List<FeatureVector> all = List.copyOf(byTime.values());
              samples.addAll(naive(key, all, steps, horizon, minimum, maxAgeMs, all));
            });
    return samples;
  }

  private static List<String> naive(
      String key,
      List<FeatureVector> all,
      int steps,
      int horizon,
      int minimum,
      int maxAgeMs,
      Collection<FeatureVector> came) {
    List<String> samples = new ArrayList<>();
    for (int last = 0; last + horizon < all.size(); last++) {
      long oldest = all.get(last).timeMs() - maxAgeMs;
      List<FeatureVector> window = new ArrayList<>();
      for (int i = Math.max(0, last - steps + 1); i <= last; i++) {
        if (all.get(i).timeMs() >= oldest) {
          window.add(all.get(i));
        }
      }
      if (window.size() >= minimum && came.containsAll(all.subList(last, last + 1 + horizon))) {
        samples.add(key + window + all.subList(last + 1, last + 1 + horizon));
      }
    }
    return samples;
  }

  private static NavigableMap<String, NavigableMap<Long, FeatureVector>> bySeries(
      List<SeriesVector> vectors) {
    NavigableMap<String, NavigableMap<Long, FeatureVector>> series = new TreeMap<>();
    for (SeriesVector one : vectors) {
      series
          .computeIfAbsent(one.series(), key -> new TreeMap<>())
          .put(one.vector().timeMs(), one.vector());
    }
    return series;
  }

  /** A series cut where more steps of one millisecond are absent than the limit. */
  private static List<NavigableMap<Long, FeatureVector>> runs(
      NavigableMap<Long, FeatureVector> byTime, int limit) {
    List<NavigableMap<Long, FeatureVector>> runs = new ArrayList<>();
    byTime.forEach(
        (timeMs, vector) -> {
          Long before = byTime.lowerKey(timeMs);
          if (before == null || timeMs - before - 1 > limit) {
            runs.add(new TreeMap<>());
          }
          runs.get(runs.size() - 1).put(timeMs, vector);
        });
    return runs;
  }

  /** The vectors of a run, and the values of the last one wherever a millisecond has none. */
  private static List<FeatureVector> everyMs(NavigableMap<Long, FeatureVector> run) {
    return LongStream.rangeClosed(run.firstKey(), run.lastKey())
        .mapToObj(timeMs -> new FeatureVector(timeMs, run.floorEntry(timeMs).getValue().values()))
        .toList();
  }

  private static String describe(TrainingSample sample) {
    return sample.series() + list(sample.window()) + list(sample.following());
  }

  private static List<FeatureVector> list(FeatureWindow window) {
    return List.of(window.toVectors());
  }

  /** A few series out of order, with gaps and corrections. */
  private static List<SeriesVector> random(Random random) {
    List<SeriesVector> vectors = new ArrayList<>();
    int count = random.nextInt(60);
    for (int i = 0; i < count; i++) {
      vectors.add(vector("s" + random.nextInt(3), random.nextInt(50), random.nextFloat()));
    }
    return vectors;
  }

  private static SeriesVector vector(String key, long timeMs, float... values) {
    return new SeriesVector(key, new FeatureVector(timeMs, values));
  }
}

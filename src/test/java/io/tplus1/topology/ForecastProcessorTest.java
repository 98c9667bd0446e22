package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.ForecastSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.serde.Score;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to kept state: restarts, revivals, other windows and horizons. */
class ForecastProcessorTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("x", "y");

  @TempDir private File stateDir;

  @Test
  void init_afterRestart_goesOnWhereTheStoresStand() throws Exception {
    WindowSettings windows = RigSettings.windows(3, 2, 1_000, 100, 10);
    try (var rig = new ProcessorRig(stateDir, ONE, windows)) {
      rig.process("k", 10, 1);
      rig.process("k", 20, 2);
      rig.scores();

      rig.restart(ONE, windows);
      RecordingForecaster model = new RecordingForecaster("m", ONE, 3, 2, 7);
      rig.registry().serve(model);
      rig.process("k", 30, 3);

      assertThat(model.windows().get(0).toArray()).isDeepEqualTo(new float[][] {{1}, {2}, {3}});
      assertThat(rig.scores())
          .extracting(Score::madeAtMs, Score::horizon, Score::timeMs)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(10L, 2, 30L),
              org.assertj.core.groups.Tuple.tuple(20L, 1, 30L));
    }
  }

  @Test
  void init_againOnTheSameProcessor_forgetsTheHeapAndPunctuatesOnce() {
    WindowSettings windows = RigSettings.windows(3, 1, 1_000, 100, 10);
    try (var rig = new ProcessorRig(stateDir, ONE, windows)) {
      rig.process("k", 10, 1);
      long rebuilt = rig.counters().events(ForecastCounters.Event.WINDOW_REBUILT);

      rig.revive();
      rig.process("k", 20, 2);

      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_REBUILT))
          .isEqualTo(rebuilt + 1);
      assertThat(rig.livePunctuators()).hasSize(1);
    }
  }

  /** Steps are counted from the newest vector that is known of, which is not there to fill from. */
  @Test
  void process_newestVectorsAreGone_fillsNoStepBehindThem() {
    WindowSettings windows = RigSettings.windows(4, 1, 1_000, 100, 10);
    ForecastSettings settings =
        RigSettings.of(windows, false, Map.of("gap.fill", "last", "interval.coverage", "0"));
    try (var rig = new ProcessorRig(stateDir, ONE, settings)) {
      for (int i = 1; i <= 5; i++) {
        rig.process("k", 10L * i, i);
      }
      rig.restart(ONE, settings);
      rig.lose("k", 50);
      rig.lose("k", 40);

      rig.process("k", 25, 2.5f); // late: the window is read, and its end is not there
      rig.process("k", 70, 7);

      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_LOST)).isEqualTo(1);
      assertThat(rig.counters().events(ForecastCounters.Event.STEP_FILLED)).isZero();
      assertThat(rig.stored("k"))
          .extracting(FeatureVector::timeMs)
          .containsExactly(10L, 20L, 25L, 30L, 70L);
    }
  }

  /** However the window is read again afterwards. */
  @Test
  void process_newestVectorsAreGoneAndFeaturesAreFilled_windowBeginsAnewForGood() throws Exception {
    WindowSettings windows = RigSettings.windows(3, 1, 1_000, 100, 10);
    ForecastSettings settings =
        RigSettings.of(windows, false, Map.of("missing.fill", "last", "interval.coverage", "0"));
    try (var rig = new ProcessorRig(stateDir, TWO, settings)) {
      for (int i = 1; i <= 5; i++) {
        rig.process("k", 10L * i, i, i);
      }
      rig.restart(TWO, settings);
      RecordingForecaster model = new RecordingForecaster("m", TWO, 3, 1, 7);
      rig.registry().serve(model);
      rig.lose("k", 50);
      rig.lose("k", 40);

      rig.process("k", 60, 6, Float.NaN); // refused, for there is nothing to fill it from
      rig.process("k", 25, 2.5f, 2.5f); // late: the window is read again
      rig.process("k", 70, 7, 7);
      rig.restart(TWO, settings);
      rig.registry().serve(model);
      rig.process("k", 65, 6.5f, 6.5f);
      assertThat(model.windows().get(model.windows().size() - 1).toArray())
          .isDeepEqualTo(new float[][] {{7, 7, 0}});
      rig.process("k", 80, 8, 8);

      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_LOST)).isEqualTo(1);
      assertThat(model.windows().get(model.windows().size() - 1).toArray())
          .isDeepEqualTo(new float[][] {{6.5f, 6.5f, 0}, {7, 7, 0}, {8, 8, 0}});
    }
  }

  /**
   * After a crash under at_least_once, where the state was ahead of the rows, and a vector of later
   * is read again before them: it is in no window.
   */
  @Test
  void process_refusedVectorBeforeThoseThatAreReadAgain_nothingIsLost() throws Exception {
    WindowSettings windows = RigSettings.windows(3, 3, 1_000, 100, 10);
    ForecastSettings settings =
        RigSettings.of(windows, false, Map.of("missing.fill", "last", "interval.coverage", "0"));
    try (var rig = new ProcessorRig(stateDir, TWO, settings)) {
      for (int i = 1; i <= 5; i++) {
        rig.process("k", 10L * i, i, i);
      }
      rig.restart(TWO, settings);
      RecordingForecaster model = new RecordingForecaster("m", TWO, 3, 3, 7);
      rig.registry().serve(model);
      rig.lose("k", 50);
      rig.lose("k", 40);
      rig.scores();

      rig.process("k", 60, 6, Float.NaN);
      rig.process("k", 40, 4, 4);
      rig.process("k", 50, 5, 5);
      rig.process("k", 60, 6, 6);

      assertThat(rig.counters().events(ForecastCounters.Event.CORRECTED)).isEqualTo(2);
      assertThat(rig.counters().events(ForecastCounters.Event.LATE)).isZero();
      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_LOST)).isZero();
      assertThat(model.windows().get(model.windows().size() - 1).toArray())
          .isDeepEqualTo(new float[][] {{4, 4, 0}, {5, 5, 0}, {6, 6, 0}});
      assertThat(rig.scores())
          .extracting(Score::madeAtMs, Score::horizon)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(30L, 3),
              org.assertj.core.groups.Tuple.tuple(40L, 2),
              org.assertj.core.groups.Tuple.tuple(50L, 1));
    }
  }

  /** Whether it is taken is told without it: what a ring forgets beside it, it would read again. */
  @Test
  void process_vectorThatIsRefused_leavesTheRingAsItWas() throws Exception {
    WindowSettings windows = RigSettings.windows(3, 1, 20, 1, 10);
    ForecastSettings settings =
        RigSettings.of(windows, false, Map.of("missing.fill", "last", "interval.coverage", "0"));
    try (var rig = new ProcessorRig(stateDir, TWO, settings)) {
      RecordingForecaster model = new RecordingForecaster("m", TWO, 3, 1, 7);
      rig.registry().serve(model);
      rig.process("k", 10, 1, 1);
      rig.process("k", 20, 2, 2);
      rig.lose("k", 10);

      rig.process("k", 41, 4, Float.NaN);
      rig.process("k", 25, 3, 3);

      assertThat(model.windows().get(model.windows().size() - 1).toArray())
          .isDeepEqualTo(new float[][] {{1, 1, 0}, {2, 2, 0}, {3, 3, 0}});
    }
  }

  /** Kafka Streams close a task that is revived, and may close one twice. */
  @Test
  void close_twiceOrBeforeItIsRevived_partitionIsLetGoOnce() {
    try (var rig = new ProcessorRig(stateDir, ONE, RigSettings.windows(3, 1, 1_000, 100, 10))) {
      assertThat(rig.tasks()).isEqualTo(1);
      rig.revive();
      assertThat(rig.tasks()).isEqualTo(1);
      rig.closeTask();
      rig.closeTask();
      assertThat(rig.tasks()).isZero();
      rig.revive();
      assertThat(rig.tasks()).isEqualTo(1);
    }
  }

  @Test
  void process_correctionOfASeriesOnTheHeap_countsNoWindowAsRebuilt() {
    try (var rig = new ProcessorRig(stateDir, ONE, RigSettings.windows(3, 1, 1_000, 100, 10))) {
      rig.process("k", 10, 1);
      rig.process("k", 20, 2);
      rig.process("k", 10, 3);

      assertThat(rig.counters().events(ForecastCounters.Event.CORRECTED)).isEqualTo(1);
      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_REBUILT)).isZero();
    }
  }

  /** The oldest vector that a window may hold, seen from the latest that may come. */
  @ParameterizedTest
  @ValueSource(ints = {10, 1})
  void process_atTheEdgesOfAgeAndLateness_seesTheSameFromRingAndStore(int seriesOnHeap)
      throws Exception {
    WindowSettings windows = RigSettings.windows(3, 1, 20, 15, seriesOnHeap);
    try (var rig = new ProcessorRig(stateDir, ONE, windows)) {
      RecordingForecaster model = new RecordingForecaster("m", ONE, 3, 1, 7);
      rig.registry().serve(model);
      rig.process("k", 1_000, 1);
      rig.process("other", 1_035, 9);

      rig.process("k", 1_020, 2);

      assertThat(model.lastWindow())
          .extracting(io.tplus1.feature.FeatureVector::timeMs)
          .containsExactly(1_000L, 1_020L);
    }
  }

  /** A setting may change under a kept state: it must not stop the task at the first vector. */
  @Test
  void process_longerHorizonThanTheWaitingForecasts_scoresWhatTheyHold() {
    try (var rig = new ProcessorRig(stateDir, ONE, RigSettings.windows(2, 1, 1_000, 100, 10))) {
      rig.process("k", 10, 1);
      rig.restart(ONE, RigSettings.windows(2, 3, 1_000, 100, 10));
      rig.scores();

      rig.process("k", 20, 2);
      rig.process("k", 30, 3);

      assertThat(rig.scores())
          .extracting(Score::madeAtMs, Score::horizon)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(10L, 1),
              org.assertj.core.groups.Tuple.tuple(20L, 1));
    }
  }

  @Test
  void process_shorterHorizonThanTheWaitingForecasts_scoresWhatTheyHold() {
    try (var rig = new ProcessorRig(stateDir, ONE, RigSettings.windows(2, 3, 1_000, 100, 10))) {
      rig.process("k", 10, 1);
      rig.process("k", 20, 2);
      rig.restart(ONE, RigSettings.windows(2, 1, 1_000, 100, 10));
      rig.scores();

      for (int i = 3; i <= 6; i++) {
        rig.process("k", 10L * i, i);
      }

      assertThat(rig.scores())
          .extracting(Score::madeAtMs, Score::horizon)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(10L, 2),
              org.assertj.core.groups.Tuple.tuple(20L, 1),
              org.assertj.core.groups.Tuple.tuple(10L, 3),
              org.assertj.core.groups.Tuple.tuple(20L, 2),
              org.assertj.core.groups.Tuple.tuple(30L, 1),
              org.assertj.core.groups.Tuple.tuple(20L, 3),
              org.assertj.core.groups.Tuple.tuple(40L, 1),
              org.assertj.core.groups.Tuple.tuple(50L, 1));
      assertThat(rig.state("k").pending()).hasSize(1);
    }
  }

  @Test
  void punctuate_seriesSilentForLongerThanRetention_leavesNoState() {
    try (var rig = new ProcessorRig(stateDir, ONE, RigSettings.windows(2, 2, 100, 10, 10))) {
      rig.process("silent", 10, 1);
      rig.process("silent", 20, 1);
      rig.process("alive", 130, 1);
      rig.punctuate();
      assertThat(rig.state("silent")).as("110 ms silent, not longer").isNotNull();

      rig.advanceStreamTime(135); // by a twentieth of the retention
      rig.punctuate(10_000);

      assertThat(rig.state("silent")).isNull();
      assertThat(rig.state("alive")).isNotNull();
      assertThat(rig.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isEqualTo(1);
      assertThat(rig.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(2);
      rig.scores();

      rig.process("silent", 131, 5);

      assertThat(rig.scores()).as("what waited is gone from the heap as well").isEmpty();
    }
  }

  @Test
  void punctuate_manySilentSeries_looksAtOneAMillisecondAndReachesAllOfThem() {
    try (var rig = new ProcessorRig(stateDir, ONE, RigSettings.windows(1, 1, 100, 10, 10))) {
      int silent = 2_033;
      for (int i = 0; i < silent; i++) {
        rig.process("s" + i, 1, 1);
      }
      rig.advanceStreamTime(1_000);
      rig.punctuate();
      assertThat(rig.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isEqualTo(1_000);
      rig.punctuate(20);
      assertThat(rig.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isEqualTo(1_020);
      rig.punctuate(5_000);
      assertThat(rig.counters().events(ForecastCounters.Event.SERIES_DROPPED))
          .as("no more than a second is made up for")
          .isEqualTo(2_020);

      rig.punctuate();
      rig.punctuate();

      assertThat(rig.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isEqualTo(silent);
      rig.process("s5", 1_001, 1);
      rig.punctuate();
      assertThat(rig.state("s5")).isNotNull();
    }
  }
}

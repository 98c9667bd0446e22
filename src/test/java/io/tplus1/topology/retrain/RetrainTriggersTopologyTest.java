package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.FAST;
import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What starts a training in the stream, each alone. */
class RetrainTriggersTopologyTest {
  /** The first training alone; samples are a second of event time apart. */
  private static final Map<String, String> FIRST = with(REFRESH, "retrain.every.samples=0");

  private static List<String> trainings(RetrainDriver retrain) {
    return retrain.events(Kind.TRAINED).stream().map(ModelEvent::reason).toList();
  }

  @Test
  void every_clockPasses_trainsByTheClockAndNotByEventTime() {
    try (RetrainDriver retrain = new RetrainDriver(with(FIRST, "retrain.every=30s"))) {
      retrain.samples(100, SLOW);
      retrain.advance(Duration.ofSeconds(29));
      assertThat(trainings(retrain)).containsExactly("trained because of: first");

      retrain.advance(Duration.ofSeconds(1));

      assertThat(trainings(retrain)).containsExactly("trained because of: clock");
    }
  }

  @Test
  void eventEvery_samplesPass_trainsByEventTimeAndNotByTheClock() {
    try (RetrainDriver retrain = new RetrainDriver(with(FIRST, "retrain.event.every=30s"))) {
      retrain.samples(40 + 29, SLOW);
      retrain.advance(Duration.ofSeconds(100));
      assertThat(trainings(retrain)).containsExactly("trained because of: first");

      retrain.samples(1, SLOW);

      assertThat(trainings(retrain)).containsExactly("trained because of: event_time");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onDrift_lawChanges_trainsIfSo(boolean onDrift) {
    Map<String, String> settings =
        with(
            FIRST,
            "retrain.on.drift=" + onDrift,
            "retrain.drift.threshold=20",
            "probation.scores=100000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(100, SLOW);
      assertThat(retrain.champion()).isNotNull();
      assertThat(trainings(retrain)).containsExactly("trained because of: first");

      retrain.samples(40, FAST);

      assertThat(retrain.counters().events(RetrainCounters.Event.DRIFT)).isPositive();
      assertThat(trainings(retrain).contains("trained because of: drift")).isEqualTo(onDrift);
    }
  }

  /**
   * Else, of many series, of which errors grow for a moment all the time, no challenger ever is.
   */
  @Test
  void onDrift_challengerIsBeingJudged_waitsForIt() {
    Map<String, String> settings =
        with(
            FIRST,
            "retrain.mode=retrain",
            "retrain.warm=false",
            "gate.samples=60",
            "retrain.on.drift=true",
            "retrain.drift.threshold=5",
            "probation.scores=100000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(200, SLOW);
      assertThat(retrain.champion()).isNotNull();
      retrain.command(ModelCommand.Kind.RETRAIN, null);
      retrain.events();
      long before = retrain.counters().events(RetrainCounters.Event.DRIFT);

      retrain.samples(30, FAST);

      assertThat(retrain.counters().events(RetrainCounters.Event.DRIFT)).isGreaterThan(before);
      assertThat(retrain.events()).isEmpty();

      retrain.samples(400, FAST);

      assertThat(retrain.events())
          .extracting(ModelEvent::kind, ModelEvent::reason)
          .startsWith(
              tuple(
                  Kind.REJECTED,
                  "it did not beat the champion and persistence by the margin and by more than chance in time"),
              tuple(Kind.TRAINED, "trained because of: drift"));
    }
  }

  /** Of one series a drift is noticed before it has as many samples as would be held out. */
  @Test
  void onDrift_wholeTraining_learnsFromWhatHasChanged() throws Exception {
    Map<String, String> settings =
        with(
            FIRST,
            "retrain.mode=retrain",
            "retrain.warm=false",
            "train.epochs=40",
            "retrain.on.drift=true",
            "retrain.drift.threshold=20",
            "probation.scores=100000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(200, SLOW);
      retrain.events();
      long beforeMs = retrain.next(FAST).following().lastTimeMs();

      List<ModelEvent> trained = List.of();
      int since = 0;
      while (trained.isEmpty() && since < 100) {
        retrain.samples(1, FAST);
        trained = retrain.events(Kind.TRAINED);
        since++;
      }
      retrain.samples(200, FAST);

      assertThat(since).isLessThan((int) (200 * .15));
      assertThat(trained.get(0).figures()).containsEntry("trainedSamples", 200.0);
      assertThat(trained.get(0).hash()).contains(retrain.champion());
      assertThat(retrain.artifact().manifest().provenance().toMs())
          .isEqualTo(beforeMs + 1_000L * since);
    }
  }

  /** What is normal for a champion is what it did itself, and not the worse one before. */
  @Test
  void drift_afterAWorseChampion_isNoticedAsSoonAsAfterNone() {
    Map<String, String> settings =
        with(
            FIRST,
            "retrain.mode=retrain",
            "retrain.warm=false",
            "train.epochs=40",
            "retrain.buffer=40",
            "probation.scores=100000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(100, SLOW);
      String slow = retrain.champion();
      retrain.samples(2_000, FAST);
      assertThat(retrain.champion()).isNotNull().isEqualTo(slow);
      retrain.command(ModelCommand.Kind.RETRAIN, null);
      retrain.samples(1_000, FAST);
      assertThat(retrain.champion()).isNotEqualTo(slow);
      long before = retrain.counters().events(RetrainCounters.Event.DRIFT);

      retrain.samples(100, .9 * FAST);

      assertThat(retrain.counters().events(RetrainCounters.Event.DRIFT)).isGreaterThan(before);
    }
  }

  @Test
  void onDrift_championFailsProbationAndNobodyIsBefore_trains() {
    Map<String, String> settings =
        with(FIRST, "retrain.on.drift=true", "retrain.drift.threshold=1e9");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(100, SLOW);
      String champion = retrain.champion();
      assertThat(trainings(retrain)).containsExactly("trained because of: first");

      for (int hour = 0; hour < 10; hour++) {
        assertThat(trainings(retrain)).isEmpty();
        retrain.scores(champion, 40, 100, 20);
      }

      assertThat(trainings(retrain)).containsExactly("trained because of: drift");
    }
  }
}

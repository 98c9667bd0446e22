package io.tplus1.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.feature.FeatureVector;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both topologies in one driver: what is pushed is learnt from. */
class LearningHarnessTest {
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final long STEP_MS = 60_000;
  private static final int SERIES = 6;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("features", "a,b"),
          Map.entry("window.steps", "6"),
          Map.entry("window.store", "memory"),
          Map.entry("experts", "last,linear,rnn"),
          Map.entry("linear.lags", "1-3"),
          Map.entry("samples.rate", "all"),
          Map.entry("train.inputs", "difference,expert,identity"),
          Map.entry("train.hidden", "6"),
          Map.entry("train.members", "2"),
          Map.entry("retrain.mode", "refresh"),
          Map.entry("retrain.first.samples", "60"),
          Map.entry("retrain.first.steps", "40"),
          Map.entry("retrain.every.samples", "30"),
          Map.entry("gate.samples", "12"));

  private static Map<String, String> settings(String... more) {
    return TestSettings.with(SETTINGS, more);
  }

  private record Run(List<Prediction> predictions, List<ModelEvent> events) {}

  private static void push(ForecastTestHarness harness, int rounds) {
    for (int round = 0; round < rounds; round++) {
      pushRound(harness, round);
    }
  }

  private static void pushRound(ForecastTestHarness harness, int round) {
    for (int s = 0; s < SERIES; s++) {
      float a = (float) Math.sin(0.9 * round + s);
      float b = (float) Math.cos(0.9 * round + s) * (s + 1);
      harness.push("s" + s, new FeatureVector(START + round * STEP_MS, new float[] {a, b}));
    }
  }

  private static Run run(String... more) {
    try (ForecastTestHarness harness = new ForecastTestHarness(settings(more))) {
      push(harness, 60);
      return new Run(harness.predictions(), harness.modelEvents());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"last", "linear", "last,linear"})
  void push_sameVectorsTwice_sameArtifactsAndForecastsBitForBit(String base) {
    Run first = run("train.base", base, "forecast.horizon", "2");
    Run second = run("train.base", base, "forecast.horizon", "2");

    assertThat(first.events().stream().map(ModelEvent::kind))
        .contains(ModelEvent.Kind.TRAINED, ModelEvent.Kind.PROMOTED);
    assertThat(first.events().stream().map(ModelEvent::hash).toList())
        .isEqualTo(second.events().stream().map(ModelEvent::hash).toList());
    assertThat(first.predictions()).hasSameSizeAs(second.predictions()).isNotEmpty();
    for (int i = 0; i < first.predictions().size(); i++) {
      Prediction one = first.predictions().get(i);
      Prediction other = second.predictions().get(i);
      assertThat(one.model()).isEqualTo(other.model());
      assertThat(one.values()).containsExactly(other.values());
      assertThat(one.lower()).containsExactly(other.lower());
    }
    List<String> models =
        new ArrayList<>(first.predictions().stream().map(Prediction::model).distinct().toList());
    assertThat(models).as("models that served").hasSizeGreaterThan(2);
  }

  /** The first network has nothing to be added to until there is a linear expert. */
  @Test
  void push_linearExpertComesLate_theNetworkWaitsForIt() {
    Run run = run("train.base", "linear", "linear.every", "100");

    int late = 100 / SERIES;
    assertThat(run.events()).extracting(ModelEvent::kind).contains(ModelEvent.Kind.PROMOTED);
    assertThat(run.events()).extracting(ModelEvent::kind).doesNotContain(ModelEvent.Kind.FAILED);
    assertThat(run.predictions().stream().filter(one -> one.model().length() == 64))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.timeMs()).isGreaterThan(START + late * STEP_MS));
  }

  @Test
  void command_pin_isAnsweredWithItsId() {
    try (ForecastTestHarness harness = new ForecastTestHarness(settings())) {
      push(harness, 40);
      harness.modelEvents();

      harness.command(new ModelCommand("c-1", ModelCommand.Kind.PIN, Optional.empty(), START));

      assertThat(harness.modelEvents())
          .filteredOn(event -> event.command().equals(Optional.of("c-1")))
          .extracting(ModelEvent::kind)
          .containsExactly(ModelEvent.Kind.PINNED);
    }
  }

  /** The warning says what to do. */
  @Test
  void push_retrainEveryWhereTheClockStands_trainsOnceUntilItMoves() {
    Map<String, String> settings =
        settings("retrain.every", "1h", "retrain.every.samples", "auto", "experts", "last,rnn");
    settings.put("train.inputs", "difference");
    try (LogCapture log = LogCapture.of(ForecastTestHarness.class);
        ForecastTestHarness harness = new ForecastTestHarness(settings)) {
      assertThat(log.messages())
          .filteredOn(line -> line.contains("retrain.every says when"))
          .singleElement()
          .asString()
          .contains("Set retrain.every.samples, or call advanceWallClock between vectors");
      push(harness, 100);
      assertThat(trainings(harness)).isEqualTo(1);

      harness.advanceWallClock(Duration.ofHours(1).plusSeconds(2));
      assertThat(trainings(harness)).isEqualTo(1);
    }
  }

  /** The page on testing says so, of a clock that stands and of one that moves. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void push_whatASecondNetworkLearntNoLongerHolds_isRolledBack(long secondsBetween) {
    Map<String, String> settings =
        settings(
            "experts", "last,rnn",
            "train.inputs", "difference",
            "retrain.steps", "400",
            "retrain.every.samples", "100000",
            "retrain.on.drift", "false",
            "probation.scores", "100");
    try (ForecastTestHarness harness = new ForecastTestHarness(settings)) {
      int round = pushUntilPromotion(harness, 0);
      harness.command(new ModelCommand("1", ModelCommand.Kind.RETRAIN, Optional.empty(), 0));
      round = pushUntilPromotion(harness, round);
      harness.discard();

      Random random = new Random(1);
      float[] walk = new float[2];
      for (int end = round + 100; round < end; round++) {
        walk[0] += (float) random.nextGaussian();
        walk[1] += (float) random.nextGaussian();
        for (int s = 0; s < SERIES; s++) {
          harness.push("s" + s, new FeatureVector(START + round * STEP_MS, walk.clone()));
        }
        harness.advanceWallClock(Duration.ofSeconds(secondsBetween));
      }

      assertThat(harness.modelEvents())
          .filteredOn(event -> event.kind() == ModelEvent.Kind.ROLLED_BACK)
          .singleElement()
          .satisfies(
              back ->
                  assertThat(back.figures().get("liveNetwork"))
                      .isGreaterThan(back.figures().get("livePersistence")));
      assertThat(harness.predictions().stream().map(Prediction::model).distinct())
          .as("the second network, and the first again")
          .hasSize(2);
    }
  }

  /** Returns the round behind. */
  private static int pushUntilPromotion(ForecastTestHarness harness, int from) {
    int round = from;
    do {
      assertThat(round).as("rounds without a promotion").isLessThan(from + 100);
      pushRound(harness, round++);
    } while (harness.modelEvents().stream().noneMatch(LearningHarnessTest::isPromotion));
    return round;
  }

  private static boolean isPromotion(ModelEvent event) {
    return event.kind() == ModelEvent.Kind.PROMOTED;
  }

  /** Since the last call. */
  private static long trainings(ForecastTestHarness harness) {
    return harness.modelEvents().stream()
        .filter(event -> event.kind() == ModelEvent.Kind.TRAINED)
        .count();
  }

  /** The page on testing says so. */
  @Test
  void command_retrain_isTrainedWithinASecondOfTheClock() {
    try (ForecastTestHarness harness =
        new ForecastTestHarness(settings("retrain.first.samples", "1000"))) {
      push(harness, 40);
      assertThat(harness.modelEvents()).as("too few samples for a first network").isEmpty();

      harness.command(new ModelCommand("1", ModelCommand.Kind.RETRAIN, Optional.empty(), 0));
      harness.advanceWallClock(Duration.ofSeconds(2));

      assertThat(harness.modelEvents())
          .extracting(ModelEvent::kind, ModelEvent::command)
          .contains(tuple(ModelEvent.Kind.TRAINED, Optional.of("1")));
    }
  }
}

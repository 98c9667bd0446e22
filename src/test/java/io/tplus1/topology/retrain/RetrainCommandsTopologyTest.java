package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.expert.LinearModel;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands, records that are not as they should be, and what is deleted in time. */
class RetrainCommandsTopologyTest {

  /** With a champion and two before it. */
  static RetrainDriver serving() {
    RetrainDriver retrain = new RetrainDriver(REFRESH);
    retrain.samples(120, SLOW);
    assertThat(retrain.pointer().previous()).hasSizeGreaterThan(1);
    retrain.events();
    return retrain;
  }

  private static ModelEvent only(RetrainDriver retrain) {
    List<ModelEvent> events = retrain.events();
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  @ParameterizedTest
  @EnumSource(ModelCommand.Kind.class)
  void command_beforeThereIsAnything_refusedWithItsId(ModelCommand.Kind kind) {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      String id = retrain.command(kind, kind == ModelCommand.Kind.PROMOTE ? "ab" : null);

      ModelEvent event = only(retrain);
      assertThat(event.kind()).isEqualTo(Kind.REFUSED);
      assertThat(event.command()).contains(id);
      assertThat(event.reason()).isNotEmpty();
      assertThat(event.champion()).isEmpty();
      assertThat(retrain.models()).isEmpty();
    }
  }

  @Test
  void retrain_beforeItIsDue_trainsNow() {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(5, SLOW);

      String id = retrain.command(ModelCommand.Kind.RETRAIN, null);

      ModelEvent event = only(retrain);
      assertThat(event.kind()).isEqualTo(Kind.TRAINED);
      assertThat(event.command()).contains(id);
      assertThat(event.hash()).isPresent();
    }
  }

  @Test
  void retrain_modeOff_refused() {
    try (RetrainDriver retrain = new RetrainDriver(with(REFRESH, "retrain.mode=off"))) {
      retrain.samples(60, SLOW);
      retrain.command(ModelCommand.Kind.RETRAIN, null);

      assertThat(only(retrain).reason()).contains("retrain.mode");
    }
  }

  @Test
  void rollback_afterProbation_newestFormerChampionServesAgainAndCanBeUndone() {
    try (RetrainDriver retrain = serving()) {
      ModelPointer before = retrain.pointer();
      retrain.scores(before.champion(), 1_000, 1, 1_000);

      String id = retrain.command(ModelCommand.Kind.ROLLBACK, null);

      ModelEvent event = only(retrain);
      assertThat(event.kind()).isEqualTo(Kind.ROLLED_BACK);
      assertThat(event.command()).contains(id);
      ModelPointer after = retrain.pointer();
      assertThat(after.champion()).isEqualTo(before.previous().get(0));
      assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
      assertThat(after.previous()).contains(before.champion());

      retrain.command(ModelCommand.Kind.PROMOTE, before.champion());
      assertThat(retrain.champion()).isEqualTo(before.champion());
      assertThat(only(retrain).kind()).isEqualTo(Kind.PROMOTED);
    }
  }

  @Test
  void promote_uniqueBeginning_isEnough() {
    try (RetrainDriver retrain = serving()) {
      String wanted = retrain.pointer().previous().get(1);

      String id = retrain.command(ModelCommand.Kind.PROMOTE, wanted.substring(0, 16));

      ModelEvent event = only(retrain);
      assertThat(event.kind()).isEqualTo(Kind.PROMOTED);
      assertThat(event.command()).contains(id);
      assertThat(event.hash()).contains(wanted);
      assertThat(retrain.champion()).isEqualTo(wanted);
      assertThat(retrain.models()).containsKey("artifact/" + wanted);
    }
  }

  @Test
  void promote_liveErrorsAbovePersistence_rollsBack() {
    try (RetrainDriver retrain = serving()) {
      String before = retrain.champion();
      String wanted = retrain.pointer().previous().get(1);
      retrain.command(ModelCommand.Kind.PROMOTE, wanted);
      retrain.events();

      retrain.scores(wanted, 40, 100, 20);
      retrain.samples(10, SLOW);

      ModelEvent back = retrain.events(Kind.ROLLED_BACK).get(0);
      assertThat(back.champion()).contains(before);
      assertThat(back.reason()).contains("persistence");
      assertThat(back.figures()).containsEntry("liveScores", 40.0);
      assertThat(retrain.champion()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelCommand.Kind.class,
      names = {"ROLLBACK", "PROMOTE"})
  void command_thatChangesTheChampion_challengerThatWaitsIsHeldAgainstTheNewOne(
      ModelCommand.Kind kind) {
    Map<String, String> settings =
        with(
            REFRESH,
            "retrain.mode=retrain",
            "train.epochs=40",
            "retrain.buffer=40",
            "retrain.every.samples=0",
            "gate.margin=0.9",
            "probation.scores=100000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(40, SLOW);
      String first = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();
      retrain.command(ModelCommand.Kind.PROMOTE, first);
      retrain.samples(1, SLOW);
      retrain.command(ModelCommand.Kind.RETRAIN, null);
      String second = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();
      retrain.command(ModelCommand.Kind.PROMOTE, second);
      retrain.samples(1, SLOW);
      retrain.command(ModelCommand.Kind.RETRAIN, null);
      String waiting = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();

      retrain.command(kind, kind == ModelCommand.Kind.PROMOTE ? first : null);
      assertThat(retrain.champion()).isEqualTo(first);
      retrain.samples(48, SLOW);

      ModelEvent judged = retrain.events(Kind.REJECTED).get(0);
      assertThat(judged.hash()).contains(waiting);
      assertThat(judged.figures()).containsKey("gateChampion");
    }
  }

  @Test
  void promote_unknown_refused() {
    try (RetrainDriver retrain = serving()) {
      retrain.command(ModelCommand.Kind.PROMOTE, "0123456789abcdef");
      assertThat(only(retrain).reason()).contains("no kept artifact begins with 0123456789abcdef");
    }
  }

  @Test
  void pin_champion_noRefreshReplacesItUntilItIsUnpinned() {
    try (RetrainDriver retrain = serving()) {
      String champion = retrain.champion();
      String id = retrain.command(ModelCommand.Kind.PIN, null);
      ModelEvent pinned = only(retrain);
      assertThat(pinned.kind()).isEqualTo(Kind.PINNED);
      assertThat(pinned.command()).contains(id);
      assertThat(retrain.pointer().pinned()).isTrue();

      retrain.samples(60, SLOW);
      assertThat(retrain.events()).extracting(ModelEvent::kind).containsOnly(Kind.TRAINED);
      assertThat(retrain.champion()).isEqualTo(champion);

      retrain.command(ModelCommand.Kind.UNPIN, null);
      assertThat(retrain.events(Kind.UNPINNED)).hasSize(1);
      assertThat(retrain.pointer().pinned()).isFalse();
      retrain.samples(12, SLOW);
      assertThat(retrain.champion()).isNotEqualTo(champion);
    }
  }

  @Test
  void command_sameIdAgain_isNotAnsweredAgain() {
    try (RetrainDriver retrain = serving()) {
      retrain.command("twice", ModelCommand.Kind.ROLLBACK, null);
      String champion = retrain.champion();
      retrain.events();

      retrain.command("twice", ModelCommand.Kind.ROLLBACK, null);

      assertThat(retrain.events()).isEmpty();
      assertThat(retrain.champion()).isEqualTo(champion);
      assertThat(retrain.counters().events(RetrainCounters.Event.COMMAND_REPEATED)).isEqualTo(1);
    }
  }

  @Test
  void sample_notFinite_isRefusedAndPoisonsNothing() {
    try (RetrainDriver clean = new RetrainDriver(REFRESH);
        RetrainDriver poisoned = new RetrainDriver(REFRESH)) {
      for (int i = 0; i < 70; i++) {
        clean.samples(1, SLOW);
        poisoned.samples(1, SLOW);
        poisoned.sample(broken(Float.NaN));
        poisoned.sample(broken(Float.POSITIVE_INFINITY));
        poisoned.sample(broken(3e38f));
      }

      assertThat(poisoned.counters().events(RetrainCounters.Event.SAMPLE_REFUSED)).isEqualTo(210);
      assertThat(poisoned.champion()).isNotNull().isEqualTo(clean.champion());
    }
  }

  private static TrainingSample broken(float value) {
    float[] rows = {1, 2, 3, value, 5, 6, 7};
    long[] times = {1, 2, 3, 4, 5, 6, 7};
    return new TrainingSample(
        "one",
        FeatureWindow.over(rows, times, 1, 0, 6),
        FeatureWindow.over(rows, times, 1, 6, 1),
        1);
  }

  @Test
  void process_recordsOfOtherModelsAndBrokenOnes_changeNothing() {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      for (int i = 0; i < 60; i++) {
        retrain.sample("another", retrain.next(SLOW));
      }
      retrain.brokenSample(null);
      retrain.brokenSample("no sample".getBytes(StandardCharsets.UTF_8));

      assertThat(retrain.events()).isEmpty();
      assertThat(retrain.counters().events(RetrainCounters.Event.OTHER_MODEL)).isEqualTo(60);
      assertThat(retrain.counters().events(RetrainCounters.Event.BROKEN_RECORD)).isEqualTo(2);
      assertThat(retrain.counters().events(RetrainCounters.Event.SAMPLE_KEPT)).isZero();
    }
  }

  /** Who can write to a topic must not be able to fill the disk with our log. */
  @Test
  void process_thousandsOfBrokenRecords_areSaidAFewTimes() {
    assertSaidAFewTimes(
        retrain -> retrain.brokenSample(new byte[] {1, 2, 3}),
        "passed over: a training sample of 3 bytes");
  }

  @Test
  void process_thousandsOfSamplesThatDoNotFit_areSaidAFewTimes() {
    assertSaidAFewTimes(
        retrain -> retrain.sample(broken(Float.NaN)), "passed over: finite values up to");
  }

  private static void assertSaidAFewTimes(Consumer<RetrainDriver> record, String beginning) {
    try (LogCapture lines = LogCapture.of(PassedOver.class);
        RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      for (int i = 0; i < 5_000; i++) {
        record.accept(retrain);
      }
      assertThat(lines.messages()).hasSizeBetween(2, 20);
      assertThat(lines.messages().get(0)).contains(beginning);
    }
  }

  @Test
  void artifacts_thatNobodyNeeds_areDeletedInTime() {
    Map<String, String> settings = with(REFRESH, "models.keep=1", "models.keep.ms=60000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(160, SLOW);
      assertThat(artifacts(retrain)).isGreaterThan(3);

      retrain.advance(Duration.ofSeconds(59));
      assertThat(artifacts(retrain)).isGreaterThan(3);
      retrain.advance(Duration.ofSeconds(2));

      ModelPointer pointer = retrain.pointer();
      List<String> left =
          retrain.models().keySet().stream().filter(key -> key.startsWith("artifact/")).toList();
      assertThat(left)
          .contains("artifact/" + pointer.champion(), "artifact/" + pointer.previous().get(0))
          .hasSizeLessThanOrEqualTo(3); // Probation keeps what it compares with.
      assertThat(retrain.counters().events(RetrainCounters.Event.ARTIFACT_DELETED)).isPositive();
    }
  }

  @Test
  void promote_artifactKeptForReplay_isRefusedAsSuch() {
    try (RetrainDriver retrain = new RetrainDriver(with(REFRESH, "models.keep=1"))) {
      retrain.samples(160, SLOW);
      // Not the first one: probation compares with it.
      String second =
          retrain.events().stream()
              .filter(event -> event.kind() == Kind.PROMOTED)
              .skip(1)
              .findFirst()
              .flatMap(ModelEvent::hash)
              .orElseThrow();
      assertThat(retrain.models()).containsKey("artifact/" + second);

      retrain.command("promote", ModelCommand.Kind.PROMOTE, second);

      ModelEvent event = only(retrain);
      assertThat(event.kind()).isEqualTo(Kind.REFUSED);
      assertThat(event.reason()).startsWith(second + " is kept for replay alone: ");
    }
  }

  private static long artifacts(RetrainDriver retrain) {
    return retrain.models().keySet().stream().filter(key -> key.startsWith("artifact/")).count();
  }

  @Test
  void linear_everySoManySamples_isPublished() throws Exception {
    Map<String, String> settings =
        with(
            REFRESH,
            "retrain.mode=off",
            "experts=last,linear,joint",
            "linear.lags=1-3",
            "joint.lags=1-2",
            "linear.every=10");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(17, SLOW);
      assertThat(retrain.models()).isEmpty();

      retrain.samples(1, SLOW);
      assertThat(retrain.models())
          .containsOnlyKeys("linear/default/linear", "linear/default/joint");

      retrain.samples(50, SLOW);
      LinearModel part = LinearModel.read(retrain.models().get("linear/default/linear"));
      TrainingSample next = retrain.next(SLOW);
      float[] forecast = new float[1];
      part.forecast(next.window(), forecast);
      assertThat(Math.abs(forecast[0] - next.following().last(0))).isLessThan(.3f);
      assertThat(retrain.counters().events(RetrainCounters.Event.LINEAR_PUBLISHED)).isEqualTo(12);
    }
  }
}

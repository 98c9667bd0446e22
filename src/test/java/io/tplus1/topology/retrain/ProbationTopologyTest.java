package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose errors end a probation, and who is kept from serving. */
class ProbationTopologyTest {

  /** As of the champion before, whose last forecasts mature during the probation. */
  @Test
  void scores_ofAnotherThanIsOnProbation_countNothing() {
    try (RetrainDriver retrain = RetrainCommandsTopologyTest.serving()) {
      String former = retrain.champion();
      String wanted = retrain.pointer().previous().get(1);
      retrain.command(ModelCommand.Kind.PROMOTE, wanted);
      retrain.events();

      retrain.scores(former, 1_000, 5_000, 1_000);
      retrain.scores("0123456789abcdef", 1_000, 5_000, 1_000);
      retrain.samples(10, SLOW);

      assertThat(retrain.events(Kind.ROLLED_BACK)).isEmpty();
      assertThat(retrain.champion()).isEqualTo(wanted);
      retrain.command(ModelCommand.Kind.ROLLBACK, null);
      assertThat(retrain.events(Kind.ROLLED_BACK))
          .singleElement()
          .satisfies(back -> assertThat(back.figures()).containsEntry("liveScores", 0.0));
    }
  }

  /** A sample is of the step that its window ends with, H steps before the scores of its moment. */
  @Test
  void sample_ofManySteps_isOfTheEventTimeAtWhichItIsScored() {
    try (RetrainDriver retrain = new RetrainDriver(with(REFRESH, "forecast.horizon=6"))) {
      retrain.samples(120, SLOW);
      String wanted = retrain.pointer().previous().get(1);
      retrain.command(ModelCommand.Kind.PROMOTE, wanted);
      retrain.events();

      for (int step = 0; step < 5; step++) {
        TrainingSample sample = retrain.next(SLOW);
        retrain.sample(sample);
        retrain.scores(sample.following().lastTimeMs(), wanted, 100, 150, 100);
      }

      assertThat(retrain.champion()).isEqualTo(wanted);
      retrain.command(ModelCommand.Kind.ROLLBACK, null);
      assertThat(retrain.events(Kind.ROLLED_BACK))
          .singleElement()
          .satisfies(
              back ->
                  assertThat(back.figures())
                      .containsEntry("probationSamples", 5.0)
                      .containsEntry("liveScores", 500.0)
                      .containsEntry("liveEventTimes", 5.0));
    }
  }

  /**
   * Refreshes that followed each other have been held against it alone, and none of them serves
   * again, however many they were.
   */
  @Test
  void rollback_duringProbation_goesBackToTheChampionBeforeItAndThenToTheOneBeforeThat() {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(100, SLOW);
      String proven = retrain.pointer().champion();
      String beforeThat = retrain.pointer().previous().get(0);
      retrain.scores(proven, 1_000, 1, 1_000);
      retrain.events();
      retrain.samples(96, SLOW);
      String last = retrain.champion();
      assertThat(retrain.events(Kind.PROMOTED)).hasSizeGreaterThan(5);

      retrain.command(ModelCommand.Kind.ROLLBACK, null);

      assertThat(retrain.champion()).isEqualTo(proven);
      assertThat(retrain.events(Kind.ROLLED_BACK))
          .singleElement()
          .satisfies(back -> assertThat(back.champion()).contains(proven));
      assertThat(retrain.pointer().previous()).endsWith(last);

      retrain.command(ModelCommand.Kind.ROLLBACK, null);

      assertThat(retrain.champion()).isEqualTo(beforeThat);
    }
  }

  /** The verdict waits for the pin to go. */
  @Test
  void pin_championWorseThanTheLastValue_isRolledBackOnceItIsUnpinned() {
    try (RetrainDriver retrain = RetrainCommandsTopologyTest.serving()) {
      String wanted = retrain.pointer().previous().get(1);
      retrain.command(ModelCommand.Kind.PROMOTE, wanted);
      retrain.command(ModelCommand.Kind.PIN, null);
      retrain.events();

      retrain.scores(wanted, 40, 100, 20);
      retrain.samples(10, SLOW);

      assertThat(retrain.events(Kind.ROLLED_BACK)).isEmpty();
      assertThat(retrain.champion()).isEqualTo(wanted);
      retrain.command(ModelCommand.Kind.UNPIN, null);
      retrain.samples(1, SLOW);
      assertThat(retrain.events(Kind.ROLLED_BACK))
          .singleElement()
          .satisfies(back -> assertThat(back.reason()).contains("persistence"));
      assertThat(retrain.champion()).isNotEqualTo(wanted);
    }
  }

  @Test
  void pin_wholeChallengerThatWins_isRejectedAndTheNextIsTrained() {
    try (RetrainDriver retrain =
        new RetrainDriver(
            with(
                REFRESH,
                "retrain.mode=retrain",
                "retrain.warm=false",
                "train.epochs=1",
                "retrain.every.samples=60"))) {
      retrain.samples(40, SLOW);
      String first = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();
      retrain.command(ModelCommand.Kind.PROMOTE, first);
      retrain.command(ModelCommand.Kind.PIN, null);
      retrain.events();

      retrain.samples(130, SLOW);

      List<ModelEvent> events = retrain.events();
      assertThat(events)
          .extracting(ModelEvent::kind)
          .startsWith(Kind.TRAINED, Kind.REJECTED, Kind.TRAINED);
      assertThat(events.get(1).reason()).contains("the champion is pinned");
      assertThat(retrain.champion()).isEqualTo(first);
    }
  }
}

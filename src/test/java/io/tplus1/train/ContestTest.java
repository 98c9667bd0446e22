package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.Tasks;
import io.tplus1.model.TrainingSample;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ContestTest {
  /** Six changes of 1, enough for a unit; what follows is 4. */
  private static final TrainingSample SAMPLE = Samples.of("a", 3_000, 1, -2, -1, 0, 1, 2, 3, 4);

  /** By how much a model forecasts more for each sample that it has learnt, to be known by it. */
  private static final float PER_SAMPLE = .01f;

  private final Contest contest = contest(2);

  private static Contest contest(int most) {
    return new Contest(Tasks.of(Samples.SCHEMA, 3, 1), most, UsualChanges.bySeries(Samples.SCHEMA));
  }

  private static Entrant entrant(float forecast, long learntTo, Entrant against) {
    return new Entrant(Samples.constant("h" + forecast, forecast), learntTo, against);
  }

  @Test
  void judge_nobody_persistenceAlone() {
    Contest.Errors errors = contest.judge(SAMPLE, Long.MAX_VALUE);

    assertThat(errors.persistence()).isEqualTo(1);
    assertThat(errors.tested()).isNull();
    assertThat(errors.challenger()).isNaN();
    assertThat(errors.champion()).isNaN();
    assertThat(errors.former()).isNaN();
  }

  @Test
  void judge_challengerAndChampion_eachHasItsError() {
    Entrant champion = entrant(6, 5, null);
    contest.serve(champion);
    contest.former(entrant(1, 3, null));
    contest.enter(entrant(5, 9, champion));

    Contest.Errors errors = contest.judge(SAMPLE, Long.MAX_VALUE);

    assertThat(errors.challenger()).isEqualTo(1);
    assertThat(errors.incumbent()).isEqualTo(4);
    assertThat(errors.champion()).isEqualTo(4);
    assertThat(errors.former()).isEqualTo(9);
  }

  /** The stream asks it with full windows alone. */
  @Test
  void judge_windowShorterThanAModelIsAskedWith_hasTheErrorOfWhatIsServed() {
    Entrant picky =
        new Entrant(Samples.model("m", 1, 9, (window, output) -> output[0] = 1e6f), 5, null);
    contest.serve(picky);

    Contest.Errors errors = contest.judge(SAMPLE, Long.MAX_VALUE);

    assertThat(errors.champion()).isEqualTo(errors.persistence()).isEqualTo(1);
  }

  @Test
  void judge_newestKnowsPartOfTheAnswer_theOneBeforeIsTested() {
    Entrant champion = entrant(6, 5, null);
    Entrant clean = entrant(5, 9, champion);
    Entrant newest = entrant(4, 12, champion);
    contest.enter(clean);
    contest.enter(newest);
    contest.serve(newest);

    Contest.Errors errors = contest.judge(SAMPLE, 12);

    assertThat(errors.tested()).isSameAs(clean);
    assertThat(errors.challenger()).isEqualTo(1);
    assertThat(errors.champion()).isNaN();
    clean.serve();
    assertThat(contest.judge(SAMPLE, 12).champion()).isEqualTo(1);
    assertThat(contest.judge(SAMPLE, 9).tested()).isNull();
  }

  @Test
  void enter_moreThanMayStay_oldestLeavesOnceTheNextIsClean() {
    Entrant champion = entrant(6, 1, null);
    Entrant oldest = entrant(5, 2, champion);
    contest.enter(oldest);
    contest.enter(entrant(5, 3, oldest));
    assertThat(contest.judge(SAMPLE, 4).tested().learntTo()).isEqualTo(3);
    contest.enter(entrant(5, 4, oldest));

    assertThat(contest.judge(SAMPLE, 3).tested()).isNull();
    assertThat(oldest.against()).isNull();
    contest.clear();
    assertThat(contest.newest()).isNull();
  }

  /** Many series take turns: what a snapshot has learnt tells of samples far behind. */
  /** A line that wins: each snapshot serves as it is made, the one of 400 before probation. */
  @Test
  void judge_manySeriesAndSteps_probationHearsOfSuccessorsAlone() {
    Contest three = contest(3);
    int older = 0;
    int successors = 0;
    for (int sequence = 1; sequence <= 2_000; sequence++) {
      Contest.Errors errors = three.judge(SAMPLE, sequence - 230);
      boolean untold = Double.isNaN(errors.successor()) && !Double.isNaN(errors.champion());
      older += sequence > 400 && untold ? 1 : 0;
      if (sequence > 400 && !Double.isNaN(errors.successor())) {
        successors++;
        assertThat(errors.successor()).isGreaterThan(Math.pow(400 * PER_SAMPLE, 2));
      }
      if (sequence % 50 == 0) {
        Entrant next = entrant(4 + PER_SAMPLE * sequence, sequence, null);
        three.enter(next);
        three.serve(next);
        if (sequence == 400) {
          three.former(next);
        }
      }
    }

    assertThat(older).as("samples that only older ones forecast").isGreaterThan(300);
    assertThat(successors).isGreaterThan(1_000);
  }

  @Test
  void judge_olderModelThatACommandPromoted_isOnProbationAllTheSame() {
    contest.former(entrant(5, 900, null));
    contest.serve(entrant(6, 100, null));

    assertThat(contest.judge(SAMPLE, Long.MAX_VALUE).successor()).isEqualTo(4);
  }

  @Test
  void judge_manySeriesAndSteps_someSnapshotBecomesOldEnough() {
    Contest three = contest(3);
    int tested = 0;
    for (int sequence = 1; sequence <= 4_000; sequence++) {
      tested += three.judge(SAMPLE, sequence - 230).tested() == null ? 0 : 1;
      if (sequence % 50 == 0) {
        three.enter(entrant(5, sequence, null));
      }
    }

    assertThat(tested).isGreaterThan(3_500);
    assertThat(three.newest().learntTo()).isEqualTo(4_000);
  }

  /** The first sample of a series tells of none before it, and is no sign of age. */
  @Test
  void judge_newSeriesAmongThem_someSnapshotBecomesOldEnough() {
    Contest three = contest(3);
    int tested = 0;
    for (int sequence = 1; sequence <= 4_000; sequence++) {
      boolean fresh = sequence % 10 == 0;
      long tellsFrom = fresh ? Long.MAX_VALUE : sequence - 230;
      tested += !fresh && three.judge(SAMPLE, tellsFrom).tested() != null ? 1 : 0;
      if (fresh) {
        three.judge(SAMPLE, tellsFrom);
      }
      if (sequence % 50 == 0) {
        three.enter(entrant(5, sequence, null));
      }
    }

    assertThat(tested).isGreaterThan(3_000);
  }

  static Stream<Throwable> whatModelsThrow() {
    return Stream.of(
        new IllegalStateException(), new NoClassDefFoundError(), new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("whatModelsThrow")
  void judge_modelThatThrows_countsAsTheWorst(Throwable thrown) {
    contest.enter(
        new Entrant(
            Samples.model(
                "broken",
                1,
                (window, output) -> {
                  if (thrown instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) thrown;
                }),
            1,
            null));

    assertThat(contest.judge(SAMPLE, 9).challenger()).isEqualTo(RelativeError.MOST);
  }
}

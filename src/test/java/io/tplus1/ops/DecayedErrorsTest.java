package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Score;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecayedErrorsTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final FeatureSchema WORDS =
      FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v")), Feature.number("x")));

  /** Of a word that is right, and a number that errs by half as much as persistence. */
  private static final double HALF_OF_TWO = Math.sqrt(.25 / 2);

  private static void learn(DecayedErrors errors, int scores, float last, float actual) {
    learn(errors, scores, last, actual, actual + 1);
  }

  private static void learn(
      DecayedErrors errors, int scores, float last, float actual, float forecast) {
    for (int i = 0; i < scores; i++) {
      learn(errors, new float[] {last}, new float[] {actual}, new float[] {forecast});
    }
  }

  private static void learn(DecayedErrors errors, float[] last, float[] actual, float[] forecast) {
    errors.learn(
        new Score(
            "s",
            2,
            1,
            1,
            ForecastStatus.OK,
            "m",
            actual,
            forecast,
            last,
            new float[0],
            new float[0][]));
  }

  /** A word, and behind it a number that moves by 1 and is missed by half of that. */
  private static void learnWord(DecayedErrors errors, int last, int actual, int likeliest) {
    float[] forecast = {.1f, .1f, .1f, 50.5f};
    forecast[likeliest] = .8f;
    learn(errors, new float[] {last, 50}, new float[] {actual, 51}, forecast);
  }

  /** A series takes the place of one that moved, and stands still itself. */
  @Test
  void begun_afterAnotherSeries_isAsNew() {
    DecayedErrors fresh = new DecayedErrors(SCHEMA);
    learn(fresh, 10, 50, 50);
    DecayedErrors used = new DecayedErrors(SCHEMA);
    learn(used, 10, 1, 7);

    used.begun();
    assertThat(used.scores()).isZero();
    assertThat(used.relative()).isNaN();
    learn(used, 10, 50, 50);

    // Off by 1 of 50, where a hundredth of that counts as persistence's error.
    assertThat(fresh.relative()).isEqualTo(2);
    assertThat(used.relative()).isEqualTo(2);
  }

  /** Changes of 1/2, eight steps of a float, and errors of 1. */
  @Test
  void relative_numberThatChangesLittleBesideItsSize_isHeldAgainstItsChanges() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 10, 800_000, 800_000.5f);

    assertThat(errors.relative()).isEqualTo(2);
  }

  @Test
  void relative_numberThatIsRoundedThisWayAndThat_isHeldAgainstAPartOfItself() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 10, 50 + 2 * Math.ulp(50f), 50);

    assertThat(errors.relative()).isEqualTo(2);
  }

  /** Amperes of a sensor in stand-by, say: there is no unit in which errors are small. */
  @Test
  void relative_numberInSmallUnits_isHeldAgainstItsChanges() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 10, 3e-9f, 4e-9f, 6e-9f);

    assertThat(errors.relative()).isCloseTo(2, within(1e-3));
  }

  /** A hundredth of 3e-9 is its unit. */
  @Test
  void relative_numberInSmallUnitsStandsStill_isHeldAgainstAPartOfItself() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 10, 3e-9f, 3e-9f, 6e-9f);

    assertThat(errors.relative()).isCloseTo(100, within(1e-3));
  }

  @Test
  void relative_allThatCameWasZero_isHeldAgainstAMillionth() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 10, 0, 0, 2e-6f);

    assertThat(errors.relative()).isCloseTo(2, within(1e-3));
  }

  /** As a gauge of rain: nothing is left of what it once said. */
  @Test
  void relative_numberStandsAtZeroSinceLong_isHeldAgainstAMillionth() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 10, 50, 51, 54);
    learn(errors, 2_000, 0, 0, 2e-6f);

    assertThat(errors.relative()).isCloseTo(2, within(1e-3));
  }

  /** Right on the way back, the forecast would look better than the last value for 261 scores. */
  @Test
  void relative_sentinelCameAndWent_isOfOtherScoresSoon() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 60, 50, 51, 54);
    learn(errors, 1, 51, -9_999, 50);
    learn(errors, 1, -9_999, 50, 50);
    learn(errors, 20, 50, 51, 54);
    assertThat(errors.relative()).isGreaterThan(1);
    learn(errors, 40, 50, 51, 54);
    assertThat(errors.relative()).isGreaterThan(2);
  }

  /** As of a feedback that is not stable: the data has no part in it. */
  @Test
  void relative_forecastFarOffOnceWithoutAJump_isBad() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 60, 50, 51, 50.5f);
    learn(errors, 1, 50, 51, 10_051);
    learn(errors, 50, 50, 51, 50.5f);

    assertThat(errors.relative()).isGreaterThan(100);
  }

  /** Of a network that is as bad as that, and of series that begin to move in larger steps. */
  @Test
  void relative_errorsGrowForGood_isOfTheLargeOnes() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    learn(errors, 60, 50, 51, 50.5f);
    learn(errors, 100, 50, 51, 101);
    assertThat(errors.relative()).isGreaterThan(49);

    learn(errors, 100, 50, 5_050, 15_050);
    assertThat(errors.relative()).isCloseTo(2, within(0.1));
  }

  /** As rain, which the forecast errs by a quarter of: what is usual is of the rain. */
  @Test
  void relative_longStillnessBetweenChanges_changesCountInFull() {
    DecayedErrors errors = new DecayedErrors(SCHEMA);
    for (int i = 0; i < 10; i++) {
      learn(errors, 1, 0, 8, 6);
      learn(errors, 1, 8, 0, 2);
      learn(errors, 200, 0, 0, 0);
    }
    learn(errors, 1, 0, 8, 6);

    assertThat(errors.relative()).isCloseTo(0.25, within(1e-3));
  }

  /** A tenth of a word is what its errors are held against where the last one is always right. */
  @ParameterizedTest
  @ValueSource(ints = {60, 160})
  void relative_wordThatStaysIsMissedOnce_isHeldAgainstAPartOfItself(int scores) {
    DecayedErrors errors = new DecayedErrors(WORDS);
    learnWord(errors, 1, 2, 2);
    for (int i = 0; i < scores - 1; i++) {
      learnWord(errors, 2, 2, 2);
    }
    assertThat(errors.relative()).isCloseTo(HALF_OF_TWO, within(1e-9));

    learnWord(errors, 2, 2, 1);

    double weight = (1 - Math.pow(.95, scores + 1)) / .05;
    assertThat(errors.relative())
        .isCloseTo(Math.sqrt((.25 + 1 / (.01 * weight)) / 2), within(1e-9));
  }

  @Test
  void relative_wordThatChangesEachTime_isHeldAgainstTheLastOne() {
    DecayedErrors right = new DecayedErrors(WORDS);
    DecayedErrors wrong = new DecayedErrors(WORDS);
    for (int i = 0; i < 20; i++) {
      learnWord(right, 1 + i % 2, 2 - i % 2, 2 - i % 2);
      learnWord(wrong, 1 + i % 2, 2 - i % 2, 1 + i % 2);
    }

    assertThat(right.relative()).isCloseTo(HALF_OF_TWO, within(1e-9));
    assertThat(wrong.relative()).isCloseTo(Math.sqrt((.25 + 1) / 2), within(1e-9));
  }
}

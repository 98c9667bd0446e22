package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Score;
import org.junit.jupiter.api.Test;

class DecayedErrorsTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  private static void learn(DecayedErrors errors, int scores, float last, float actual) {
    for (int i = 0; i < scores; i++) {
      errors.learn(
          new Score(
              "s",
              i + 1,
              i,
              1,
              ForecastStatus.OK,
              "m",
              new float[] {actual},
              new float[] {actual + 1},
              new float[] {last},
              new float[0],
              new float[0][]));
    }
  }

  /** A series takes the place of one that moved, and stands still itself. */
  @Test
  void begun_afterAnotherSeries_isAsNew() {
    DecayedErrors fresh = new DecayedErrors(SCHEMA.targetFeatures());
    learn(fresh, 10, 50, 50);
    DecayedErrors used = new DecayedErrors(SCHEMA.targetFeatures());
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
    DecayedErrors errors = new DecayedErrors(SCHEMA.targetFeatures());
    learn(errors, 10, 800_000, 800_000.5f);

    assertThat(errors.relative()).isEqualTo(2);
  }

  @Test
  void relative_numberThatIsRoundedThisWayAndThat_isHeldAgainstAPartOfItself() {
    DecayedErrors errors = new DecayedErrors(SCHEMA.targetFeatures());
    learn(errors, 10, 50 + 2 * Math.ulp(50f), 50);

    assertThat(errors.relative()).isEqualTo(2);
  }
}

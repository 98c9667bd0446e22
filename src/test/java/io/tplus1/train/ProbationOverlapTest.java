package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Samples of H steps share H − 1 of them with the next: they say less than so many alone would. */
class ProbationOverlapTest {
  private static final int HORIZON = 24;
  private static final int SCORES = 100;

  private static Probation started() {
    Probation probation = new Probation(SCORES, HORIZON);
    probation.start(true);
    return probation;
  }

  private static void sample(Probation probation, long timeMs, double champion, double former) {
    probation.sample(timeMs, 1, 1, champion, former, 1);
  }

  @Test
  void figures_horizonOfADay_evidenceIsDividedByItsRoot() {
    Probation probation = started();
    for (int i = 0; i < SCORES; i++) {
      sample(probation, i, i % 2 == 0 ? 5 : 1, 1);
    }

    // Σd = 200, Σd² = 800, so that it is √50 of independent samples.
    assertThat(probation.figures().get("probationEvidence"))
        .isCloseTo(Math.sqrt(50.0 / 24), within(1e-12));
    assertThat(probation.verdict()).isEqualTo(Probation.Verdict.OPEN);
  }

  @Test
  void verdict_equallyGoodWithErrorsThatOverlap_seldomRolledBack() {
    Random random = new Random(20261127);
    int rolledBack = 0;
    for (int trial = 0; trial < 1_000; trial++) {
      double[][] steps = new double[2][SCORES + HORIZON];
      for (double[] of : steps) {
        for (int i = 0; i < of.length; i++) {
          double error = random.nextGaussian();
          of[i] = error * error;
        }
      }
      Probation probation = started();
      for (int i = 0; i < SCORES; i++) {
        sample(probation, i, mean(steps[0], i), mean(steps[1], i));
      }
      rolledBack += probation.verdict() == Probation.Verdict.WORSE_THAN_FORMER ? 1 : 0;
    }

    // As if independent, 343 would be.
    assertThat(rolledBack).isLessThan(5);
  }

  private static Probation atEventTimes(
      int horizon, int times, double champion, double former, double live) {
    Probation probation = new Probation(200, horizon);
    probation.start(true);
    probation.live(0, 800, live, 800);
    for (int time = 0; time < times; time++) {
      for (int series = 0; series < 200; series++) {
        sample(probation, time, champion, former);
      }
    }
    return probation;
  }

  /** At ten event times, evidence is √(10 / H) at most. */
  @Test
  void verdict_manySeriesAtTooFewEventTimesForTheTest_whatIsFarWorseGoes() {
    assertThat(atEventTimes(4, 9, 3, 1, 700).verdict()).isEqualTo(Probation.Verdict.OPEN);
    for (int horizon : new int[] {3, 4, 24, 96}) {
      assertThat(atEventTimes(horizon, 10, 3, 1, 700).verdict())
          .isEqualTo(Probation.Verdict.WORSE_THAN_FORMER);
      assertThat(atEventTimes(horizon, 10, 1.2, 1, 700).verdict())
          .isEqualTo(Probation.Verdict.PASSED);
    }
    assertThat(atEventTimes(4, 17, 1.2, 1, 700).verdict())
        .isEqualTo(Probation.Verdict.WORSE_THAN_FORMER);
  }

  /** Worse than persistence, yet there is nothing better to go back to. */
  @Test
  void verdict_manySeriesAtTooFewEventTimesForTheTest_goesBackToNothingFarWorse() {
    for (int times : new int[] {9, 10, 16, 17}) {
      assertThat(atEventTimes(4, times, 1, 3, 1_000).verdict())
          .isNotEqualTo(Probation.Verdict.WORSE_THAN_PERSISTENCE);
    }
    assertThat(atEventTimes(4, 10, 1, 1.3, 1_000).verdict())
        .isEqualTo(Probation.Verdict.WORSE_THAN_PERSISTENCE);
  }

  /** Restarts, one at each event time, do not keep the test from having its event times. */
  @Test
  void read_restarts_eventTimesThatTheTestNeedsAreKept() {
    Probation probation = new Probation(60, HORIZON);
    probation.start(true);
    for (int time = 0; time < 120; time++) {
      sample(probation, time, 1.2, 1);
      ByteBuffer bytes = ByteBuffer.allocate(Probation.BYTES + Probation.EVIDENCE_BYTES);
      probation.write(bytes);
      probation.writeEvidence(bytes);
      probation = new Probation(60, HORIZON);
      probation.read(bytes.flip());
      probation.readEvidence(bytes);
      assertThat(probation.verdict())
          .isEqualTo(time < 96 ? Probation.Verdict.OPEN : Probation.Verdict.WORSE_THAN_FORMER);
    }
  }

  private static double mean(double[] steps, int from) {
    double sum = 0;
    for (int h = 0; h < HORIZON; h++) {
      sum += steps[from + h];
    }
    return sum / HORIZON;
  }
}

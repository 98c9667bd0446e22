package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Samples of H steps share H − 1 of them with the next: they say less than so many alone would. */
class ProbationOverlapTest {
  private static final int HORIZON = 24;
  private static final int SCORES = 50;

  private static Probation started() {
    Probation probation = new Probation(SCORES, HORIZON);
    probation.start(true);
    return probation;
  }

  private static void sample(Probation probation, long timeMs, double champion, double former) {
    probation.sample(timeMs, 1, champion, former);
  }

  @Test
  void figures_horizonOfADay_evidenceIsDividedByItsRoot() {
    Probation probation = started();
    for (int i = 0; i < SCORES; i++) {
      sample(probation, i, i % 2 == 0 ? 5 : 1, 1);
    }

    // Σd = 100, Σd² = 400, so that it is 5 of independent samples.
    assertThat(probation.figures().get("probationEvidence"))
        .isCloseTo(5 / Math.sqrt(24), within(1e-12));
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

  private static double mean(double[] steps, int from) {
    double sum = 0;
    for (int h = 0; h < HORIZON; h++) {
      sum += steps[from + h];
    }
    return sum / HORIZON;
  }
}

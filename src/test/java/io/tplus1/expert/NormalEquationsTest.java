package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalEquationsTest {
  private static final int INPUTS = 8;

  private static final double[] WILD = {1e6};

  private static double bounded(NormalEquations equations) {
    double[] forecast = WILD.clone();
    equations.bound(forecast);
    return forecast[0];
  }

  /** Rows whose output follows the first input; what was forecast of each is that of no slope. */
  private static void add(NormalEquations equations, int rows) {
    Random random = new Random(3);
    for (int t = 0; t < rows; t++) {
      double[] in = random.doubles(INPUTS, -1, 1).toArray();
      double[] out = {in[0] + random.nextGaussian()};
      equations.add(in, out, 1, new double[1]);
    }
  }

  /** Golden value by numpy. */
  @Test
  void count_rowsThatFade_isWhatTheyStillWeigh() {
    NormalEquations equations = new NormalEquations(INPUTS, 1, 0.97, 0, 0);

    add(equations, 58);

    assertThat(equations.count()).isCloseTo(27.636423671606003, within(1e-6));
  }

  @Test
  void bound_fewerRowsThanTwiceTheInputs_cuts() {
    NormalEquations equations = new NormalEquations(INPUTS, 1, 1, 0, 0);
    add(equations, 2 * INPUTS - 1);

    assertThat(bounded(equations)).isLessThan(10);

    add(equations, 1);
    assertThat(bounded(equations)).isEqualTo(WILD[0]);
  }

  /** Ten rows are all that is left in the end, and with weights by errors about half of that. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void bound_memoryShorterThanTwiceTheInputs_cutsOnlyTheFirstRows(double huber) {
    NormalEquations equations = new NormalEquations(INPUTS, 1, 0.9, huber, 0);
    add(equations, 10);
    assertThat(bounded(equations)).isLessThan(10);

    add(equations, 10);

    assertThat(equations.count()).isLessThan(2 * INPUTS);
    assertThat(bounded(equations)).isEqualTo(WILD[0]);
  }

  /** As a feast day's flag, or a sensor that was stuck: what it was has faded by 10⁻³⁰⁸. */
  @ParameterizedTest
  @ValueSource(ints = {50_000, 71_000, 80_000})
  void add_inputThatStoodStillForLong_isNewsAndMutesNothing(int still) {
    NormalEquations equations = new NormalEquations(2, 1, 0.99, 0, 0);
    Random random = new Random(5);
    for (int t = 0; t < 100 + still + 200; t++) {
      double[] in = {random.nextGaussian(), random.nextGaussian()};
      if (t >= 100 && t < 100 + still) {
        in[1] = 0;
      }
      equations.add(in, new double[] {2 * in[0] - 3 * in[1]}, 1, null);
      if (t >= 100) {
        assertThat(equations.count()).as("after row %d", t).isGreaterThan(50);
      }
    }
    double[] weights = new double[2];

    assertThat(equations.solve(new RidgeSolver(2, 1), 1e-6, weights, new double[1])).isTrue();
    assertThat(weights).containsExactly(new double[] {2, -3}, within(.01));
  }
}

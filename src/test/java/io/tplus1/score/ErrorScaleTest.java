package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ErrorScaleTest {
  private static final int LEVEL = 3;

  private static float level(ErrorScale scale, double last) {
    float[] inputs = new float[ErrorScale.INPUTS];
    scale.inputs(1, 1, last, 1, 1, inputs, 0);
    return inputs[LEVEL];
  }

  /** What is far from zero, and varies little there. */
  @Test
  void level_ofTheFirstValues_isInTheirDeviations() {
    ErrorScale scale = new ErrorScale(1);
    assertThat(level(scale, 1_020)).isZero();

    for (int value : new int[] {1_013, 1_012, 1_014, 1_013, 1_011, 1_015}) {
      scale.level(value);
    }

    assertThat(level(scale, 1_013)).isBetween(-.1f, .1f);
    assertThat(level(scale, 1_015)).isBetween(1f, 2f);
    assertThat(level(scale, 1_011)).isBetween(-2f, -1f);
  }

  @Test
  void level_afterOneGiant_isInTheDeviationsOfBefore() {
    ErrorScale scale = new ErrorScale(1);
    Random random = new Random(6);
    for (int i = 0; i < 100; i++) {
      scale.level(1_013 + (float) random.nextGaussian());
    }

    scale.level(-1e9f);

    assertThat(level(scale, 1_015)).isBetween(1f, 2.5f);
    assertThat(level(scale, 1_011)).isBetween(-2.5f, -1f);
  }

  @Test
  void level_ofAnotherRangeForGood_isInItsDeviations() {
    ErrorScale scale = new ErrorScale(1);
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      scale.level(3 + (float) random.nextGaussian());
    }
    for (int i = 0; i < 2_000; i++) {
      scale.level(5_000 + 100 * (float) random.nextGaussian());
    }

    assertThat(level(scale, 5_000)).isBetween(0f, 1f);
    assertThat(level(scale, 3)).isLessThan(-1f);
  }
}

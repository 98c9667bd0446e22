package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;

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
}

package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.rnn.kernel.Activations;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.ActivationFunction;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlopesTest {

  /** None a kink of any activation, nor within a step of one. */
  private static final float[] POINTS = {-3.1f, -2.2f, -0.9f, -0.1f, 0.07f, 0.6f, 1.7f, 2.4f, 4, 7};

  @ParameterizedTest
  @EnumSource(
      value = ActivationFunction.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SILU", "GELU", "SOFTMAX"})
  void slope_fromTheValue_isTheDifferenceQuotient(ActivationFunction function) {
    assertThat(Slopes.known(function)).isTrue();
    float step = 1f / 64;
    for (KernelKind kind : new KernelKind[] {KernelKind.PLAIN, KernelKind.VECTOR}) {
      for (float x : POINTS) {
        float[] ends = {x - step, x + step};
        Activations.exact(function, ends, 0, 2);
        float[] y = new float[16];
        Arrays.fill(y, x);
        Activations.exact(function, y, 0, 16);
        float[] d = new float[16];
        Arrays.fill(d, 2);
        Arithmetics.of(kind).slope(function, y, 0, d, 0, 16);
        double expected = 2 * (ends[1] - ends[0]) / (2 * step);
        for (float slope : d) {
          assertThat(Math.abs(slope - expected))
              .as("%s at %s", function, x)
              .isLessThan(5e-4 * (1 + Math.abs(expected)));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ActivationFunction.class,
      names = {"SILU", "GELU", "SOFTMAX"})
  void slope_valueDoesNotTell_isRefused(ActivationFunction function) {
    assertThat(Slopes.known(function)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> Slopes.of(function, 0.5f));
  }
}

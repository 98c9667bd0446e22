package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.ActivationFunction;
import org.junit.jupiter.api.Test;

class PlainBatchArithmeticTest {

  @Test
  void activate_tanhOfAnySize_isAtItsLimit() {
    float[] values = {25, -25, 0x1p20f, -0x1p20f, 0x1p60f, -0x1p60f, Float.MAX_VALUE};

    Arithmetics.of(KernelKind.PLAIN).activate(ActivationFunction.TANH, values, 0, values.length);

    assertThat(values).containsExactly(1, -1, 1, -1, 1, -1, 1);
  }
}

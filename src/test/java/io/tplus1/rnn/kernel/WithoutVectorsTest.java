package io.tplus1.rnn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.JvmWithoutVectors;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutVectorsTest {
  @TempDir Path directory;

  @Test
  void compile_moduleAbsent_isThePlainKernelAndSilent() throws Exception {
    assertThat(JvmWithoutVectors.output(directory, Child.class)).isEqualTo("false plain-1 2.0");
  }

  /** What the other JVM runs. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      Layer rnn =
          new Layer.SimpleRnn(
              1,
              ActivationFunction.LINEAR,
              false,
              false,
              new float[] {1},
              new float[] {1},
              new float[1]);
      Network network = new Network(1, Shape.ANY_STEPS, List.of(rnn));
      Kernel kernel = Kernels.compile(network, 4, KernelKind.AUTO);
      float[] output = new float[1];
      kernel.forward(new float[] {1, 1}, 0, 2, kernel.newScratch(), output);
      System.out.println(Kernels.vectorAvailable() + " " + kernel.name() + " " + output[0]);
    }
  }
}

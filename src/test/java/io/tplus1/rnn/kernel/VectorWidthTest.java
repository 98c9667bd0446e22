package io.tplus1.rnn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** JVMs whose vectors are of other widths, as on other machines. */
class VectorWidthTest {

  @Test
  void name_otherWidths_tellsOneKernelsBitsFromAnothers() throws Exception {
    Map<String, String> bitsByName = new HashMap<>();
    for (int bytes : new int[] {16, 32, 64}) {
      for (String line : forecasts(bytes)) {
        String[] nameAndBits = line.split(" ", 2);
        String before = bitsByName.putIfAbsent(nameAndBits[0], nameAndBits[1]);
        assertThat(before).as(nameAndBits[0]).isIn(null, nameAndBits[1]);
      }
    }
    assertThat(bitsByName).containsKey("plain-1");
  }

  private static List<String> forecasts(int vectorBytes) throws Exception {
    Process jvm =
        new ProcessBuilder(
                new File(System.getProperty("java.home"), "bin/java").getPath(),
                "-XX:MaxVectorSize=" + vectorBytes,
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .start();
    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jvm.waitFor()).isZero();
    return output.lines().toList();
  }

  /** What the other JVMs run. */
  static final class Child {
    private Child() {}

    /** Prints name and output of the plain and of the fastest kernel. */
    public static void main(String[] arguments) {
      Random random = new Random(1);
      Layer rnn =
          new Layer.SimpleRnn(
              32,
              ActivationFunction.TANH,
              false,
              false,
              gaussian(random, 4 * 32),
              gaussian(random, 32 * 32),
              gaussian(random, 32));
      Network network = new Network(4, Shape.ANY_STEPS, List.of(rnn));
      float[] window = gaussian(random, 24 * 4);
      for (KernelKind kind : List.of(KernelKind.PLAIN, KernelKind.AUTO)) {
        Kernel kernel = Kernels.compile(network, 24, kind);
        float[] output = new float[32];
        kernel.forward(window, 0, 24, kernel.newScratch(), output);
        System.out.println(kernel.name() + " " + Arrays.toString(output));
      }
    }

    private static float[] gaussian(Random random, int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = 0.2f * (float) random.nextGaussian();
      }
      return values;
    }
  }
}

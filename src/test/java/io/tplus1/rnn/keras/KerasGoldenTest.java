package io.tplus1.rnn.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.proof.ReferenceNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class KerasGoldenTest {
  private static final double TOLERANCE = 1e-5;

  /** Of outputs that are all small, such as those of rnn_46, by the largest of them. */
  private static double tolerance(KerasSamples.Golden golden) {
    double largest =
        Arrays.stream(golden.output())
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElse(0);
    return TOLERANCE * Math.min(1, largest);
  }

  static List<Path> files() throws IOException {
    return KerasSamples.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void read_keras_givesTheRecordedOutput(Path file) throws Exception {
    KerasModel model = KerasImporter.read(file);
    KerasSamples.Golden golden = KerasSamples.golden(file);
    for (int i = 0; i < golden.input().length; i++) {
      double[] output = ReferenceNetwork.forward(model.network(), golden.input()[i]);
      assertThat(output).hasSameSizeAs(golden.output()[i]);
      for (int j = 0; j < output.length; j++) {
        assertThat(output[j])
            .as("output %d of sample %d", j, i)
            .isCloseTo(golden.output()[i][j], within(tolerance(golden)));
      }
    }
  }

  static Stream<Arguments> filesAndKernels() throws IOException {
    return KerasSamples.all().stream()
        .flatMap(
            file ->
                Stream.of(KernelKind.PLAIN, KernelKind.VECTOR)
                    .filter(kind -> kind == KernelKind.PLAIN || Kernels.vectorAvailable())
                    .map(kind -> arguments(file, kind)));
  }

  @ParameterizedTest
  @MethodSource("filesAndKernels")
  void read_kerasAndCompile_givesTheRecordedOutput(Path file, KernelKind kind) throws Exception {
    Network network = KerasImporter.read(file).network();
    KerasSamples.Golden golden = KerasSamples.golden(file);
    int steps = golden.input()[0].length;
    Kernel kernel = Kernels.compile(network, steps, kind);
    Kernel.Scratch scratch = kernel.newScratch();
    float[] output = new float[kernel.outputs()];
    for (int i = 0; i < golden.input().length; i++) {
      float[] window = new float[steps * network.inputs()];
      for (int j = 0; j < window.length; j++) {
        window[j] = (float) golden.input()[i][j / network.inputs()][j % network.inputs()];
      }
      kernel.forward(window, 0, steps, scratch, output);
      assertThat(output).hasSize(golden.output()[i].length);
      for (int j = 0; j < output.length; j++) {
        assertThat((double) output[j])
            .as("output %d of sample %d", j, i)
            .isCloseTo(golden.output()[i][j], within(tolerance(golden)));
      }
    }
  }

  @Test
  void samples_realFiles_areAllThere() throws Exception {
    assertThat(KerasSamples.real()).hasSize(23);
  }

  @Test
  void read_modelOfKeras2_tellsVersionAndBackend() throws Exception {
    KerasModel model = KerasImporter.read(KerasSamples.real("simple_flatten_rnn_tf_keras_2_model"));
    assertThat(model.kerasVersion()).contains("2.1.3");
    assertThat(model.backend()).contains("tensorflow");
    assertThat(model.network().steps()).isEqualTo(1);
  }

  @Test
  void read_modelOfKeras1_tellsVersion() throws Exception {
    KerasModel model = KerasImporter.read(KerasSamples.generated("keras1_lstm_cpu"));
    assertThat(model.kerasVersion()).contains("1.2.2");
  }

  @Test
  void read_openNumberOfSteps_isAnySteps() throws Exception {
    KerasModel model = KerasImporter.read(KerasSamples.generated("gru_reset_before"));
    assertThat(model.network().steps()).isEqualTo(Shape.ANY_STEPS);
    assertThat(model.network().inputs()).isEqualTo(3);
  }

  @Test
  void read_embeddingFirst_hasOneInput() throws Exception {
    KerasModel model = KerasImporter.read(KerasSamples.generated("embedding_lstm_softmax"));
    assertThat(model.network().inputs()).isEqualTo(1);
    assertThat(model.network().steps()).isEqualTo(6);
  }
}

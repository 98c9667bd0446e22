package io.tplus1.rnn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.tplus1.Waits;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.proof.ReferenceNetwork;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelTest {

  @Test
  void compile_vectorForced_isTheVectorKernel() {
    assertThat(Kernels.vectorAvailable()).isTrue();
    assertThat(Kernels.compile(lstm(4, 8, 6), 1, KernelKind.VECTOR).name()).startsWith("vector-");
    assertThat(Kernels.compile(lstm(4, 8, 6), 1, KernelKind.PLAIN).name()).startsWith("plain-");
  }

  @Test
  void version_ofVectors_isTheNameWithoutTheirLanes() {
    Kernel kernel = Kernels.compile(lstm(4, 8, 6), 1, KernelKind.VECTOR);
    assertThat(kernel.name()).matches(kernel.version() + "/\\d+");
  }

  @Test
  void forward_stepsOutOfRange_isRefused() {
    Kernel kernel = Kernels.compile(lstm(4, 8, 6), 1, KernelKind.AUTO);
    Kernel.Scratch scratch = kernel.newScratch();
    assertThatThrownBy(() -> kernel.forward(new float[99], 0, 7, scratch, new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps must be 1 to 6, found 7");
  }

  @Test
  void forward_scratchOfAnotherKernel_isRefused() {
    Kernel kernel = Kernels.compile(lstm(4, 8, 6), 1, KernelKind.AUTO);
    Kernel.Scratch foreign = Kernels.compile(lstm(4, 8, 6), 1, KernelKind.AUTO).newScratch();
    assertThatThrownBy(() -> kernel.forward(new float[24], 0, 6, foreign, new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another kernel");
  }

  @Test
  void project_networkThatBeginsWithMasking_isNotOffered() {
    List<Layer> layers = new ArrayList<>(lstm(4, 8, 6).layers());
    layers.add(0, new Layer.Masking(0));
    Kernel kernel = Kernels.compile(new Network(4, 6, layers), 1, KernelKind.AUTO);
    assertThat(kernel.projectionWidth()).isZero();
    assertThatThrownBy(() -> kernel.project(new float[4], 0, kernel.newScratch(), new float[99], 0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** What it reads backwards it hands on turned round: the first rows are the window's newest. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_shortWindowBehindALayerThatReadsBackwards_isReadWhole(KernelKind kind) {
    for (int steps : new int[] {4, Shape.ANY_STEPS}) {
      Network network =
          new Network(1, steps, List.of(simple(true, true, 0f), simple(false, false, 1f)));
      Kernel kernel = Kernels.compile(network, 4, kind);
      float[] output = new float[1];
      kernel.forward(new float[] {1, 2, 3}, 0, 3, kernel.newScratch(), output);
      assertThat(output).as("%d steps", steps).containsExactly(6f);
    }
  }

  /** Its padding is read last, and such steps repeat the last output. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_flattenBehindALayerThatReadsBackwards_joinsItsLastOutputAgain(KernelKind kind) {
    Layer sum = new Layer.Dense(4, ActivationFunction.LINEAR, identity(4), new float[4]);
    Network network = new Network(1, 4, List.of(simple(true, true, 1f), new Layer.Flatten(), sum));
    Kernel kernel = Kernels.compile(network, 4, kind);
    float[] output = new float[4];
    kernel.forward(new float[] {1, 2}, 0, 2, kernel.newScratch(), output);
    assertThat(output).containsExactly(2f, 3f, 3f, 3f);
  }

  private static float[] identity(int n) {
    float[] matrix = new float[n * n];
    for (int i = 0; i < n; i++) {
      matrix[i * n + i] = 1;
    }
    return matrix;
  }

  private static Layer simple(boolean sequences, boolean backwards, float recurrent) {
    return new Layer.SimpleRnn(
        1,
        ActivationFunction.LINEAR,
        sequences,
        backwards,
        new float[] {1},
        new float[] {recurrent},
        new float[] {0});
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_hugeInputs_saturateAndStayFinite(KernelKind kind) {
    Network network = lstm(4, 8, 6);
    Kernel kernel = Kernels.compile(network, 1, kind);
    for (double size : new double[] {1e6, 1e15, 1e20, 1e36}) {
      float[] window = new float[24];
      double[][] rows = new double[6][4];
      for (int i = 0; i < window.length; i++) {
        window[i] = (float) (i % 2 == 0 ? size : -size);
        rows[i / 4][i % 4] = window[i];
      }
      double[] expected = ReferenceNetwork.forward(network, rows);
      float[] output = new float[4];
      kernel.forward(window, 0, 6, kernel.newScratch(), output);
      for (int i = 0; i < output.length; i++) {
        assertThat((double) output[i]).as("%s, %d", size, i).isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_notANumber_staysNotANumber(KernelKind kind) {
    Kernel kernel = Kernels.compile(lstm(4, 8, 6), 1, kind);
    float[] window = new float[24];
    window[5] = Float.NaN;
    float[] output = new float[4];
    kernel.forward(window, 0, 6, kernel.newScratch(), output);
    assertThat(output[0]).isNaN();
  }

  /** On no machine is it another forecast than elsewhere. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_sumBeyondFloats_saturates(KernelKind kind) {
    for (ActivationFunction gate :
        new ActivationFunction[] {ActivationFunction.TANH, ActivationFunction.SIGMOID}) {
      Network network =
          new Network(
              1,
              1,
              List.of(
                  new Layer.SimpleRnn(
                      2,
                      gate,
                      false,
                      false,
                      new float[] {1e10f, -1e10f},
                      new float[4],
                      new float[2])));
      Kernel kernel = Kernels.compile(network, 1, kind);
      float[] output = new float[2];
      kernel.forward(new float[] {1e30f}, 0, 1, kernel.newScratch(), output);
      assertThat(output[0]).isCloseTo(1f, within(1e-6f));
      assertThat(output[1]).isCloseTo(gate == ActivationFunction.TANH ? -1f : 0f, within(1e-6f));
      kernel.forward(new float[] {Float.NaN}, 0, 1, kernel.newScratch(), output);
      assertThat(output).containsOnly(Float.NaN);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_manyThreads_shareAKernel(KernelKind kind) throws Exception {
    Network network = lstm(7, 24, 12);
    Kernel kernel = Kernels.compile(network, 1, kind);
    int series = 200;
    float[][] windows = new float[series][12 * 7];
    float[][] expected = new float[series][7];
    Random random = new Random(5);
    for (int i = 0; i < series; i++) {
      for (int j = 0; j < windows[i].length; j++) {
        windows[i][j] = (float) random.nextGaussian();
      }
      kernel.forward(windows[i], 0, 12, kernel.newScratch(), expected[i]);
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        runs.add(
            threads.submit(
                () -> {
                  Kernel.Scratch scratch = kernel.newScratch();
                  float[] output = new float[7];
                  for (int i = 0; i < 20 * series; i++) {
                    kernel.forward(windows[i % series], 0, 12, scratch, output);
                    assertThat(output).isEqualTo(expected[i % series]);
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "VECTOR"})
  void forward_warm_allocatesNothing(KernelKind kind) {
    Kernel kernel = Kernels.compile(lstm(7, 32, 24), 1, kind);
    Kernel.Scratch scratch = kernel.newScratch();
    float[] window = new float[24 * 7];
    float[] output = new float[7];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    // Vectors live on the heap until C2 has compiled all of it, at a time of its own choosing.
    long end = System.nanoTime() + Waits.LONG.toNanos();
    while (least > 0 && System.nanoTime() - end < 0) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int j = 0; j < 1000; j++) {
        kernel.forward(window, 0, 24, scratch, output);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }

  private static Network lstm(int features, int units, int steps) {
    Random random = new Random(1);
    return new Network(
        features,
        steps == 0 ? Shape.ANY_STEPS : steps,
        List.of(
            new Layer.Lstm(
                units,
                ActivationFunction.TANH,
                ActivationFunction.SIGMOID,
                false,
                false,
                weights(random, features * 4 * units),
                weights(random, units * 4 * units),
                weights(random, 4 * units)),
            new Layer.Dense(
                features,
                ActivationFunction.LINEAR,
                weights(random, units * features),
                weights(random, features))));
  }

  private static float[] weights(Random random, int count) {
    float[] w = new float[count];
    for (int i = 0; i < count; i++) {
      w[i] = 0.6f * (random.nextFloat() - 0.5f);
    }
    return w;
  }
}

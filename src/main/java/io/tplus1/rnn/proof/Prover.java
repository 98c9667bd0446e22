package io.tplus1.rnn.proof;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Measures a kernel on probe windows against DL4J, or a pass in doubles where that refuses the
 * network or overflows, and against golden results.
 */
public final class Prover {
  private Prover() {}

  /**
   * Measures and certifies every kernel that this JVM offers.
   *
   * @param model hash of the artifact
   * @param networks the members', of one architecture
   * @param steps steps of a full window, as the networks read it
   * @param dl4j the same networks in DL4J; empty where it refuses one
   * @param goldens outputs of the first member that others computed
   * @throws IllegalArgumentException if a golden result is of other shapes than the network's
   */
  public static Certificate certify(
      String model,
      List<Network> networks,
      int steps,
      List<Optional<Dl4jNetwork>> dl4j,
      List<Golden> goldens) {
    Network network = networks.get(0);
    List<Certificate.GoldenResult> results = new ArrayList<>();
    for (Golden golden : goldens) {
      golden.requireFit(network);
      Agreement.Result worst = agreement(network, golden);
      results.add(
          new Certificate.GoldenResult(
              golden.name(), golden.windows().length, worst.error(), worst.tolerance()));
    }
    Agreement.Result worst = Agreement.Result.NONE;
    int windows = 0;
    boolean byDl4j = false;
    for (int member = 0; member < networks.size(); member++) {
      Optional<Dl4jNetwork> other = dl4j.get(member);
      Network own = other.isPresent() ? networks.get(member) : networks.get(member).ofSteps(steps);
      Probes probes =
          other.isPresent() ? Probes.inDl4j(own, steps, other.get()) : Probes.inDoubles(own, steps);
      List<Agreement.Outputs> outputs = probes.outputs(Kernels.compileAll(own, steps));
      if (other.isPresent()) {
        Overflows.Settled settled = Overflows.inDoubles(own, outputs);
        outputs = settled.windows();
        byDl4j |= settled.byDl4j();
      }
      worst = Agreement.Result.worse(Agreement.of(own, outputs), worst);
      windows += Probes.compared(outputs);
    }
    String refusal = dl4j.get(0).isPresent() ? "" : Dl4jNetwork.refusal(network).orElse("");
    return new Certificate(
        model,
        Kernels.compileAll(network, steps).stream().map(Kernel::version).toList(),
        byDl4j || (dl4j.get(0).isPresent() && windows == 0) ? Dl4jNetwork.version() : "",
        "",
        refusal,
        windows,
        worst.error(),
        worst.tolerance(),
        results);
  }

  /** Whether every kernel that this JVM offers computes what the same pass in doubles does. */
  public static boolean agreesWithDoubles(Network network, int steps) {
    Network ofSteps = network.ofSteps(steps);
    return agreesWithDoubles(ofSteps, steps, Kernels.compileAll(ofSteps, steps));
  }

  /** Whether these kernels compute what the same pass in doubles does. */
  static boolean agreesWithDoubles(Network network, int steps, List<Kernel> kernels) {
    return Agreement.of(network, Probes.inDoubles(network, steps).outputs(kernels)).agrees();
  }

  /**
   * Refuses a network of which no full window shows anything, and whose forecasts are none.
   *
   * @throws IllegalArgumentException if it gives nothing finite on any
   */
  public static void requireFinite(Network network, int steps) {
    Kernel kernel = Kernels.compile(network.ofSteps(steps), steps, KernelKind.PLAIN);
    float[] windows = Probes.fullWindows(network, steps);
    for (int from = 0; from < windows.length; from += steps * network.inputs()) {
      if (Probes.isFinite(Probes.found(List.of(kernel), windows, from, steps).get(0))) {
        return;
      }
    }
    throw nothingFinite(steps);
  }

  /**
   * As {@link #requireFinite(Network, int)}, of one that DL4J alone runs.
   *
   * @throws IllegalArgumentException if it gives nothing finite on any
   */
  public static void requireFinite(Dl4jNetwork dl4j, int steps) {
    if (!Probes.givesFinite(dl4j, steps)) {
      throw nothingFinite(steps);
    }
  }

  private static IllegalArgumentException nothingFinite(int steps) {
    return new IllegalArgumentException(
        "the network gives nothing finite on any of %d windows of %d steps of values of size 1, so that nothing can be compared: give known outputs of windows such as it was trained on (--golden-dir)"
            .formatted(Probes.FULL_WINDOWS, steps));
  }

  /**
   * How DL4J does on a golden result of a network that no kernel computes.
   *
   * @param output shape of what a full window gives
   * @throws IllegalArgumentException if the golden result is of other shapes than the network's
   */
  public static Certificate.GoldenResult onDl4j(Dl4jNetwork dl4j, Shape output, Golden golden) {
    Shape any = Shape.sequence(Shape.ANY_STEPS, output.width());
    golden.requireFit(dl4j.inputs(), Shape.ANY_STEPS, dl4j.isStepwise(output) ? any : output);
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (int i = 0; i < golden.windows().length; i++) {
      float[][] window = golden.windows()[i];
      float[] found = dl4j.output(flat(window), new int[] {window.length}, window.length);
      outputs.add(new Agreement.Outputs(window, List.of(found), golden.outputs()[i]));
    }
    Agreement.Result found =
        SmallOutputs.bySize(
            new Agreement.Result(Agreement.error(output.width(), outputs), Certificate.TOLERANCE),
            columns(output.width(), dl4j.end()),
            outputs,
            Optional.empty());
    return new Certificate.GoldenResult(
        golden.name(), golden.windows().length, found.error(), found.tolerance());
  }

  private static float[] flat(float[][] window) {
    int inputs = window[0].length;
    float[] flat = new float[window.length * inputs];
    for (int s = 0; s < window.length; s++) {
      System.arraycopy(window[s], 0, flat, s * inputs, inputs);
    }
    return flat;
  }

  private static Agreement.Result agreement(Network network, Golden golden) {
    int longest = Arrays.stream(golden.windows()).mapToInt(w -> w.length).max().orElse(0);
    List<Kernel> kernels = Kernels.compileAll(network, longest);
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (int i = 0; i < golden.windows().length; i++) {
      float[][] window = golden.windows()[i];
      float[] flat = flat(window);
      float[] expected = golden.outputs()[i];
      List<float[]> found =
          Probes.found(kernels, flat, 0, window.length).stream()
              .map(output -> Arrays.copyOf(output, expected.length))
              .toList();
      outputs.add(new Agreement.Outputs(window, found, expected));
    }
    return SmallOutputs.bySize(
        Agreement.of(network, outputs),
        columns(network.output().width(), Optional.of(network)),
        outputs,
        Optional.of(
            (window, noise) ->
                ReferenceNetwork.forward(
                    network,
                    Agreement.doubles(window),
                    noise.map(Agreement::randomly).orElseGet(DoubleUnaryOperator::identity))));
  }

  private static List<SmallOutputs.Column> columns(int width, Optional<Network> end) {
    boolean probabilities =
        end.map(LastLayer::of).filter(LastLayer::givesProbabilities).isPresent();
    return Collections.nCopies(width, new SmallOutputs.Column(0, probabilities ? 0 : 1, 0));
  }
}

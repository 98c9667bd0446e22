package io.tplus1.rnn;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Measures a kernel on probe windows against DL4J, or a pass in doubles where that refuses the
 * network, and against golden results.
 */
final class Prover {
  private static final int FULL_WINDOWS = 32;
  private static final int SHORT_WINDOWS = 4;
  private static final long SEED = 1;

  /**
   * Products of a weight that passes in doubles are given: some tenths of a second, and half a
   * minute where {@link Agreement} has to tell float32's rounding from a mistake.
   */
  private static final long MOST_PRODUCTS = 200_000_000;

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
  static Certificate certify(
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
    for (int member = 0; member < networks.size(); member++) {
      Optional<Dl4jNetwork> other = dl4j.get(member);
      Network own = other.isPresent() ? networks.get(member) : networks.get(member).ofSteps(steps);
      List<Probe> probes =
          other.isPresent() ? probes(own, steps, other.get()) : probesInDoubles(own, steps);
      worst = Agreement.Result.worse(agreement(own, kernels(own, steps), probes), worst);
      windows += probes.stream().mapToInt(Probe::compared).sum();
    }
    String refusal = dl4j.get(0).isPresent() ? "" : Dl4jNetwork.refusal(network).orElse("");
    return new Certificate(
        model,
        versions(network, steps),
        dl4j.get(0).isPresent() ? Dl4jNetwork.version() : "",
        "",
        refusal,
        windows,
        worst.error(),
        worst.tolerance(),
        results);
  }

  /** Whether every kernel that this JVM offers computes what the same pass in doubles does. */
  static boolean agreesWithDoubles(Network network, int steps) {
    Network ofSteps = network.ofSteps(steps);
    return agreesWithDoubles(ofSteps, steps, kernels(ofSteps, steps));
  }

  /** Whether these kernels compute what the same pass in doubles does. */
  static boolean agreesWithDoubles(Network network, int steps, List<Kernel> kernels) {
    return agreement(network, kernels, probesInDoubles(network, steps)).agrees();
  }

  private static Agreement.Result agreement(
      Network network, List<Kernel> kernels, List<Probe> probes) {
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (Probe probe : probes) {
      outputs.addAll(outputs(kernels, probe));
    }
    return Agreement.of(network, outputs);
  }

  /** Every kind of kernel that this JVM offers. */
  static List<KernelKind> kinds() {
    return Kernels.vectorAvailable()
        ? List.of(KernelKind.PLAIN, KernelKind.VECTOR)
        : List.of(KernelKind.PLAIN);
  }

  static List<Kernel> kernels(Network network, int steps) {
    return kinds().stream().map(kind -> Kernels.compile(network, steps, kind)).toList();
  }

  /** The versions of their kernels. */
  static List<String> versions(Network network, int steps) {
    return kernels(network, steps).stream().map(Kernel::version).toList();
  }

  /**
   * Windows of one length, and what DL4J, or a pass in doubles, makes of them.
   *
   * @param windows {@code float[count][steps][inputs]}
   * @param outputs {@code float[count][outputs]}
   */
  private record Probe(int count, int steps, float[] windows, float[] outputs) {
    /** Windows that show something: where both overflow, any other network would, too. */
    int compared() {
      int width = outputs.length / count;
      return (int)
          IntStream.range(0, count)
              .filter(i -> isFinite(outputs, i * width, (i + 1) * width))
              .count();
    }
  }

  private static boolean isFinite(float[] outputs, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(outputs[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses a network of which no full window shows anything, and whose forecasts are none.
   *
   * @throws IllegalArgumentException if it gives nothing finite on any
   */
  static void requireFinite(Network network, int steps) {
    Kernel kernel = Kernels.compile(network.ofSteps(steps), steps, KernelKind.PLAIN);
    float[] windows = windows(network, FULL_WINDOWS, steps, new Random(SEED));
    int size = windows.length / FULL_WINDOWS;
    for (int i = 0; i < FULL_WINDOWS; i++) {
      float[] output = found(List.of(kernel), windows, i * size, steps).get(0);
      if (isFinite(output, 0, output.length)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        "the network gives nothing finite on any of %d windows of %d steps of values of size 1, so that nothing can be compared: give known outputs of windows such as it was trained on (--golden-dir)"
            .formatted(FULL_WINDOWS, steps));
  }

  /**
   * Full windows, and short ones, which DL4J gets without padding. Not where padding shows in the
   * output: Flatten joins it, and a network that puts out a sequence puts it out.
   */
  private static List<Probe> probes(Network network, int steps, Dl4jNetwork dl4j) {
    Random random = new Random(SEED);
    List<Probe> probes = new ArrayList<>();
    probes.add(probe(network, FULL_WINDOWS, steps, dl4j, random));
    boolean paddingShows =
        network.layers().stream().anyMatch(Layer.Flatten.class::isInstance) || network.isStepwise();
    if (!paddingShows) {
      IntStream.of(1, 2, steps / 2, steps - 1)
          .filter(n -> n >= 1 && n < steps)
          .distinct()
          .forEach(n -> probes.add(probe(network, SHORT_WINDOWS, n, dl4j, random)));
    }
    return probes;
  }

  private static Probe probe(
      Network network, int count, int steps, Dl4jNetwork dl4j, Random random) {
    float[] windows = windows(network, count, steps, random);
    return new Probe(count, steps, windows, inDl4j(dl4j, windows, count, steps));
  }

  /** So many windows at a time that they fill no more memory than one that may be served. */
  private static float[] inDl4j(Dl4jNetwork dl4j, float[] windows, int count, int steps) {
    int atOnce =
        (int) Math.max(1, Math.min(count, Network.MOST_SERVED_VALUES / dl4j.values(steps)));
    int size = windows.length / count;
    float[] outputs = new float[0];
    for (int from = 0; from < count; from += atOnce) {
      int to = Math.min(count, from + atOnce);
      int[] lengths = new int[to - from];
      Arrays.fill(lengths, steps);
      float[] some =
          dl4j.output(Arrays.copyOfRange(windows, from * size, to * size), lengths, steps);
      if (from == 0) {
        outputs = new float[some.length / lengths.length * count];
      }
      System.arraycopy(some, 0, outputs, outputs.length / count * from, some.length);
    }
    return outputs;
  }

  /** Full windows, fewer or shorter ones where the network is large, and some of a step or two. */
  private static List<Probe> probesInDoubles(Network network, int steps) {
    Random random = new Random(SEED);
    long affordable = Math.max(1, affordable(network));
    int longest = (int) Math.min(steps, affordable);
    int count = (int) Math.min(SHORT_WINDOWS, affordable / longest);
    List<Probe> probes = new ArrayList<>();
    probes.add(probeInDoubles(network, count, longest, random));
    IntStream.of(1, 2)
        .filter(n -> n < longest)
        .forEach(n -> probes.add(probeInDoubles(network, count, n, random)));
    return probes;
  }

  /** Whether passes in doubles over so many steps end within a minute. */
  static boolean isAffordable(Network network, long steps) {
    return steps <= affordable(network);
  }

  private static long affordable(Network network) {
    return MOST_PRODUCTS / Math.max(1, productsOfAStep(network));
  }

  /** At most: an embedding looks a row up, and multiplies nothing. */
  private static long productsOfAStep(Network network) {
    long tables =
        network.layers().stream()
            .filter(Layer.Embedding.class::isInstance)
            .mapToLong(layer -> ((Layer.Embedding) layer).weights().length)
            .sum();
    return network.parameters() - tables;
  }

  private static Probe probeInDoubles(Network network, int count, int steps, Random random) {
    float[] windows = windows(network, count, steps, random);
    mask(network, windows, random);
    float[] outputs = new float[0];
    for (int i = 0; i < count; i++) {
      int from = i * steps * network.inputs();
      float[] one = Agreement.inDoubles(network, rows(windows, from, steps, network.inputs()));
      outputs = Arrays.copyOf(outputs, count * one.length);
      System.arraycopy(one, 0, outputs, i * one.length, one.length);
    }
    return new Probe(count, steps, windows, outputs);
  }

  /** Masks about a quarter of all steps, which drawn values hardly do, where the network can. */
  private static void mask(Network network, float[] windows, Random random) {
    Layer first = network.layers().get(0);
    boolean ofIds = first instanceof Layer.Embedding embedding && embedding.maskZero();
    if (!ofIds && !(first instanceof Layer.Masking)) {
      return;
    }
    float value = first instanceof Layer.Masking masking ? masking.value() : 0;
    for (int from = 0; from < windows.length; from += network.inputs()) {
      if (random.nextInt(4) == 0) {
        Arrays.fill(windows, from, from + network.inputs(), value);
      }
    }
  }

  /**
   * {@code float[count][steps][inputs]}: standard normal values, or ids that the embedding knows.
   */
  static float[] windows(Network network, int count, int steps, Random random) {
    float[] windows = new float[count * steps * network.inputs()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] =
          network.layers().get(0) instanceof Layer.Embedding embedding
              ? random.nextInt(embedding.vocabulary())
              : (float) random.nextGaussian();
    }
    return windows;
  }

  private static List<Agreement.Outputs> outputs(List<Kernel> kernels, Probe probe) {
    int inputs = probe.windows().length / probe.count() / probe.steps();
    int width = probe.outputs().length / probe.count();
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (int i = 0; i < probe.count(); i++) {
      int from = i * probe.steps() * inputs;
      outputs.add(
          new Agreement.Outputs(
              rows(probe.windows(), from, probe.steps(), inputs),
              found(kernels, probe.windows(), from, probe.steps()),
              Arrays.copyOfRange(probe.outputs(), i * width, (i + 1) * width)));
    }
    return outputs;
  }

  static float[][] rows(float[] windows, int from, int steps, int inputs) {
    float[][] rows = new float[steps][];
    for (int s = 0; s < steps; s++) {
      rows[s] = Arrays.copyOfRange(windows, from + s * inputs, from + (s + 1) * inputs);
    }
    return rows;
  }

  /** What each kernel makes of one window. */
  static List<float[]> found(List<Kernel> kernels, float[] windows, int from, int steps) {
    List<float[]> found = new ArrayList<>();
    for (Kernel kernel : kernels) {
      float[] output = new float[kernel.outputs()];
      kernel.forward(windows, from, steps, kernel.newScratch(), output);
      found.add(output);
    }
    return found;
  }

  /**
   * How DL4J does on a golden result of a network that no kernel computes.
   *
   * @param output shape of what a full window gives
   * @throws IllegalArgumentException if the golden result is of other shapes than the network's
   */
  static Certificate.GoldenResult onDl4j(Dl4jNetwork dl4j, Shape output, Golden golden) {
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
    List<Kernel> kernels = kernels(network, longest);
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (int i = 0; i < golden.windows().length; i++) {
      float[][] window = golden.windows()[i];
      float[] flat = flat(window);
      float[] expected = golden.outputs()[i];
      List<float[]> found =
          found(kernels, flat, 0, window.length).stream()
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

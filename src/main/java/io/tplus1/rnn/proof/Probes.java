package io.tplus1.rnn.proof;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Windows that a network is tried with, drawn alike each time, and what DL4J, or a pass in doubles,
 * makes of them. Immutable.
 */
final class Probes {
  /** Of full windows of a network that DL4J computes, too. */
  static final int FULL_WINDOWS = 32;

  private static final int SHORT_WINDOWS = 4;
  private static final long SEED = 1;

  /**
   * Products of a weight that passes in doubles are given: some tenths of a second, and half a
   * minute where {@link Agreement} has to tell float32's rounding from a mistake.
   */
  private static final long MOST_PRODUCTS = 200_000_000;

  private final List<Probe> probes;

  private Probes(List<Probe> probes) {
    this.probes = probes;
  }

  /**
   * Windows of one length, and what is made of them.
   *
   * @param windows {@code float[count][steps][inputs]}
   * @param outputs {@code float[count][outputs]}
   */
  private record Probe(int count, int steps, float[] windows, float[] outputs) {
    boolean isAnyFinite() {
      return IntStream.range(0, count).anyMatch(i -> isFinite(output(i)));
    }

    float[] output(int i) {
      int width = outputs.length / count;
      return Arrays.copyOfRange(outputs, i * width, (i + 1) * width);
    }

    void addOutputs(List<Kernel> kernels, List<Agreement.Outputs> all) {
      int inputs = windows.length / count / steps;
      for (int i = 0; i < count; i++) {
        int from = i * steps * inputs;
        all.add(
            new Agreement.Outputs(
                rows(windows, from, steps, inputs),
                found(kernels, windows, from, steps),
                output(i)));
      }
    }
  }

  /** How many show something: where both overflow, any other network would, too. */
  static int compared(List<Agreement.Outputs> windows) {
    return (int) windows.stream().filter(each -> isFinite(each.expected())).count();
  }

  /** What kernels make of the windows, beside what they are held against. */
  List<Agreement.Outputs> outputs(List<Kernel> kernels) {
    List<Agreement.Outputs> outputs = new ArrayList<>();
    probes.forEach(probe -> probe.addOutputs(kernels, outputs));
    return outputs;
  }

  /**
   * Full windows, and short ones, which DL4J gets without padding. Not where padding shows in the
   * output: Flatten joins it, and a network that puts out a sequence puts it out.
   */
  static Probes inDl4j(Network network, int steps, Dl4jNetwork dl4j) {
    Random random = new Random(SEED);
    List<Probe> probes = new ArrayList<>();
    probes.add(inDl4j(network, FULL_WINDOWS, steps, dl4j, random));
    boolean paddingShows =
        network.layers().stream().anyMatch(Layer.Flatten.class::isInstance) || network.isStepwise();
    if (!paddingShows) {
      IntStream.of(1, 2, steps / 2, steps - 1)
          .filter(n -> n >= 1 && n < steps)
          .distinct()
          .forEach(n -> probes.add(inDl4j(network, SHORT_WINDOWS, n, dl4j, random)));
    }
    return new Probes(probes);
  }

  private static Probe inDl4j(
      Network network, int count, int steps, Dl4jNetwork dl4j, Random random) {
    float[] windows = windows(network, count, steps, random);
    return new Probe(count, steps, windows, outputs(dl4j, windows, count, steps));
  }

  /** So many windows at a time that they fill no more memory than one that may be served. */
  private static float[] outputs(Dl4jNetwork dl4j, float[] windows, int count, int steps) {
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
  static Probes inDoubles(Network network, int steps) {
    Random random = new Random(SEED);
    long affordable = Math.max(1, affordable(network));
    int longest = (int) Math.min(steps, affordable);
    int count = (int) Math.min(SHORT_WINDOWS, affordable / longest);
    List<Probe> probes = new ArrayList<>();
    probes.add(inDoubles(network, count, longest, random));
    IntStream.of(1, 2)
        .filter(n -> n < longest)
        .forEach(n -> probes.add(inDoubles(network, count, n, random)));
    return new Probes(probes);
  }

  private static Probe inDoubles(Network network, int count, int steps, Random random) {
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

  /** Whether passes in doubles over so many steps end within a minute. */
  static boolean isAffordable(Network network, long steps) {
    return steps <= affordable(network);
  }

  /** Steps that passes in doubles go over within a minute. */
  static long affordable(Network network) {
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

  /** Masks about a quarter of all steps, which drawn values hardly do, where the network can. */
  private static void mask(Network network, float[] windows, Random random) {
    Layer first = network.layers().get(0);
    if (!first.masks()) {
      return;
    }
    float value = first instanceof Layer.Masking masking ? masking.value() : 0;
    for (int from = 0; from < windows.length; from += network.inputs()) {
      if (random.nextInt(4) == 0) {
        Arrays.fill(windows, from, from + network.inputs(), value);
      }
    }
  }

  /** {@code float[FULL_WINDOWS][steps][inputs]}, the full ones of {@link #inDl4j}. */
  static float[] fullWindows(Network network, int steps) {
    return windows(network, FULL_WINDOWS, steps, new Random(SEED));
  }

  /** Whether DL4J makes something finite of any full window. */
  static boolean givesFinite(Dl4jNetwork dl4j, int steps) {
    float[] windows =
        windows(FULL_WINDOWS * steps * dl4j.inputs(), dl4j.vocabulary(), new Random(SEED));
    return new Probe(FULL_WINDOWS, steps, windows, outputs(dl4j, windows, FULL_WINDOWS, steps))
        .isAnyFinite();
  }

  /**
   * {@code float[count][steps][inputs]}: standard normal values, or ids that the embedding knows.
   */
  static float[] windows(Network network, int count, int steps, Random random) {
    int ids =
        network.layers().get(0) instanceof Layer.Embedding embedding ? embedding.vocabulary() : 0;
    return windows(count * steps * network.inputs(), ids, random);
  }

  private static float[] windows(int values, int ids, Random random) {
    float[] windows = new float[values];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = ids > 0 ? random.nextInt(ids) : (float) random.nextGaussian();
    }
    return windows;
  }

  /** One of the windows that lie behind each other, as {@code float[steps][inputs]}. */
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

  static boolean isFinite(float[] output) {
    for (float value : output) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}

package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values that are more than a float holds to DL4J, and not to a kernel, as those of a softplus are
 * from a sum of 88.8 on, and what layers behind make of them, which may be a number: of the kernel
 * they prove nothing, so passes in doubles take their place.
 */
final class Overflows {
  private static final Logger LOG = LoggerFactory.getLogger(Overflows.class);

  private Overflows() {}

  /**
   * What is left to compare.
   *
   * @param windows what kernels make of them, beside what DL4J does, or doubles in its place
   * @param byDl4j whether any number that DL4J has is among these
   */
  record Settled(List<Agreement.Outputs> windows, boolean byDl4j) {}

  /**
   * The same windows with such values as doubles have them. Of a network so large that passes over
   * all such windows would take minutes, some of these are left out, but for one.
   *
   * @param windows what kernels make of them, beside what DL4J does
   */
  static Settled inDoubles(Network network, List<Agreement.Outputs> windows) {
    long steps = Math.max(1, Probes.affordable(network));
    int columns = network.output().width();
    List<Agreement.Outputs> settled = new ArrayList<>();
    Set<Integer> lengths = new HashSet<>(); // of windows that overflow on their way
    boolean softplus = network.layers().stream().anyMatch(Overflows::hasSoftplus);
    boolean byDl4j = false;
    int computed = 0;
    for (Agreement.Outputs outputs : windows) {
      boolean ends = overflows(outputs);
      boolean differs = Agreement.error(columns, List.of(outputs)) > Certificate.TOLERANCE;
      int length = outputs.window().length;
      boolean asked = ends || (differs && softplus);
      if (asked && steps > 0) {
        ReferenceNetwork.Trace exact =
            ReferenceNetwork.trace(network, Agreement.doubles(outputs.window()));
        steps -= length;
        byDl4j |= !exact.overflows() && hasNumber(outputs);
        if (exact.overflows()) {
          lengths.add(length);
        }
        boolean replaced = ends || exact.overflows();
        settled.add(replaced ? inDoubles(outputs, exact) : outputs);
        computed += replaced ? 1 : 0;
      } else if (!asked || (!ends && !lengths.contains(length))) {
        settled.add(outputs);
        byDl4j |= hasNumber(outputs);
      }
    }
    if (computed > 0) {
      LOG.info(
          "DL4J overflows where the kernel does not: {} windows were computed in doubles",
          computed);
    }
    return new Settled(settled, byDl4j);
  }

  private static boolean hasSoftplus(Layer layer) {
    if (layer instanceof Layer.Bidirectional pair) {
      return hasSoftplus(pair.forward()) || hasSoftplus(pair.backward());
    }
    Set<ActivationFunction> functions = new HashSet<>();
    if (layer instanceof Layer.Dense dense) {
      functions.add(dense.activation());
    } else if (layer instanceof Layer.Activation activation) {
      functions.add(activation.function());
    } else if (layer instanceof Layer.SimpleRnn rnn) {
      functions.add(rnn.activation());
    } else if (layer instanceof Layer.Lstm lstm) {
      functions.addAll(List.of(lstm.activation(), lstm.recurrentActivation()));
    } else if (layer instanceof Layer.Gru gru) {
      functions.addAll(List.of(gru.activation(), gru.recurrentActivation()));
    }
    return functions.contains(ActivationFunction.SOFTPLUS);
  }

  private static boolean hasNumber(Agreement.Outputs outputs) {
    return IntStream.range(0, outputs.expected().length)
        .anyMatch(i -> Float.isFinite(outputs.expected()[i]));
  }

  private static boolean overflows(Agreement.Outputs outputs) {
    for (int i = 0; i < outputs.expected().length; i++) {
      if (overflows(outputs, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean overflows(Agreement.Outputs outputs, int i) {
    return !Float.isFinite(outputs.expected()[i])
        && outputs.found().stream().anyMatch(found -> Float.isFinite(found[i]));
  }

  private static Agreement.Outputs inDoubles(
      Agreement.Outputs outputs, ReferenceNetwork.Trace exact) {
    float[] expected = outputs.expected().clone();
    for (int i = 0; i < expected.length; i++) {
      // What layers make of Infinity is no measure, also where it is a number.
      if (exact.overflows() || overflows(outputs, i)) {
        expected[i] = (float) exact.output()[i];
      }
    }
    return new Agreement.Outputs(outputs.window(), outputs.found(), expected);
  }
}

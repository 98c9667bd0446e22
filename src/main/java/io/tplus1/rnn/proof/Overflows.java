package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;
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
   * The same windows with such values as doubles have them. Of a network so large that passes over
   * all such windows would take minutes, some of these are left out, but for one.
   *
   * @param windows what kernels make of them, beside what DL4J does
   */
  static List<Agreement.Outputs> inDoubles(Network network, List<Agreement.Outputs> windows) {
    long steps = Math.max(1, Probes.affordable(network));
    List<Agreement.Outputs> settled = new ArrayList<>();
    int computed = 0;
    int columns = network.output().width();
    for (Agreement.Outputs outputs : windows) {
      boolean ends = overflows(outputs);
      boolean differs = ends || Agreement.error(columns, List.of(outputs)) > Certificate.TOLERANCE;
      // Where the first did on its way, others do that differ, too.
      boolean onItsWay =
          !ends && differs && (steps > 0 ? overflowsOnItsWay(network, outputs) : computed > 0);
      if (!ends && !onItsWay) {
        settled.add(outputs);
      } else if (steps > 0) {
        settled.add(inDoubles(network, outputs, onItsWay));
        steps -= outputs.window().length;
        computed++;
      }
    }
    if (computed > 0) {
      LOG.info(
          "DL4J overflows where the kernel does not: {} windows were computed in doubles",
          computed);
    }
    return settled;
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

  private static boolean overflowsOnItsWay(Network network, Agreement.Outputs outputs) {
    return ReferenceNetwork.overflowsInDl4j(network, Agreement.doubles(outputs.window()));
  }

  /**
   * @param all whether none of what DL4J has is a measure
   */
  private static Agreement.Outputs inDoubles(
      Network network, Agreement.Outputs outputs, boolean all) {
    float[] exact = Agreement.inDoubles(network, outputs.window());
    float[] expected = outputs.expected().clone();
    for (int i = 0; i < expected.length; i++) {
      expected[i] = all || overflows(outputs, i) ? exact[i] : expected[i];
    }
    return new Agreement.Outputs(outputs.window(), outputs.found(), expected);
  }
}

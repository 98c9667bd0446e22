package io.tplus1.rnn.proof;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.learn.BatchSize;
import io.tplus1.rnn.learn.NetworkLearner;
import io.tplus1.rnn.learn.SequenceBatch;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * Measures kernels against a learner's forward pass, on probe windows, in milliseconds; against
 * passes in doubles, which take longer, where the two differ by what float32 may make.
 */
public final class LearnerProver {
  private static final int FULL_WINDOWS = 4;
  private static final long SEED = 1;

  private LearnerProver() {}

  /**
   * Measures and certifies every kernel that this JVM offers.
   *
   * @param model hash of the artifact
   * @param members of the artifact, which learn nothing by it; each takes sequences of so many
   *     steps
   * @param steps steps of a full window, as the networks read it
   */
  public static Certificate certify(String model, List<NetworkLearner> members, int steps) {
    List<Network> networks = members.stream().map(NetworkLearner::network).toList();
    BatchSize one = new BatchSize(steps, 1, 1);
    double maxError = 0;
    int windows = 0;
    for (int member = 0; member < networks.size(); member++) {
      Network network = networks.get(member);
      NetworkLearner reference = members.get(member);
      SequenceBatch batch = new SequenceBatch(one, network.inputs(), network.output().width());
      List<Agreement.Outputs> all =
          outputs(network.ofSteps(steps), steps, window -> outputs(reference, batch, window));
      for (Agreement.Outputs outputs : all) {
        // As of a single column: its size is the largest value of the window.
        maxError = Math.max(maxError, Agreement.error(1, List.of(outputs)));
      }
      windows += Probes.compared(all);
    }
    List<String> versions =
        Kernels.compileAll(networks.get(0), steps).stream().map(Kernel::version).toList();
    Certificate found =
        new Certificate(
            model,
            versions,
            "",
            members.get(0).arithmetic(),
            Dl4jNetwork.refusal(networks.get(0)).orElse(""),
            windows,
            maxError,
            Certificate.TOLERANCE,
            List.of());
    // Each of two may be off by all that is granted.
    return found.agrees() || maxError > 2 * Certificate.MOST_TOLERANCE
        ? found
        : inDoubles(networks, steps)
            .map(exact -> found.inDoubles(exact.error(), exact.tolerance()))
            .orElse(found);
  }

  /** The last window is a short one: its newest steps alone. */
  private static int length(int window, int steps) {
    return window == FULL_WINDOWS - 1 ? (steps + 1) / 2 : steps;
  }

  /**
   * How far kernels are from passes in doubles over the same windows; empty where float32 alone
   * does not make that, or where that would take long.
   */
  private static Optional<Agreement.Result> inDoubles(List<Network> networks, int steps) {
    Agreement.Result worst = Agreement.Result.NONE;
    if (!Probes.isAffordable(networks.get(0), (long) FULL_WINDOWS * steps * networks.size())) {
      return Optional.empty();
    }
    for (Network network : networks) {
      Network ofSteps = network.ofSteps(steps);
      List<Agreement.Outputs> outputs =
          outputs(ofSteps, steps, window -> Agreement.inDoubles(ofSteps, window));
      worst = Agreement.Result.worse(Agreement.of(ofSteps, outputs), worst);
    }
    return Optional.of(worst).filter(Agreement.Result::agrees);
  }

  /**
   * What every kernel that this JVM offers makes of the windows, beside what another does.
   *
   * @param ofSteps of so many steps
   * @param other makes as much of a window, or the last row alone
   */
  private static List<Agreement.Outputs> outputs(
      Network ofSteps, int steps, Function<float[][], float[]> other) {
    List<Kernel> kernels = Kernels.compileAll(ofSteps, steps);
    float[] full = Probes.windows(ofSteps, FULL_WINDOWS, steps, new Random(SEED));
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (int w = 0; w < FULL_WINDOWS; w++) {
      int length = length(w, steps);
      int from = ((w + 1) * steps - length) * ofSteps.inputs();
      List<float[]> found =
          Probes.found(kernels, full, from, length).stream()
              .map(output -> lastRow(output, ofSteps))
              .toList();
      float[][] window = Probes.rows(full, from, length, ofSteps.inputs());
      outputs.add(new Agreement.Outputs(window, found, lastRow(other.apply(window), ofSteps)));
    }
    return outputs;
  }

  /** Of a row for each step the last, which is what a forecast is made of. */
  private static float[] lastRow(float[] all, Network network) {
    return Arrays.copyOfRange(all, all.length - network.output().width(), all.length);
  }

  /** What a learner makes of a window. */
  private static float[] outputs(NetworkLearner learner, SequenceBatch batch, float[][] window) {
    batch.resize(window.length, 1);
    for (int s = 0; s < window.length; s++) {
      System.arraycopy(window[s], 0, batch.inputs(), s * batch.inputWidth(), batch.inputWidth());
    }
    batch.weights()[0] = 1;
    float[] outputs = batch.targets();
    learner.outputs(batch, outputs);
    return outputs;
  }
}

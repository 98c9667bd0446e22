package io.tplus1.rnn.proof;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
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
      float[] full = Probes.windows(network, FULL_WINDOWS, steps, new Random(SEED));
      for (KernelKind kind : Kernels.kinds()) {
        Kernel kernel = Kernels.compile(network.ofSteps(steps), steps, kind);
        Kernel.Scratch scratch = kernel.newScratch();
        for (int w = 0; w < FULL_WINDOWS; w++) {
          int length = length(w, steps);
          int from = ((w + 1) * steps - length) * network.inputs();
          float[] output = lastRow(kernel, scratch, network, full, from, length);
          maxError = Math.max(maxError, error(output, reference, batch, full, from, length));
        }
      }
      windows += FULL_WINDOWS;
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
      List<Kernel> kernels = Kernels.compileAll(ofSteps, steps);
      float[] full = Probes.windows(network, FULL_WINDOWS, steps, new Random(SEED));
      List<Agreement.Outputs> outputs = new ArrayList<>();
      for (int w = 0; w < FULL_WINDOWS; w++) {
        int length = length(w, steps);
        int from = ((w + 1) * steps - length) * network.inputs();
        List<float[]> found =
            Probes.found(kernels, full, from, length).stream()
                .map(output -> lastRow(output, network))
                .toList();
        float[][] window = Probes.rows(full, from, length, network.inputs());
        float[] exact = Agreement.inDoubles(ofSteps, window);
        outputs.add(new Agreement.Outputs(window, found, lastRow(exact, network)));
      }
      worst = Agreement.Result.worse(Agreement.of(ofSteps, outputs), worst);
    }
    return Optional.of(worst).filter(Agreement.Result::agrees);
  }

  private static float[] lastRow(
      Kernel kernel,
      Kernel.Scratch scratch,
      Network network,
      float[] windows,
      int from,
      int steps) {
    float[] all = new float[kernel.outputs()];
    kernel.forward(windows, from, steps, scratch, all);
    return lastRow(all, network);
  }

  /** Of a row for each step the last, which is what a forecast is made of. */
  private static float[] lastRow(float[] all, Network network) {
    return Arrays.copyOfRange(all, all.length - network.output().width(), all.length);
  }

  /** The largest difference, to the largest output or 1. */
  private static double error(
      float[] output,
      NetworkLearner reference,
      SequenceBatch batch,
      float[] windows,
      int from,
      int steps) {
    batch.resize(steps, 1);
    System.arraycopy(windows, from, batch.inputs(), 0, steps * batch.inputWidth());
    batch.weights()[0] = 1;
    float[] expected = batch.targets();
    reference.outputs(batch, expected);
    double largest = 1;
    double difference = 0;
    for (int i = 0; i < output.length; i++) {
      largest = Math.max(largest, Math.abs(output[i]));
      difference = Math.max(difference, Math.abs((double) output[i] - expected[i]));
    }
    double error = difference / largest;
    return Double.isFinite(error) ? error : Double.MAX_VALUE;
  }
}

package io.tplus1.rnn.learn;

import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.Network;
import java.util.Optional;

/**
 * Trains a network in plain Java, one batch a step, with the loss at every step that has a weight.
 *
 * <p>It takes an embedding or none, then recurrent layers (simple, LSTM, GRU), then dense ones.
 * Whether the last recurrent layer puts out every step or the last alone makes no difference here:
 * the head is computed wherever there is a weight, and the network is given back as it was given.
 *
 * <p>Deterministic: the same batches in the same order give the same bits, on one arithmetic. Not
 * thread-safe. After its first step, a step allocates nothing; what the learner holds, {@link
 * #bytes} says.
 */
public final class NetworkLearner {
  private final Trainable trainable;
  private final UpdateRule rule;
  private final BackwardPass pass;
  private final Optimizer optimizer;
  private final float[] weights;
  private final float[] gradient;
  private final String words;
  private final String arithmetic;

  /**
   * Why a network cannot be trained here, in one sentence; empty if it can.
   *
   * <p>Refused are: layers that mask, drop out, run backwards or in two directions, repeat or
   * flatten; activations whose value does not tell their slope (SiLU, GELU, softmax; categories
   * want linear outputs, see {@link LossSpec}); a network without a recurrent layer, or that does
   * not end with a dense one.
   */
  public static Optional<String> refusal(Network network) {
    return Trainable.refusal(network);
  }

  /** A learner on the arithmetic that is expected to be fastest here. */
  public NetworkLearner(Network start, LossSpec loss, UpdateRule rule, BatchSize most) {
    this(start, loss, rule, most, KernelKind.AUTO);
  }

  /**
   * A learner that begins with the weights of {@code start}, which it copies.
   *
   * @param most largest batch; its steps may differ from the network's own
   * @throws IllegalArgumentException if there is a {@link #refusal}, or the loss does not fit the
   *     outputs
   * @throws IllegalStateException if {@code kind} is {@code VECTOR} and this JVM offers no vectors
   */
  public NetworkLearner(
      Network start, LossSpec loss, UpdateRule rule, BatchSize most, KernelKind kind) {
    this.rule = rule;
    trainable = Trainable.of(start);
    BatchArithmetic chosen = Arithmetics.of(kind);
    arithmetic = chosen.name();
    pass = new BackwardPass(trainable, loss, most, chosen);
    weights = trainable.weights();
    gradient = new float[weights.length];
    optimizer = new Optimizer(rule, trainable.kernels());
    words = trainable.architecture() + ", " + rule.kind();
  }

  /**
   * Bytes that a learner holds, the network that it begins with among them; within some percent.
   *
   * @throws IllegalArgumentException if there is a {@link #refusal}
   */
  public static long bytes(Network start, BatchSize most) {
    return LearnerMemory.bytes(Trainable.of(start), most, Arithmetics.of(KernelKind.AUTO));
  }

  /**
   * Takes one step of learning at the rule's rate.
   *
   * @return mean weighted loss before the step, without L2; 0, and no step, where no step of the
   *     batch has a weight; NaN, and no step, where the loss or the gradient is not finite, so that
   *     one broken value cannot spoil the network
   * @throws IllegalArgumentException if the batch has another shape than the network or exceeds the
   *     learner's, a weight is negative, or one lies before its sequence's start
   */
  public double step(SequenceBatch batch) {
    return step(batch, rule.learningRate());
  }

  /** Takes one step of learning at another rate. */
  public double step(SequenceBatch batch, double learningRate) {
    UpdateRule.requireRate(learningRate);
    double loss = pass.gradient(batch, weights, gradient);
    if (!batch.hasWeight()) {
      return 0;
    }
    boolean taken = Double.isFinite(loss) && optimizer.update(weights, gradient, learningRate);
    return taken ? loss : Double.NaN;
  }

  /** Mean weighted loss, without L2; 0 where no step has a weight. Learns nothing. */
  public double loss(SequenceBatch batch) {
    return pass.loss(batch, weights);
  }

  /**
   * What the network puts out wherever there is a weight. Learns nothing.
   *
   * @param to laid out as the batch's targets, {@code float[steps − lossFrom][batch][outputs]};
   *     rows without a weight stay as they are
   */
  public void outputs(SequenceBatch batch, float[] to) {
    pass.outputs(batch, weights, to);
  }

  /**
   * The network as it is now: the layers of the start, with copies of the weights.
   *
   * @throws IllegalArgumentException if a weight is not finite
   */
  public Network network() {
    return trainable.with(weights);
  }

  /** Updates taken so far. */
  public long updates() {
    return optimizer.steps;
  }

  /** Kind and version of the arithmetic, such as {@code vector-1}. */
  public String arithmetic() {
    return arithmetic;
  }

  /** Weights and optimiser's state, to go on from later, bit for bit. */
  public byte[] state() {
    return StateCodec.write(words, weights, optimizer);
  }

  /**
   * Goes on from what {@link #state} gave, of a learner of the same layers and rule.
   *
   * @throws IllegalArgumentException if it is of another architecture, rule or version, is cut off,
   *     or holds a number that is not finite; the learner then stays as it was
   */
  public void restore(byte[] state) {
    StateCodec.read(state, words, weights, optimizer);
  }
}

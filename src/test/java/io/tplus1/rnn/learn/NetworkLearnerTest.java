package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.network.Weights;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkLearnerTest {
  private static final int STEPS = 9;
  private static final int BATCH = 40;
  private static final BatchSize MOST = new BatchSize(STEPS, BATCH, STEPS);
  private static final LossSpec MAE = new LossSpec(LossSpec.Kind.MAE, 1, List.of());
  private static final LossSpec HUBER = new LossSpec(LossSpec.Kind.HUBER, 1, List.of());

  private static Network lstm(int inputs, int units, int outputs) {
    LearnNetworks draw = new LearnNetworks(11, false);
    Layer.Lstm drawn = null;
    while (drawn == null || drawn.activation() != ActivationFunction.TANH) {
      drawn = (Layer.Lstm) draw.recurrent(1, inputs, units, false);
    }
    Layer dense =
        new Layer.Dense(
            outputs,
            ActivationFunction.LINEAR,
            draw.weights(units * outputs, units),
            new float[outputs]);
    return new Network(inputs, Shape.ANY_STEPS, List.of(drawn, dense));
  }

  /** Random inputs; the target of a step is the mean of the first input and the one before. */
  private static SequenceBatch echo(Random random, int inputs) {
    SequenceBatch batch = new SequenceBatch(MOST, inputs, 1);
    batch.resize(STEPS, BATCH);
    for (int i = 0; i < STEPS * BATCH * inputs; i++) {
      batch.inputs()[i] = (float) random.nextGaussian();
    }
    for (int row = BATCH; row < STEPS * BATCH; row++) {
      batch.weights()[row] = 1;
      batch.targets()[row] =
          (batch.inputs()[row * inputs] + batch.inputs()[(row - BATCH) * inputs]) / 2;
    }
    return batch;
  }

  private static float[] flat(Network network) {
    return Trainable.of(network).weights();
  }

  @ParameterizedTest
  @EnumSource(UpdateRule.Kind.class)
  void step_smallTask_isLearnt(UpdateRule.Kind kind) {
    Random random = new Random(5);
    NetworkLearner learner =
        new NetworkLearner(
            lstm(2, 12, 1), PlainLearning.mse(), new UpdateRule(kind, 0.01, 0, 0), MOST);
    double first = learner.step(echo(random, 2));
    for (int i = 0; i < 800; i++) {
      learner.step(echo(random, 2), i < 500 ? 0.01 : 0.002);
    }
    assertThat(first).isGreaterThan(0.3);
    assertThat(learner.loss(echo(random, 2))).isLessThan(0.003);
    assertThat(learner.updates()).isEqualTo(801);
  }

  @Property(tries = 200, seed = "20261124")
  void outputs_lastStep_areWhatTheKernelForecasts(@ForAll long seed) {
    LearnNetworks draw = new LearnNetworks(seed, true);
    Network network = draw.network();
    SequenceBatch batch = draw.batch(network, MAE, STEPS, BATCH);
    int steps = batch.steps();
    int width = network.output().width();
    Kernel kernel = Kernels.compile(network, STEPS, KernelKind.AUTO);
    Kernel.Scratch scratch = kernel.newScratch();
    float[] outputs = new float[STEPS * BATCH * width];
    learner(network).outputs(batch, outputs);

    for (int b = 0; b < batch.batch(); b++) {
      int length = steps - batch.starts()[b];
      float[] forecast = new float[STEPS * width];
      kernel.forward(sequence(batch, b), 0, length, scratch, forecast);
      int last = network.output().isSequence() ? (length - 1) * width : 0;
      for (int j = 0; j < width; j++) {
        double scale = 1 + Math.abs(forecast[last + j]);
        assertThat((double) outputs[batch.lossRow(steps - 1, b) * width + j])
            .isCloseTo(forecast[last + j], within(1e-5 * scale));
      }
    }
  }

  /** The inputs of one sequence, row by row. */
  private static float[] sequence(SequenceBatch batch, int b) {
    int width = batch.inputWidth();
    int start = batch.starts()[b];
    float[] inputs = new float[(batch.steps() - start) * width];
    for (int t = start; t < batch.steps(); t++) {
      int row = t * batch.batch() + b;
      System.arraycopy(batch.inputs(), row * width, inputs, (t - start) * width, width);
    }
    return inputs;
  }

  @Property(tries = 60, seed = "20261129")
  void step_roomForLossesAtTheNewestStepsAlone_teachesTheSame(@ForAll long seed) {
    LearnNetworks draw = new LearnNetworks(seed, true);
    Network network = draw.network();
    SequenceBatch all = draw.batch(network, PlainLearning.mse(), STEPS, BATCH);
    int losses = 1 + draw.random().nextInt(STEPS);
    BatchSize most = new BatchSize(STEPS, BATCH, losses);
    SequenceBatch newest = new SequenceBatch(most, all.inputWidth(), all.outputWidth());
    newest.resize(all.steps(), all.batch());
    System.arraycopy(all.starts(), 0, newest.starts(), 0, all.batch());
    copy(all.inputs(), newest.inputs(), all.steps() * all.batch(), 0, all.inputWidth());
    int from = newest.lossFrom() * all.batch();
    Arrays.fill(all.weights(), 0, from, 0f);
    int rows = all.steps() * all.batch() - from;
    int width = all.outputWidth();
    System.arraycopy(all.weights(), from, newest.weights(), 0, rows);
    System.arraycopy(all.targets(), from * width, newest.targets(), 0, rows * width);
    NetworkLearner a = learner(network);
    NetworkLearner b = learner(network, most);
    for (int i = 0; i < 3; i++) {
      assertThat(a.step(all)).isEqualTo(b.step(newest));
    }
    assertThat(flat(a.network())).isEqualTo(flat(b.network()));
  }

  @Property(tries = 60, seed = "20261124")
  void step_paddedSequences_teachWhatShortOnesTeach(@ForAll long seed) {
    LearnNetworks draw = new LearnNetworks(seed, true);
    Network network = draw.network();
    SequenceBatch bare = draw.batch(network, PlainLearning.mse(), STEPS - 3, BATCH);
    SequenceBatch padded = new SequenceBatch(MOST, bare.inputWidth(), bare.outputWidth());
    padded.resize(bare.steps() + 3, bare.batch());
    Arrays.fill(padded.inputs(), Float.NaN);
    Arrays.fill(padded.targets(), Float.NaN);
    int rows = bare.steps() * bare.batch();
    int shift = 3 * bare.batch();
    System.arraycopy(bare.weights(), 0, padded.weights(), shift, rows);
    copy(bare.inputs(), padded.inputs(), rows, shift, bare.inputWidth());
    copy(bare.targets(), padded.targets(), rows, shift, bare.outputWidth());
    for (int b = 0; b < bare.batch(); b++) {
      padded.starts()[b] = bare.starts()[b] + 3;
    }
    NetworkLearner a = learner(network);
    NetworkLearner b = learner(network);
    for (int i = 0; i < 3; i++) {
      assertThat(a.step(bare)).isEqualTo(b.step(padded));
    }
    assertThat(flat(a.network())).isEqualTo(flat(b.network()));
  }

  private static void copy(float[] from, float[] to, int rows, int shift, int width) {
    System.arraycopy(from, 0, to, shift * width, rows * width);
  }

  private static NetworkLearner learner(Network network) {
    return learner(network, MOST);
  }

  private static NetworkLearner learner(Network network, BatchSize most) {
    UpdateRule rule = new UpdateRule(UpdateRule.Kind.ADAM, 0.003, 1e-3, 1);
    return new NetworkLearner(network, PlainLearning.mse(), rule, most);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 3e38f})
  void step_brokenValue_leavesEverythingAsItWas(float broken) {
    NetworkLearner learner =
        new NetworkLearner(lstm(3, 7, 1), PlainLearning.mse(), PlainLearning.adam(0.003), MOST);
    learner.step(echo(new Random(1), 3));
    byte[] before = learner.state();
    SequenceBatch batch = echo(new Random(2), 3);
    batch.targets()[BATCH + 4] = broken;
    assertThat(learner.step(batch)).isNaN();
    assertThat(learner.state()).isEqualTo(before);
    assertThatCode(learner::network).doesNotThrowAnyException();
    SequenceBatch input = echo(new Random(2), 3);
    input.inputs()[17] = Float.NaN;
    assertThat(learner.step(input)).isNaN();
    assertThat(learner.state()).isEqualTo(before);
    assertThat(learner.step(echo(new Random(2), 3))).isFinite();
    assertThat(learner.state()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(UpdateRule.Kind.class)
  void restore_stateOfAnother_goesOnBitForBit(UpdateRule.Kind kind) {
    UpdateRule rule = new UpdateRule(kind, 0.003, 1e-3, 1);
    NetworkLearner first = new NetworkLearner(lstm(3, 7, 1), HUBER, rule, MOST);
    Random random = new Random(1);
    for (int i = 0; i < 5; i++) {
      first.step(echo(random, 3));
    }
    byte[] state = first.state();
    NetworkLearner second = new NetworkLearner(lstm(3, 7, 1), HUBER, rule, MOST);
    second.restore(state);
    for (int i = 0; i < 5; i++) {
      SequenceBatch batch = echo(random, 3);
      assertThat(second.step(batch)).isEqualTo(first.step(batch));
    }
    assertThat(second.state()).isEqualTo(first.state()).isNotEqualTo(state);
  }

  @Test
  void restore_brokenState_isRefusedAndChangesNothing() {
    NetworkLearner learner = learner(lstm(3, 7, 1));
    learner.step(echo(new Random(1), 3));
    byte[] state = learner.state();
    byte[] nan = state.clone();
    nan[nan.length - 4] = (byte) 0x7f;
    nan[nan.length - 3] = (byte) 0xff;
    byte[] other = learner(lstm(3, 8, 1)).state();
    byte[] version = state.clone();
    version[7] = 9;
    byte[][] broken = {
      new byte[0],
      Arrays.copyOf(state, state.length - 1),
      Arrays.copyOf(state, 20),
      nan,
      other,
      version,
      Arrays.copyOf(state, state.length + 4)
    };
    for (byte[] bytes : broken) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> learner.restore(bytes))
          .withMessageContaining("not a state of this learner");
      assertThat(learner.state()).isEqualTo(state);
    }
  }

  @Test
  void step_noWeights_isZeroAndChangesNothing() {
    NetworkLearner learner = learner(lstm(3, 7, 1));
    byte[] before = learner.state();
    SequenceBatch batch = echo(new Random(1), 3);
    Arrays.fill(batch.weights(), 0f);
    assertThat(learner.step(batch)).isZero();
    assertThat(learner.state()).isEqualTo(before);
  }

  @Test
  void step_wrongBatch_saysWhatIsWrong() {
    NetworkLearner learner = learner(lstm(3, 7, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.step(echo(new Random(1), 2)))
        .withMessage("the network reads 3 values a step and puts out 1, the batch has 2 and 1");
    SequenceBatch early = echo(new Random(1), 3);
    early.starts()[2] = 4;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.step(early))
        .withMessageContaining("found 1.0 at step 1 of sequence 2, which starts at step 4");
    NetworkLearner ofOneLoss = learner(lstm(3, 7, 1), new BatchSize(STEPS, BATCH, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ofOneLoss.step(echo(new Random(1), 3)))
        .withMessage(
            "this learner takes 1 to 9 steps of 1 to 40 sequences, with a loss at 1 to 1 steps, found 9 of 40, with a loss at 9");
  }

  @Test
  void network_afterLearning_isTheStartsWithOtherWeights() {
    Network start = lstm(3, 7, 1);
    float[][] before =
        start.layers().stream()
            .flatMap(layer -> Weights.of(layer).stream())
            .map(float[]::clone)
            .toArray(float[][]::new);
    NetworkLearner learner = learner(start);
    assertThat(flat(learner.network())).isEqualTo(flat(start));
    learner.step(echo(new Random(1), 3));
    assertThat(flat(learner.network())).isNotEqualTo(flat(start));
    assertThat(learner.network().shapes()).isEqualTo(start.shapes());
    float[][] after =
        start.layers().stream()
            .flatMap(layer -> Weights.of(layer).stream())
            .toArray(float[][]::new);
    assertThat(after).isDeepEqualTo(before);
  }

  @Test
  void refusal_whatCannotBeTrained_isSaidInASentence() {
    Network start = lstm(3, 7, 1);
    assertThat(NetworkLearner.refusal(start)).isEmpty();
    List<Layer> layers = start.layers();
    assertThat(refusal(layers.get(0), new Layer.Dropout(0.3), layers.get(1)))
        .isEqualTo("a layer of the kind Dropout cannot be trained here");
    assertThat(refusal(layers.get(0)))
        .isEqualTo(
            "only networks that have a recurrent layer and end with a dense one can be trained"
                + " here");
    assertThat(
            refusal(
                layers.get(0),
                new Layer.Dense(1, ActivationFunction.SOFTMAX, new float[7], new float[1])))
        .isEqualTo("the activation softmax cannot be trained here");
  }

  private static String refusal(Layer... layers) {
    return NetworkLearner.refusal(new Network(3, Shape.ANY_STEPS, List.of(layers))).orElseThrow();
  }

  @Test
  void step_largeGradient_isClippedByTheNormOfAll() {
    Network start = lstm(3, 7, 1);
    SequenceBatch batch = echo(new Random(1), 3);
    Trainable trainable = Trainable.of(start);
    float[] gradient = new float[trainable.length()];
    new BackwardPass(trainable, PlainLearning.mse(), MOST, Arithmetics.of(KernelKind.PLAIN))
        .gradient(batch, trainable.weights(), gradient);
    double norm = 0;
    for (float g : gradient) {
      norm += (double) g * g;
    }
    norm = Math.sqrt(norm);
    // RMSProp without memory and with a large ε is plain gradient descent with rate / ε.
    UpdateRule rule =
        new UpdateRule(UpdateRule.Kind.RMSPROP, 1e6, 0.5, norm / 4, 0, 0.999999999, 1e9);
    NetworkLearner learner = new NetworkLearner(start, PlainLearning.mse(), rule, MOST);
    learner.step(batch);
    float[] before = flat(start);
    float[] after = flat(learner.network());
    boolean[] kernels = trainable.kernels();
    double root = Math.sqrt(1e9) + 1e9; // the running mean begins at ε
    for (int i = 0; i < before.length; i++) {
      double g = gradient[i] / 4 + (kernels[i] ? 0.5 * before[i] : 0);
      assertThat(Math.abs(before[i] - after[i] - 1e6 / root * g)).isLessThan(1e-6);
    }
  }

  @Test
  void step_warm_allocatesNothing() {
    NetworkLearner learner =
        new NetworkLearner(lstm(3, 7, 1), HUBER, PlainLearning.adam(0.01), MOST, KernelKind.PLAIN);
    SequenceBatch batch = echo(new Random(1), 3);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    learner.step(batch);
    long before = threads.getCurrentThreadAllocatedBytes();
    long idle = threads.getCurrentThreadAllocatedBytes() - before;
    before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 50; i++) {
      learner.step(batch);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThanOrEqualTo(idle);
  }
}

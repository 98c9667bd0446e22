package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSettings.Cell;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Weights;
import io.tplus1.rnn.training.TestTasks;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Windows of different lengths in one batch teach what each length alone teaches. */
class MaskedTrainingTest {
  private static final int STEPS = 7;
  private static final int INPUTS = 3;
  private static final int[] LENGTHS = {7, 2, 1, 5, 2, 7};

  @ParameterizedTest
  @EnumSource(Cell.class)
  void gradient_unevenBatch_isTheSumOfEachLengthApart(Cell cell) {
    MultiLayerNetwork network = dl4j(cell);
    float[][] windows = windows();
    float[][] labels = labels();
    float[] together = gradient(network, windows, labels, STEPS);
    float[] apart = new float[together.length];
    for (int i = 0; i < LENGTHS.length; i++) {
      float[] one =
          gradient(network, new float[][] {windows[i]}, new float[][] {labels[i]}, LENGTHS[i]);
      for (int k = 0; k < apart.length; k++) {
        apart[k] += one[k];
      }
    }
    for (int k = 0; k < apart.length; k++) {
      assertThat(Math.abs(together[k] - apart[k])).as("weight %d", k).isLessThan(2e-5f);
    }
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void fit_paddedWindows_teachTheSameWeights(Cell cell) {
    Dl4jNetwork padded = trainable(cell);
    Dl4jNetwork bare = trainable(cell);
    float[][] windows = windows();
    float[][] labels = labels();
    for (int epoch = 0; epoch < 5; epoch++) {
      for (int i = 0; i < LENGTHS.length; i++) {
        int[] length = {LENGTHS[i]};
        padded.fit(pad(windows[i]), length, STEPS, labels[i], 1);
        bare.fit(windows[i], length, LENGTHS[i], labels[i], 1);
      }
    }
    float[][] a = weights(padded.toNetwork(STEPS));
    float[][] b = weights(bare.toNetwork(STEPS));
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < a[i].length; k++) {
        assertThat(Math.abs(a[i][k] - b[i][k])).isLessThan(1e-4f);
      }
    }
  }

  private static Network network(Cell cell) {
    return TestTasks.network(
        FeatureSchema.ofNumbers("a", "b", "c"), STEPS, 1, TestTasks.settings().cell(cell).build());
  }

  private static TargetLoss loss() {
    return new TargetLoss(new int[] {1, 1, 1}, new boolean[3], false, 1);
  }

  private static Dl4jNetwork trainable(Cell cell) {
    return Dl4jNetwork.trainable(network(cell), loss(), TestTasks.settings().cell(cell).build());
  }

  private static MultiLayerNetwork dl4j(Cell cell) {
    Native.start();
    Network network = network(cell);
    ConfigurationWriter.Written written =
        ConfigurationWriter.write(network, loss(), TestTasks.settings().cell(cell).build());
    MultiLayerNetwork dl4j = new MultiLayerNetwork(written.configuration());
    dl4j.init();
    MaskedLstm.replaceIn(dl4j);
    for (int i = 0; i < written.weighted().size(); i++) {
      Layer layer = written.weighted().get(i);
      if (layer != null) {
        WeightCopy.write(dl4j.paramTable(), i, layer);
      }
    }
    return dl4j;
  }

  /** The sum of the gradients of the windows, left-padded to {@code steps}. */
  private static float[] gradient(
      MultiLayerNetwork network, float[][] windows, float[][] labels, int steps) {
    float[] padded = new float[windows.length * steps * INPUTS];
    float[] mask = new float[windows.length * steps];
    float[] y = new float[windows.length * INPUTS];
    for (int i = 0; i < windows.length; i++) {
      int length = windows[i].length / INPUTS;
      System.arraycopy(
          windows[i], 0, padded, ((i + 1) * steps - length) * INPUTS, windows[i].length);
      Arrays.fill(mask, (i + 1) * steps - length, (i + 1) * steps, 1f);
      System.arraycopy(labels[i], 0, y, i * INPUTS, INPUTS);
    }
    INDArray x =
        Nd4j.create(padded, new long[] {windows.length, steps, INPUTS}, 'c')
            .permute(0, 2, 1)
            .dup('f');
    network.setInput(x);
    network.setLabels(Nd4j.create(y, new long[] {windows.length, INPUTS}, 'c'));
    network.setLayerMaskArrays(Nd4j.create(mask, new long[] {windows.length, steps}, 'c'), null);
    network.computeGradientAndScore();
    float[] sum = network.gradient().gradient().dup('c').data().asFloat();
    network.clearLayerMaskArrays();
    return sum;
  }

  private static float[] pad(float[] window) {
    float[] padded = new float[STEPS * INPUTS];
    System.arraycopy(window, 0, padded, padded.length - window.length, window.length);
    return padded;
  }

  private static float[][] windows() {
    Random random = new Random(5);
    float[][] windows = new float[LENGTHS.length][];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = new float[LENGTHS[i] * INPUTS];
      for (int k = 0; k < windows[i].length; k++) {
        windows[i][k] = (float) random.nextGaussian();
      }
    }
    return windows;
  }

  private static float[][] labels() {
    Random random = new Random(6);
    float[][] labels = new float[LENGTHS.length][INPUTS];
    for (float[] row : labels) {
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return labels;
  }

  private static float[][] weights(Network network) {
    return network.layers().stream()
        .flatMap(layer -> Weights.of(layer).stream())
        .toArray(float[][]::new);
  }
}

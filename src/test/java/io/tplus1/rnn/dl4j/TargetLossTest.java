package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class TargetLossTest {
  private static final IActivation LINEAR = new ActivationIdentity();

  static {
    Native.start();
  }

  @Test
  void gradient_numbers_equalsDl4jsOwnLoss() {
    boolean[] numbers = {false, false, false};
    assertSame(
        new TargetLoss(new int[] {1, 1, 1}, numbers, false, 1), new LossMSE(), LINEAR, 6, false);
    assertSame(
        new TargetLoss(new int[] {1, 1, 1}, numbers, true, 1), new LossMAE(), LINEAR, 6, false);
  }

  @Test
  void gradient_oneCategory_equalsDl4jsOwnLoss() {
    assertSame(
        new TargetLoss(new int[] {5}, new boolean[] {true}, false, 1),
        new LossMCXENT(),
        new ActivationSoftmax(),
        5,
        true);
  }

  private static void assertSame(
      TargetLoss ours, ILossFunction theirs, IActivation activation, int columns, boolean oneHot) {
    INDArray z = normal(4, columns, 1);
    INDArray y = oneHot ? oneHot(4, columns) : normal(4, columns, 2);
    assertThat(ours.computeScore(y, z.dup(), activation, null, true))
        .isCloseTo(theirs.computeScore(y, z.dup(), activation, null, true), within(1e-5));
    assertThat(
            ours.computeGradient(y, z.dup(), activation, null)
                .equalsWithEps(theirs.computeGradient(y, z.dup(), activation, null), 1e-6))
        .isTrue();
  }

  @Property(tries = 50, seed = "20261124")
  void gradient_numbersAndCategories_equalsDifferenceQuotient(@ForAll long seed) {
    TargetLoss loss =
        new TargetLoss(new int[] {1, 3, 1, 2}, new boolean[] {false, true, false, true}, false, 2);
    Random random = new Random(seed);
    float[] z = new float[14];
    float[] y = new float[14];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) random.nextGaussian();
      y[i] = i % 7 == 0 || i % 7 == 4 ? (float) random.nextGaussian() : 0f;
    }
    for (int period = 0; period < 2; period++) {
      y[7 * period + 1 + random.nextInt(3)] = 1;
      y[7 * period + 5 + random.nextInt(2)] = 1;
    }
    float[] gradient = loss.computeGradient(row(y), row(z), LINEAR, null).dup('c').data().asFloat();
    for (int i = 0; i < z.length; i++) {
      double h = 1e-2;
      float[] up = z.clone();
      float[] down = z.clone();
      up[i] += (float) h;
      down[i] -= (float) h;
      double quotient =
          (loss.computeScore(row(y), row(up), LINEAR, null, true)
                  - loss.computeScore(row(y), row(down), LINEAR, null, true))
              / ((double) up[i] - down[i]);
      assertThat((double) gradient[i]).as("column %d", i).isCloseTo(quotient, within(1e-3));
    }
  }

  private static INDArray row(float[] values) {
    return Nd4j.create(values, new long[] {1, values.length}, 'c');
  }

  private static INDArray normal(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.create(values, new long[] {rows, columns}, 'c');
  }

  private static INDArray oneHot(int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      values[r * columns + r % columns] = 1;
    }
    return Nd4j.create(values, new long[] {rows, columns}, 'c');
  }
}

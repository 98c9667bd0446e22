package io.tplus1.rnn.dl4j;

import io.tplus1.rnn.network.ActivationFunction;
import java.util.Arrays;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The loss of a forecast that holds numbers and categories: the mean squared (or absolute) error
 * over the numbers, plus the cross-entropy of the softmax of a category's slice, mean over
 * categories and horizons. Labels of categories are one-hot.
 *
 * <p>It reads the output before its activation, and takes the softmax itself: the output layer's
 * activation must be linear, or, where one category is all there is, softmax. Where DL4J has a loss
 * of the same value, {@link #simplest(int)} is that one, so that DL4J alone can read what it saves.
 */
public final class TargetLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final int[] widths;
  private final boolean[] categories;
  private final boolean absolute;
  private final int rows;

  /**
   * @param widths columns of each target
   * @param categories which targets are categories
   * @param absolute whether numbers have the absolute error rather than the squared one
   * @param rows rows of the output that one sample has: its horizons where the last layer puts out
   *     a sequence, else 1 (all horizons are in the columns of one row)
   */
  public TargetLoss(
      @JsonProperty("widths") int[] widths,
      @JsonProperty("categories") boolean[] categories,
      @JsonProperty("absolute") boolean absolute,
      @JsonProperty("rows") int rows) {
    if (widths.length == 0 || widths.length != categories.length || rows < 1) {
      throw new IllegalArgumentException(
          "a loss needs a kind per target and at least one row, found %s, %s and %d"
              .formatted(Arrays.toString(widths), Arrays.toString(categories), rows));
    }
    this.widths = widths.clone();
    this.categories = categories.clone();
    this.absolute = absolute;
    this.rows = rows;
  }

  @JsonProperty("widths")
  public int[] getWidths() {
    return widths.clone();
  }

  @JsonProperty("categories")
  public boolean[] getCategories() {
    return categories.clone();
  }

  @JsonProperty("absolute")
  public boolean isAbsolute() {
    return absolute;
  }

  @JsonProperty("rows")
  public int getRows() {
    return rows;
  }

  /** DL4J's own loss of the same value, or this one. */
  ILossFunction simplest(int columns) {
    if (rows > 1) {
      return this;
    }
    int categoryCount = 0;
    for (boolean category : categories) {
      categoryCount += category ? 1 : 0;
    }
    if (categoryCount == 0) {
      return absolute ? new LossMAE() : new LossMSE();
    }
    return categories.length == 1 && columns == widths[0] ? new LossMCXENT() : this;
  }

  /** Whether it can be the loss of an output that has this activation. */
  boolean takes(ActivationFunction activation, int columns) {
    boolean oneCategory = categories.length == 1 && categories[0];
    return !(simplest(columns) instanceof TargetLoss)
        || activation == ActivationFunction.LINEAR
        || (oneCategory && activation == ActivationFunction.SOFTMAX);
  }

  /** The loss of one row; writes its gradient with respect to the output before activation. */
  private double row(float[] z, float[] labels, int at, int columns, float[] gradient) {
    int width = Arrays.stream(widths).sum();
    int periods = columns / width;
    int numbers = 0;
    for (boolean category : categories) {
      numbers += category ? 0 : 1;
    }
    double numberWeight = 1.0 / ((double) numbers * periods * rows);
    double categoryWeight = 1.0 / ((double) (widths.length - numbers) * periods * rows);
    double loss = 0;
    int column = at;
    for (int period = 0; period < periods; period++) {
      for (int target = 0; target < widths.length; target++) {
        if (categories[target]) {
          loss += categoryWeight * category(z, labels, column, widths[target], gradient);
          scale(gradient, column, widths[target], categoryWeight);
        } else {
          double error = (double) z[column] - labels[column];
          loss += numberWeight * (absolute ? Math.abs(error) : error * error);
          gradient[column] = (float) (numberWeight * (absolute ? Math.signum(error) : 2 * error));
        }
        column += widths[target];
      }
    }
    return loss;
  }

  /** Cross-entropy of a slice, log Σ eᶻ − Σ y z for one-hot y; its gradient is softmax(z) − y. */
  private static double category(float[] z, float[] labels, int from, int n, float[] gradient) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      max = Math.max(max, z[i]);
    }
    double total = 0;
    double hit = 0;
    for (int i = from; i < from + n; i++) {
      double e = Math.exp(z[i] - max);
      gradient[i] = (float) e;
      total += e;
      hit += labels[i] * (z[i] - max);
    }
    for (int i = from; i < from + n; i++) {
      gradient[i] = (float) (gradient[i] / total - labels[i]);
    }
    return Math.log(total) - hit;
  }

  private static void scale(float[] values, int from, int n, double factor) {
    for (int i = from; i < from + n; i++) {
      values[i] *= (float) factor;
    }
  }

  /** Losses of all rows and the gradient, both in row order. */
  private double[] all(INDArray labels, INDArray preOutput, IActivation activation, float[] grad) {
    boolean oneCategory = categories.length == 1 && categories[0];
    if (!(activation instanceof ActivationIdentity)
        && !(oneCategory && activation instanceof ActivationSoftmax)) {
      throw new IllegalArgumentException(
          "the output before this loss must be linear, found " + activation);
    }
    int columns = (int) preOutput.size(1);
    float[] z = values(preOutput);
    float[] y = values(labels);
    double[] losses = new double[(int) preOutput.size(0)];
    for (int row = 0; row < losses.length; row++) {
      losses[row] = row(z, y, row * columns, columns, grad);
    }
    return losses;
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return computeGradientAndScore(labels, preOutput, activation, mask, average).getFirst();
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    requireNoMask(mask);
    double[] losses = all(labels, preOutput, activation, new float[(int) preOutput.length()]);
    return Nd4j.create(losses, new long[] {losses.length, 1}).castTo(preOutput.dataType());
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return computeGradientAndScore(labels, preOutput, activation, mask, false).getSecond();
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    requireNoMask(mask);
    float[] gradient = new float[(int) preOutput.length()];
    double[] losses = all(labels, preOutput, activation, gradient);
    double sum = Arrays.stream(losses).sum();
    return new Pair<>(
        average ? sum / losses.length : sum,
        Nd4j.create(gradient, preOutput.shape(), 'c').dup('f'));
  }

  private static void requireNoMask(INDArray mask) {
    if (mask != null) {
      throw new IllegalArgumentException("this loss takes no mask of labels");
    }
  }

  @Override
  @JsonIgnore
  public String name() {
    return toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TargetLoss that
        && Arrays.equals(widths, that.widths)
        && Arrays.equals(categories, that.categories)
        && absolute == that.absolute
        && rows == that.rows;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(widths) + Arrays.hashCode(categories);
  }

  @Override
  public String toString() {
    return "TargetLoss(widths=%s, categories=%s, absolute=%s, rows=%d)"
        .formatted(Arrays.toString(widths), Arrays.toString(categories), absolute, rows);
  }
}

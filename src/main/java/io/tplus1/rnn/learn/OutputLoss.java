package io.tplus1.rnn.learn;

import java.util.Arrays;

/** A {@link LossSpec} over outputs of a known width. */
final class OutputLoss {
  private final LossSpec spec;
  private final int[] numbers;
  private final LossSpec.Slice[] categories;
  private final double delta;

  /**
   * @throws IllegalArgumentException if a slice lies beyond the outputs
   */
  OutputLoss(LossSpec spec, int outputs) {
    this.spec = spec;
    delta = spec.huberDelta();
    categories = spec.categories().toArray(new LossSpec.Slice[0]);
    boolean[] taken = new boolean[outputs];
    for (LossSpec.Slice slice : categories) {
      if (slice.from() + slice.width() > outputs) {
        throw new IllegalArgumentException(
            "the network puts out %d columns, and a category's slice is %s"
                .formatted(outputs, slice));
      }
      Arrays.fill(taken, slice.from(), slice.from() + slice.width(), true);
    }
    int[] free = new int[outputs];
    int count = 0;
    for (int j = 0; j < outputs; j++) {
      if (!taken[j]) {
        free[count++] = j;
      }
    }
    numbers = Arrays.copyOf(free, count);
  }

  /**
   * Loss of one row times its weight's share of {@code total}; writes the slopes of the output's
   * row.
   *
   * @param source row of the batch's targets and weights
   */
  double row(SequenceBatch batch, int source, Signal out, int row, double total) {
    double share = batch.weights()[source] / total;
    float[] y = batch.targets();
    int yAt = source * batch.outputWidth();
    int at = row * out.stride;
    Arrays.fill(out.slopes, at, at + out.stride, 0f);
    double loss = 0;
    for (int j : numbers) {
      double e = (double) out.values[at + j] - y[yAt + j];
      double scale = share / numbers.length;
      loss += scale * number(e);
      out.slopes[at + j] = (float) (scale * slope(e));
    }
    for (LossSpec.Slice slice : categories) {
      double scale = share / categories.length;
      loss += scale * category(out, at + slice.from(), y, yAt + slice.from(), slice.width(), scale);
    }
    return loss;
  }

  private double number(double e) {
    double a = Math.abs(e);
    return switch (spec.numbers()) {
      case MSE -> e * e;
      case MAE -> a;
      case HUBER -> a > delta ? delta * (a - delta / 2) : e * e / 2;
    };
  }

  private double slope(double e) {
    return switch (spec.numbers()) {
      case MSE -> 2 * e;
      case MAE -> Math.signum(e);
      case HUBER -> e > delta ? delta : e < -delta ? -delta : e;
    };
  }

  /** log Σ eᶻ − Σ y z for targets that sum to 1; its slope is softmax(z) − y. */
  private static double category(Signal out, int z, float[] y, int yAt, int width, double scale) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < width; j++) {
      max = Math.max(max, out.values[z + j]);
    }
    double sum = 0;
    double hit = 0;
    for (int j = 0; j < width; j++) {
      double e = StrictMath.exp(out.values[z + j] - max);
      sum += e;
      hit += y[yAt + j] * (out.values[z + j] - max);
      out.slopes[z + j] = (float) e;
    }
    for (int j = 0; j < width; j++) {
      out.slopes[z + j] = (float) (scale * (out.slopes[z + j] / sum - y[yAt + j]));
    }
    return StrictMath.log(sum) - hit;
  }
}

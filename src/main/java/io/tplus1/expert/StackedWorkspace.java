package io.tplus1.expert;

import io.tplus1.feature.Rounding;
import java.util.Collections;
import java.util.List;

/** What one thread needs to work with {@link Stacked} on any number of series of one shape. */
public final class StackedWorkspace {
  /** Usual sizes beyond which an input counts for no more: one rare value moves no forecast far. */
  private static final double LIMIT = 5;

  final StackedShape shape;
  final int[] targets;
  final int[] places;
  final double[] inputs;
  final double[] errors;
  final double[] usual;
  final double[] diagonal;
  final double[] least;
  final double[] factor;
  final double[] right;

  /** Of each horizon: where its group's state begins, the part of a row that it is, φ of that. */
  final int[] from;

  final double[] share;
  final double[] kept;

  public StackedWorkspace(StackedShape shape) {
    this.shape = shape;
    int numbers = shape.numbers();
    List<Integer> chosen = shape.schema().numberTargets();
    this.targets = chosen.stream().mapToInt(Integer::intValue).toArray();
    this.places = chosen.stream().mapToInt(shape.schema()::outputAt).toArray();
    this.inputs = new double[shape.inputs()];
    this.errors = new double[numbers];
    this.usual = new double[shape.inputs()];
    this.diagonal = new double[shape.inputs()];
    this.least = new double[shape.inputs()];
    this.factor = new double[shape.inputs() * (shape.inputs() + 1) / 2];
    this.right = new double[shape.inputs() * numbers];
    this.from = new int[shape.horizon()];
    this.share = new double[shape.horizon()];
    this.kept = new double[shape.horizon()];
    for (int h = 0; h < shape.horizon(); h++) {
      from[h] = shape.groups().get(h) * shape.stateSize();
      share[h] = 1.0 / Collections.frequency(shape.groups(), shape.groups().get(h));
      kept[h] = Math.min(Math.pow(shape.forgetting(), share[h]), Rounding.MOST_KEPT);
    }
  }

  /** Inputs d of one horizon; 0 of an expert that has no forecast. */
  void inputs(int horizon, float[][] forecasts, float[] mixed, LastErrors last) {
    int at = horizon * shape.schema().outputWidth();
    int input = 0;
    for (int i = 0; i < places.length; i++) {
      double mix = mixed[at + places[i]];
      for (float[] forecast : forecasts) {
        double difference = forecast == null ? 0 : forecast[at + places[i]] - mix;
        inputs[input++] = Double.isFinite(difference) ? difference : 0;
      }
      inputs[input++] = horizon == 0 ? last.get(i) : 0;
    }
  }

  /** Cuts the inputs at what is usual; a size of 0 says nothing. */
  void limit() {
    for (int k = 0; k < inputs.length; k++) {
      double most = usual[k] > 0 ? LIMIT * usual[k] : Double.POSITIVE_INFINITY;
      inputs[k] = Math.max(-most, Math.min(most, inputs[k]));
    }
  }

  /** Errors r of the mix, and whether all of them are known. */
  boolean errors(float[] actual, float[] mixed, int at) {
    double check = 0;
    for (int i = 0; i < errors.length; i++) {
      errors[i] = (double) actual[targets[i]] - mixed[at + places[i]];
      check += errors[i];
    }
    return Double.isFinite(check);
  }
}

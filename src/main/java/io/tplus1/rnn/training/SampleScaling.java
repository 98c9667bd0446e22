package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.TrainingSample;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Scalings that are fitted to samples. */
final class SampleScaling {
  /** Part of all squares that rare values make up at least where they stretch a deviation. */
  private static final double ALMOST_ALL = 0.9;

  private final List<Integer> fields;
  private final List<TrainingSample> samples;
  private final float[] low;
  private final float[] high;
  private int count;

  private SampleScaling(List<Integer> fields, List<TrainingSample> samples) {
    this.fields = fields;
    this.samples = samples;
    low = new float[fields.size()];
    high = new float[fields.size()];
    Arrays.fill(low, Float.POSITIVE_INFINITY);
    Arrays.fill(high, Float.NEGATIVE_INFINITY);
  }

  /**
   * The scaling to mean 0 and deviation 1 of some fields over the samples' vectors, each vector
   * once as far as windows of a series overlap; without the {@link RareValues} of a field that
   * would stretch it.
   */
  static Scaling of(FeatureSchema schema, List<Integer> fields, List<TrainingSample> samples) {
    return new SampleScaling(fields, samples).fit(schema);
  }

  private Scaling fit(FeatureSchema schema) {
    Scaling.Fitter fitter = new Scaling.Fitter(fields.size());
    eachRow(
        (sample, row) -> {
          fitter.add(row);
          count++;
          for (int i = 0; i < row.length; i++) {
            low[i] = Math.min(low[i], row[i]);
            high[i] = Math.max(high[i], row[i]);
          }
        });
    Scaling fitted = fitter.fit();
    float[] shift = fitted.shift();
    float[] scale = fitted.scale();
    for (int i = 0; i < fields.size(); i++) {
      if (schema.feature(fields.get(i)).isCategory()) {
        shift[i] = 0f;
        scale[i] = 1f;
      } else if (!fitter.isConstant(i) && mayBeStretched(i, shift[i], scale[i])) {
        Scaling.Fitter usual = usual(i);
        Scaling without = usual.fit();
        if (!usual.isConstant(0) && RareValues.stretch(scale[i], without.scale()[0])) {
          shift[i] = without.shift()[0];
          scale[i] = without.scale()[0];
        }
      }
    }
    return new Scaling(shift, scale);
  }

  private void eachRow(BiConsumer<TrainingSample, float[]> visitor) {
    float[] row = new float[fields.size()];
    EachVectorOnce.of(
        samples,
        (sample, step) -> {
          boolean finite = true;
          for (int i = 0; i < row.length; i++) {
            row[i] = EachVectorOnce.value(sample, step, fields.get(i));
            finite &= Float.isFinite(row[i]);
          }
          if (finite) {
            visitor.accept(sample, row);
          }
        });
  }

  /** Only then can it be that it is, and worth the memory to look. */
  private boolean mayBeStretched(int column, double mean, double deviation) {
    double farthest = Math.max(high[column] - mean, mean - low[column]) / deviation;
    return farthest * farthest * RareValues.most(count) >= ALMOST_ALL * count;
  }

  /** Fitted to the values of a column that are not rare. */
  private Scaling.Fitter usual(int column) {
    RareValues values = new RareValues(count);
    eachRow((sample, row) -> values.add(sample.series(), row[column]));
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    for (double value : values.usual(values.median(), RareValues.most(count))) {
      fitter.add(new float[] {(float) value});
    }
    return fitter;
  }
}

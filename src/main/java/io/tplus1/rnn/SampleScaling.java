package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.TrainingSample;
import java.util.List;

/** Scalings that are fitted to samples. */
final class SampleScaling {
  private SampleScaling() {}

  /**
   * The scaling to mean 0 and deviation 1 of some fields over the samples' vectors, each vector
   * once as far as windows of a series overlap.
   */
  static Scaling of(FeatureSchema schema, List<Integer> fields, List<TrainingSample> samples) {
    Scaling.Fitter fitter = new Scaling.Fitter(fields.size());
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
            fitter.add(row);
          }
        });
    Scaling fitted = fitter.fit();
    float[] shift = fitted.shift();
    float[] scale = fitted.scale();
    for (int i = 0; i < fields.size(); i++) {
      if (schema.feature(fields.get(i)).isCategory()) {
        shift[i] = 0f;
        scale[i] = 1f;
      }
    }
    return new Scaling(shift, scale);
  }
}

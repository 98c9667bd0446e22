package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.TrainingSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scalings that are fitted to samples. */
final class SampleScaling {
  private SampleScaling() {}

  /**
   * The scaling to mean 0 and deviation 1 of some fields over the samples' vectors, each vector
   * once as far as windows of a series overlap.
   */
  static Scaling of(FeatureSchema schema, List<Integer> fields, List<TrainingSample> samples) {
    Scaling.Fitter fitter = new Scaling.Fitter(fields.size());
    Map<String, long[]> seen = new HashMap<>();
    float[] row = new float[fields.size()];
    for (TrainingSample sample : samples) {
      long[] range =
          seen.computeIfAbsent(
              sample.series(), series -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
      add(sample.window(), fields, range, row, fitter);
      add(sample.following(), fields, range, row, fitter);
    }
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

  private static void add(
      FeatureWindow window,
      List<Integer> fields,
      long[] range,
      float[] row,
      Scaling.Fitter fitter) {
    for (int step = 0; step < window.steps(); step++) {
      long time = window.timeMs(step);
      if (time >= range[0] && time <= range[1]) {
        continue;
      }
      range[0] = Math.min(range[0], time);
      range[1] = Math.max(range[1], time);
      boolean finite = true;
      for (int i = 0; i < row.length; i++) {
        row[i] = window.value(step, fields.get(i));
        finite &= Float.isFinite(row[i]);
      }
      if (finite) {
        fitter.add(row);
      }
    }
  }
}

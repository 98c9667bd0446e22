package io.tplus1.instance;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;

/**
 * A forecaster of numbers whose output shows every vector of the window and its place: the sum over
 * steps, weighted by how far back they lie.
 *
 * @param schema a schema of numbers, all of them targets
 */
record WindowSum(FeatureSchema schema, int steps, int horizon)
    implements Forecaster, Forecaster.Session {
  @Override
  public String modelHash() {
    return "window-sum";
  }

  @Override
  public String kernel() {
    return "test";
  }

  @Override
  public Forecaster.Session newSession() {
    return this;
  }

  @Override
  public void forecast(FeatureWindow window, float[] output) {
    for (int h = 0; h < horizon; h++) {
      for (int f = 0; f < schema.size(); f++) {
        float sum = h;
        for (int s = 0; s < window.steps(); s++) {
          sum += window.value(s, f) * (window.steps() - s);
        }
        output[h * schema.size() + f] = sum;
      }
    }
  }

  /** The forecast of a window. */
  float[] of(FeatureWindow window) {
    float[] output = new float[outputLength()];
    forecast(window, output);
    return output;
  }
}

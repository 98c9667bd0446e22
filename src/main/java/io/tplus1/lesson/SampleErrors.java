package io.tplus1.lesson;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.score.ErrorSums;
import java.util.List;

/** How far forecasts over samples are off. */
public final class SampleErrors {
  private SampleErrors() {}

  /** Forecasts every sample's window and holds all horizons against what followed. */
  public static ErrorSums of(Forecaster forecaster, List<TrainingSample> samples) {
    FeatureSchema schema = forecaster.schema();
    Forecaster.Session session = forecaster.newSession();
    ErrorSums errors = new ErrorSums(schema);
    float[] forecast = new float[forecaster.outputLength()];
    float[] actual = new float[schema.targets().size()];
    float[] last = new float[schema.targets().size()];
    for (TrainingSample sample : samples) {
      FeatureWindow window = sample.window();
      session.forecast(window, forecast);
      for (int h = 0; h < forecaster.horizon(); h++) {
        for (int i = 0; i < actual.length; i++) {
          actual[i] = sample.following().value(h, schema.targets().get(i));
          last[i] = window.last(schema.targets().get(i));
        }
        errors.add(actual, forecast, h * schema.outputWidth(), last);
      }
    }
    return errors;
  }
}

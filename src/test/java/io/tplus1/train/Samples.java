package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** Samples and forecasters of one number, for tests. */
final class Samples {
  static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  private Samples() {}

  /** A window of these values and the last as what followed, from a time on, a second apart. */
  static TrainingSample of(String series, long endMs, double weight, float... values) {
    return ofHorizon(series, endMs, weight, 1, values);
  }

  /** The same with more values that followed. */
  static TrainingSample ofHorizon(
      String series, long endMs, double weight, int horizon, float... values) {
    long[] times = new long[values.length];
    int window = values.length - horizon;
    for (int i = 0; i < times.length; i++) {
      times[i] = endMs + 1_000L * (i - window + 1);
    }
    return new TrainingSample(
        series,
        FeatureWindow.over(values, times, 1, 0, window),
        FeatureWindow.over(values, times, 1, window, horizon),
        weight);
  }

  /** A model of one number, by what it forecasts. */
  static Forecaster model(String hash, int horizon, BiConsumer<FeatureWindow, float[]> forecast) {
    return model(hash, horizon, 1, forecast);
  }

  /** The same that wants so many steps at least. */
  static Forecaster model(
      String hash, int horizon, int fewest, BiConsumer<FeatureWindow, float[]> forecast) {
    return model(hash, SCHEMA, horizon, fewest, forecast);
  }

  /** The same of other features. */
  static Forecaster model(
      String hash,
      FeatureSchema schema,
      int horizon,
      int fewest,
      BiConsumer<FeatureWindow, float[]> forecast) {
    return new Forecaster() {
      @Override
      public int fewestSteps() {
        return fewest;
      }

      @Override
      public String modelHash() {
        return hash;
      }

      @Override
      public FeatureSchema schema() {
        return schema;
      }

      @Override
      public int steps() {
        return 3;
      }

      @Override
      public int horizon() {
        return horizon;
      }

      @Override
      public String kernel() {
        return "test";
      }

      @Override
      public Session newSession() {
        return forecast::accept;
      }
    };
  }

  /** A model that always forecasts the same number. */
  static Forecaster constant(String hash, float value) {
    return model(hash, 1, (window, output) -> Arrays.fill(output, value));
  }
}

package io.tplus1.rnn.training;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.List;

/** Samples whose every value a network can learn from. */
final class SoundSamples {
  private SoundSamples() {}

  /**
   * Refuses samples that would teach nonsense: one NaN turns every weight NaN, with no exception.
   *
   * @throws IllegalArgumentException naming series, time and field
   */
  static void require(FeatureSchema schema, int horizon, List<TrainingSample> samples) {
    for (TrainingSample sample : samples) {
      if (sample.following().steps() < horizon) {
        throw new IllegalArgumentException(
            "a sample needs the %d vectors that followed its window, found %d in series '%s' at %d"
                .formatted(
                    horizon,
                    sample.following().steps(),
                    sample.series(),
                    sample.window().lastTimeMs()));
      }
      require(schema, schema.inputs(), sample.series(), sample.window(), sample.window().steps());
      require(schema, schema.targets(), sample.series(), sample.following(), horizon);
    }
  }

  private static void require(
      FeatureSchema schema, List<Integer> fields, String series, FeatureWindow window, int steps) {
    if (window.features() < schema.size()) {
      throw new IllegalArgumentException(
          "vectors must have at least the schema's %d values, found %d in series '%s'"
              .formatted(schema.size(), window.features(), series));
    }
    for (int step = 0; step < steps; step++) {
      for (int field : fields) {
        float value = window.value(step, field);
        Feature feature = schema.feature(field);
        boolean good = feature.isCategory() ? feature.isId(value) : Float.isFinite(value);
        if (!good) {
          throw new IllegalArgumentException(
              "field '%s' must be %s, found %s in series '%s' at %d"
                  .formatted(
                      feature.name(),
                      feature.isCategory()
                          ? "one category, an id of 0 to " + (feature.width() - 1)
                          : "a finite number",
                      value,
                      series,
                      window.timeMs(step)));
        }
      }
    }
  }
}

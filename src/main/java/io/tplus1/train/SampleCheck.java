package io.tplus1.train;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.Optional;

/**
 * Tells which samples can be learnt from: those of the stream's shape whose every value is finite.
 *
 * <p>One NaN in a batch would turn every weight NaN. Only the columns behind the schema, what the
 * experts had forecast, may hold NaN, where there was no forecast. Immutable and thread-safe.
 *
 * @param schema fields of a vector; rows of windows may hold more
 * @param steps N, most vectors of a window
 * @param horizon H, vectors that follow
 */
public record SampleCheck(FeatureSchema schema, int steps, int horizon) {
  /**
   * Largest magnitude of a value. Squares of more would overflow the 32-bit floats of a network.
   */
  static final float LARGEST = 0x1p50f;

  /** What is wrong with a sample; empty if nothing is. */
  public Optional<String> misfit(TrainingSample sample) {
    FeatureWindow window = sample.window();
    FeatureWindow following = sample.following();
    if (window.features() < schema.size() || following.features() != schema.size()) {
      return Optional.of(
          "rows of %d fields were expected, and only a window's may have more, found %d and %d"
              .formatted(schema.size(), window.features(), following.features()));
    }
    if (window.steps() > steps || following.steps() != horizon) {
      return Optional.of(
          "a window of at most %d vectors and %d after it were expected, found %d and %d"
              .formatted(steps, horizon, window.steps(), following.steps()));
    }
    if (!(sample.weight() > 0) || sample.weight() > 1e9) {
      return Optional.of("a weight in 0..1e9 was expected, found " + sample.weight());
    }
    return wrongValue(window).or(() -> wrongValue(following));
  }

  private Optional<String> wrongValue(FeatureWindow rows) {
    for (int s = 0; s < rows.steps(); s++) {
      for (int f = 0; f < rows.features(); f++) {
        float value = rows.value(s, f);
        boolean absent = f >= schema.size() && Float.isNaN(value);
        if (!absent && !(Math.abs(value) <= LARGEST)) {
          return Optional.of(
              "finite values up to %s were expected, found %s".formatted(LARGEST, value));
        }
        if (f < schema.size() && !fits(schema.feature(f), value)) {
          return Optional.of(
              "an id below %d was expected for '%s', found %s"
                  .formatted(schema.feature(f).width(), schema.feature(f).name(), value));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean fits(Feature feature, float value) {
    return !feature.isCategory() || feature.isId(value);
  }
}

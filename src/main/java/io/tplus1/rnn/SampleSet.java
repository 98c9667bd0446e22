package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.TrainingSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Samples as a network sees them; encoded batch by batch, because windows overlap. */
final class SampleSet {
  private final List<TrainingSample> samples;
  private final int steps;
  private final int horizon;
  private final InputEncoder encoder;
  private final OutputLayout layout;

  /**
   * @param steps N; of longer windows the newest N vectors are taken
   * @param horizon horizons that the network puts out
   */
  SampleSet(
      List<TrainingSample> samples,
      int steps,
      int horizon,
      InputEncoder encoder,
      OutputLayout layout) {
    this.samples = samples;
    this.steps = steps;
    this.horizon = horizon;
    this.encoder = encoder;
    this.layout = layout;
  }

  /**
   * Samples side by side.
   *
   * @param windows {@code float[batch][steps][columns]}, left-padded
   * @param lengths steps of each window
   * @param steps steps of the longest window
   * @param labels {@code float[batch][horizon][width]}
   */
  record Batch(float[] windows, int[] lengths, int steps, float[] labels) {}

  int size() {
    return samples.size();
  }

  /** The samples {@code order[from]} to {@code order[to - 1]}. */
  Batch batch(int[] order, int from, int to) {
    int count = to - from;
    int[] lengths = new int[count];
    int longest = 0;
    for (int i = 0; i < count; i++) {
      lengths[i] = Math.min(steps, samples.get(order[from + i]).window().steps());
      longest = Math.max(longest, lengths[i]);
    }
    int columns = encoder.columns();
    float[] windows = new float[count * longest * columns];
    float[] labels = new float[count * horizon * layout.width()];
    for (int i = 0; i < count; i++) {
      TrainingSample sample = samples.get(order[from + i]);
      int at = ((i + 1) * longest - lengths[i]) * columns;
      encoder.encodeNewest(sample.window(), lengths[i], windows, at);
      labels(sample, labels, i * horizon * layout.width());
    }
    return new Batch(windows, lengths, longest, labels);
  }

  /** Writes one window, and returns its steps. */
  int window(int index, float[] out) {
    FeatureWindow window = samples.get(index).window();
    int length = Math.min(steps, window.steps());
    encoder.encodeNewest(window, length, out, 0);
    return length;
  }

  void labels(int index, float[] out) {
    labels(samples.get(index), out, 0);
  }

  private void labels(TrainingSample sample, float[] out, int at) {
    for (int h = 0; h < horizon; h++) {
      layout.encode(sample.following(), h, out, at + h * layout.width());
    }
  }

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

  /**
   * The scaling to mean 0 and deviation 1 of some fields over the samples' vectors, each vector
   * once as far as windows of a series overlap.
   */
  static Scaling scaling(FeatureSchema schema, List<Integer> fields, List<TrainingSample> samples) {
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

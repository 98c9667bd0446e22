package io.tplus1.rnn;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.List;

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
}

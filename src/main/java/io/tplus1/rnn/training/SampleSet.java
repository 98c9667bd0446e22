package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.InputEncoder;
import java.util.List;

/** Samples as a network sees them; encoded batch by batch, because windows overlap. */
final class SampleSet {
  private final List<TrainingSample> samples;
  private final int steps;
  private final InputEncoder inputs;
  private final TargetEncoder targets;

  /**
   * @param steps N; of longer windows the newest N vectors are taken
   */
  SampleSet(List<TrainingSample> samples, int steps, InputEncoder inputs, TargetEncoder targets) {
    this.samples = samples;
    this.steps = steps;
    this.inputs = inputs;
    this.targets = targets;
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
    int columns = inputs.columns();
    float[] windows = new float[count * longest * columns];
    float[] labels = new float[count * targets.width()];
    for (int i = 0; i < count; i++) {
      TrainingSample sample = samples.get(order[from + i]);
      int at = ((i + 1) * longest - lengths[i]) * columns;
      inputs.encodeNewest(sample.window(), lengths[i], windows, at);
      targets.encode(sample.following(), labels, i * targets.width());
    }
    return new Batch(windows, lengths, longest, labels);
  }

  /** Writes one window, and returns its steps. */
  int window(int index, float[] out) {
    FeatureWindow window = samples.get(index).window();
    int length = Math.min(steps, window.steps());
    inputs.encodeNewest(window, length, out, 0);
    return length;
  }

  void labels(int index, float[] out) {
    targets.encode(samples.get(index).following(), out, 0);
  }
}

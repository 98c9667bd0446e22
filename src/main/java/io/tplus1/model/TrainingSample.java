package io.tplus1.model;

import io.tplus1.feature.FeatureWindow;
import java.util.Arrays;

/**
 * A feature window and the H vectors that followed it, raw.
 *
 * @param series key of the series
 * @param window 1 to N vectors, oldest first
 * @param following H vectors, oldest first
 * @param weight how many samples this one stands for, where a stream was thinned; at least 1. DL4J,
 *     which trains what the learner in plain Java cannot, counts each as one
 */
public record TrainingSample(
    String series, FeatureWindow window, FeatureWindow following, double weight) {

  /** A sample that stands for itself. */
  public TrainingSample(String series, FeatureWindow window, FeatureWindow following) {
    this(series, window, following, 1);
  }

  /** The usual time from one of its vectors to the next, their median, in milliseconds. */
  public long stepMs() {
    long[] steps = new long[window.steps() + following.steps() - 1];
    long beforeMs = window.timeMs(0);
    for (int i = 0; i < steps.length; i++) {
      int next = i + 1;
      long timeMs =
          next < window.steps() ? window.timeMs(next) : following.timeMs(next - window.steps());
      steps[i] = timeMs - beforeMs;
      beforeMs = timeMs;
    }
    Arrays.sort(steps);
    return steps[steps.length / 2];
  }
}

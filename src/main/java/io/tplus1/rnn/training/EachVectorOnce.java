package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Visits the vectors of samples, in their order, each once as far as windows of a series overlap: a
 * vector between the oldest and the newest of its series that came before it is passed over.
 *
 * <p>A vector is told by its sample and its step, which counts through the window and what followed
 * it.
 */
final class EachVectorOnce {
  private EachVectorOnce() {}

  static void of(List<TrainingSample> samples, ObjIntConsumer<TrainingSample> visitor) {
    Map<String, long[]> seen = new HashMap<>();
    for (TrainingSample sample : samples) {
      long[] range =
          seen.computeIfAbsent(
              sample.series(), series -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
      FeatureWindow window = sample.window();
      FeatureWindow following = sample.following();
      for (int step = 0; step < window.steps() + following.steps(); step++) {
        int ahead = step - window.steps();
        long time = ahead < 0 ? window.timeMs(step) : following.timeMs(ahead);
        if (time >= range[0] && time <= range[1]) {
          continue;
        }
        range[0] = Math.min(range[0], time);
        range[1] = Math.max(range[1], time);
        visitor.accept(sample, step);
      }
    }
  }

  /** A value of a step, raw. */
  static float value(TrainingSample sample, int step, int field) {
    int ahead = step - sample.window().steps();
    return ahead < 0 ? sample.window().value(step, field) : sample.following().value(ahead, field);
  }
}

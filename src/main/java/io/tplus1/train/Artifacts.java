package io.tplus1.train;

import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import java.util.List;

/** What both ways of training do with their outcome. */
final class Artifacts {
  private Artifacts() {}

  /** Event time of the oldest vector in any sample, epoch milliseconds. */
  static long firstMs(List<TrainingSample> samples) {
    long first = Long.MAX_VALUE;
    for (TrainingSample sample : samples) {
      first = Math.min(first, sample.window().timeMs(0));
    }
    return first;
  }

  /** Event time of the newest vector in any sample, epoch milliseconds. */
  static long lastMs(List<TrainingSample> samples) {
    long last = Long.MIN_VALUE;
    for (TrainingSample sample : samples) {
      last = Math.max(last, sample.following().lastTimeMs());
    }
    return last;
  }

  /** Mean weighted error over samples; NaN if none can be judged. */
  static double error(Forecaster forecaster, List<TrainingSample> samples, RelativeError errors) {
    Forecaster.Session session = forecaster.newSession();
    float[] output = new float[forecaster.outputLength()];
    double sum = 0;
    double weight = 0;
    for (TrainingSample sample : samples) {
      session.forecast(sample.window(), output);
      double error = errors.of(sample, output);
      if (!Double.isNaN(error)) {
        sum += sample.weight() * error;
        weight += sample.weight();
      }
    }
    return sum / weight;
  }
}

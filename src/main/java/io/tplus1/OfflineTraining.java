package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.score.ErrorSums;
import io.tplus1.train.Outliers;
import io.tplus1.train.TrainingSamples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Training on recorded series, and forecasts over them, with a stream's own settings. */
final class OfflineTraining {
  private OfflineTraining() {}

  /** The samples that the stream would have seen, in time order. */
  static List<TrainingSample> samples(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> vectors) {
    WindowSettings windows = configuration.windows();
    HygieneSettings hygiene = configuration.hygiene();
    TrainingSamples.Gaps gaps =
        new TrainingSamples.Gaps(
            new StepInterval(windows.interval()),
            new GapFill(schema, hygiene.gapFill() == HygieneSettings.Fill.LINEAR),
            hygiene.gapLimit(),
            windows.heldBack());
    return new TrainingSamples(
            windows.steps(),
            windows.horizon(),
            windows.historyMinimum(),
            windows.maxAge(),
            Optional.of(gaps).filter(any -> hygiene.gapFill() != HygieneSettings.Fill.OFF))
        .cut(vectors);
  }

  /**
   * What is learnt from vectors, and what is watched.
   *
   * @param leftOut number of samples that hold a value out of all proportion, in neither part
   */
  record Lesson(TrainingSamples.HoldOut parts, int leftOut) {}

  /**
   * Makes samples of vectors, and leaves out of them what a stream's training would.
   *
   * @throws IllegalArgumentException if the vectors are too few for one sample
   */
  static Lesson lesson(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> vectors) {
    List<TrainingSample> samples = samples(configuration, schema, vectors);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to learn from: " + tooFew(configuration, vectors));
    }
    List<TrainingSample> kept = Outliers.without(samples, schema);
    return new Lesson(
        TrainingSamples.holdOut(kept, configuration.validationFraction()),
        samples.size() - kept.size());
  }

  /** Trains on the first of two parts, and watches the other. */
  static ModelArtifact train(
      Configuration configuration,
      FeatureSchema schema,
      TrainingSamples.HoldOut parts,
      Trainer trainer,
      Trainer.Listener listener) {
    return trainer.train(
        configuration.task(schema),
        configuration.training(),
        parts.training(),
        parts.validation(),
        listener);
  }

  /** Why vectors make no sample, and what to do, for people. */
  static String tooFew(Configuration configuration, List<SeriesVector> vectors) {
    WindowSettings windows = configuration.windows();
    int least = windows.historyMinimum();
    String found =
        "%d vectors make no window of at least %d followed by %d"
            .formatted(vectors.size(), least, windows.horizon());
    OptionalLong shortest = shortestSpanMs(windows, vectors);
    if (shortest.isEmpty()) {
      return found + "; give more data, or lower window.steps, history.minimum or forecast.horizon";
    }
    Duration span = Duration.ofMillis(shortest.getAsLong());
    if (span.compareTo(windows.maxAge()) > 0) {
      return "%s, for %d in a row span %s or more, and window.max.age is %s: raise it, or lower window.steps or history.minimum"
          .formatted(found, least, span, windows.maxAge());
    }
    return "%s between gaps, for step.interval is %s and gap.limit is %d, and no filled step is learnt as what followed: set step.interval to the time between rows, raise gap.limit, or set gap.fill=off"
        .formatted(
            found,
            windows.interval().map(Duration::toString).orElse("not set"),
            configuration.hygiene().gapLimit());
  }

  /**
   * The shortest that a window of the fewest vectors would span if it could be of any age and have
   * any gaps; empty if there is none.
   */
  private static OptionalLong shortestSpanMs(WindowSettings windows, List<SeriesVector> vectors) {
    int least = windows.historyMinimum();
    return new TrainingSamples(
            least, windows.horizon(), least, Duration.ofMillis(Long.MAX_VALUE), Optional.empty())
        .cut(vectors).stream()
            .mapToLong(sample -> sample.window().lastTimeMs() - sample.window().timeMs(0))
            .min();
  }

  /** Forecasts every sample's window and holds all horizons against what followed. */
  static ErrorSums errors(Forecaster forecaster, List<TrainingSample> samples) {
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

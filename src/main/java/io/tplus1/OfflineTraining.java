package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.CsvSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.score.ErrorSums;
import io.tplus1.train.Outliers;
import io.tplus1.train.SampleCheck;
import io.tplus1.train.SampleFilling;
import io.tplus1.train.SampleWindows;
import io.tplus1.train.TrainingSamples;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Training on recorded series, and forecasts over them, with a stream's own settings. */
final class OfflineTraining {
  private OfflineTraining() {}

  /**
   * The samples that the stream would have seen, in time order; with all of a window also where the
   * stream, which holds no more than {@code window.retention}, would have had less of it.
   */
  static List<TrainingSample> samples(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> vectors) {
    WindowSettings windows = configuration.windows();
    SampleFilling filling =
        configuration.hygiene().filling(schema, new StepInterval(windows.interval()));
    return new TrainingSamples(windows(windows), filling).cut(vectors);
  }

  private static SampleWindows windows(WindowSettings windows) {
    return new SampleWindows(
        windows.steps(),
        windows.horizon(),
        windows.historyMinimum(),
        windows.maxAge(),
        windows.heldBack());
  }

  /**
   * What is learnt from vectors, and what is watched.
   *
   * @param refused number of samples that a stream's training would refuse, in neither part
   * @param refusal what is wrong with the first of those; empty if there is none
   * @param leftOut number of samples that hold a value out of all proportion, in neither part
   * @param neverFull why no sample's window is full, and what to do, for people; empty if one is
   */
  record Lesson(
      TrainingSamples.HoldOut parts,
      int refused,
      Optional<String> refusal,
      int leftOut,
      Optional<String> neverFull) {}

  /**
   * Makes samples of vectors, and leaves out of them what a stream's training would.
   *
   * @throws IllegalArgumentException if the vectors are too few for one sample, or none can be
   *     learnt from
   */
  static Lesson lesson(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> vectors) {
    List<TrainingSample> samples = samples(configuration, schema, vectors);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to learn from: " + tooFew(configuration, schema, vectors));
    }
    WindowSettings windows = configuration.windows();
    SampleCheck check = new SampleCheck(schema, windows.steps(), windows.horizon());
    List<TrainingSample> sound =
        samples.stream().filter(sample -> check.misfit(sample).isEmpty()).toList();
    Optional<String> refusal =
        sound.size() == samples.size()
            ? Optional.empty()
            : samples.stream().flatMap(sample -> check.misfit(sample).stream()).findFirst();
    if (sound.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to learn from: each of %,d samples is refused, as the stream does; of the first, %s: give values in a larger unit, or leave their features out"
              .formatted(samples.size(), refusal.orElseThrow()));
    }
    List<TrainingSample> kept = Outliers.without(sound, schema);
    return new Lesson(
        TrainingSamples.holdOut(kept, configuration.validationFraction()),
        samples.size() - sound.size(),
        refusal,
        sound.size() - kept.size(),
        isAnyAsLong(windows.steps(), samples)
            ? Optional.empty()
            : Optional.of(tooFew(configuration, schema, vectors, windows.steps())));
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

  private static boolean isAnyAsLong(int steps, List<TrainingSample> samples) {
    return samples.stream().anyMatch(sample -> sample.window().steps() >= steps);
  }

  /** Why vectors make no sample, and what to do, for people. */
  static String tooFew(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> vectors) {
    return tooFew(configuration, schema, vectors, configuration.windows().historyMinimum());
  }

  /**
   * Why they make no sample with so many in its window.
   *
   * @param least {@code history.minimum}, or {@code window.steps} where windows may be shorter
   */
  private static String tooFew(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> vectors, int least) {
    WindowSettings settings = configuration.windows();
    HygieneSettings hygiene = configuration.hygiene();
    CsvSettings csv = configuration.csv();
    boolean isFewest = least == settings.historyMinimum();
    Duration any = Duration.ofMillis(Long.MAX_VALUE);
    List<SeriesVector> whole =
        vectors.stream()
            .filter(one -> FeatureFill.isAnyThere(one.vector().values()))
            .map(OfflineTraining::whole)
            .toList();
    String found =
        "%d vectors make no window of at least %d followed by %d"
            .formatted(vectors.size(), least, settings.horizon());
    OptionalLong shortest =
        unfilled(settings, least, schema, any, any, whole).stream()
            .mapToLong(sample -> sample.window().lastTimeMs() - sample.window().timeMs(0))
            .min();
    if (shortest.isEmpty()) {
      return "%s; give more data, or lower window.steps%s or forecast.horizon"
          .formatted(found, isFewest ? ", history.minimum" : "");
    }
    Duration span = Duration.ofMillis(shortest.getAsLong());
    if (span.compareTo(settings.maxAge()) > 0) {
      return "%s, for %d in a row span %s or more%s, and window.max.age is %s: %s, or lower window.steps%s"
          .formatted(
              found,
              least,
              span,
              csv.isCounted()
                  ? " (times are counted in steps of %s, csv.time.step)".formatted(csv.timeStep())
                  : "",
              settings.maxAge(),
              csv.isCounted() ? sooner(csv) : "raise it",
              isFewest ? " or history.minimum" : "");
    }
    if (isAnyAsLong(least, samples(configuration, schema, whole))) {
      return "%s of which all targets came, for values are missing, missing.fill is %s and missing.limit is %d: fill them in the data, allow it, or leave their features out"
          .formatted(
              found, hygiene.missingFill().name().toLowerCase(Locale.ROOT), hygiene.missingLimit());
    }
    if (unfilled(settings, least, schema, settings.maxAge(), settings.heldBack(), whole)
        .isEmpty()) {
      return "%s without a silence of more than %s between, which is window.retention less max.lateness: raise window.retention"
          .formatted(found, settings.heldBack());
    }
    return "%s between gaps, for step.interval is %s and gap.limit is %d, and no filled step is learnt as what followed: set step.interval to the time between rows, raise gap.limit, or set gap.fill=off"
        .formatted(
            found,
            settings.interval().map(Duration::toString).orElse("not set"),
            hygiene.gapLimit());
  }

  /** What to do first where the time between rows is nobody's but a default. */
  private static String sooner(CsvSettings csv) {
    return "%sset csv.time.step to the length of a step, or raise window.max.age"
        .formatted(csv.text() || csv.time().isPresent() ? "" : "set csv.time, or ");
  }

  /** Samples of windows of so many vectors, if they could have any gaps. */
  private static List<TrainingSample> unfilled(
      WindowSettings settings,
      int least,
      FeatureSchema schema,
      Duration maxAge,
      Duration heldBack,
      List<SeriesVector> vectors) {
    return new TrainingSamples(
            new SampleWindows(least, settings.horizon(), least, maxAge, heldBack),
            SampleFilling.none(schema))
        .cut(vectors);
  }

  /** A vector with something wherever a feature is absent. */
  private static SeriesVector whole(SeriesVector one) {
    float[] values = one.vector().values().clone();
    for (int f = 0; f < values.length; f++) {
      values[f] = Float.isNaN(values[f]) ? 0 : values[f];
    }
    return new SeriesVector(one.series(), new FeatureVector(one.vector().timeMs(), values));
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

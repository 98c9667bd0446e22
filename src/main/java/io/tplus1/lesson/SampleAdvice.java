package io.tplus1.lesson;

import io.tplus1.config.CsvSettings;
import io.tplus1.config.Durations;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.TrainingSample;
import io.tplus1.train.SampleFilling;
import io.tplus1.train.SampleWindows;
import io.tplus1.train.TrainingSamples;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Why vectors make no sample, and what to do, for people. */
public final class SampleAdvice {
  private final RecordedSamples recorded;
  private final CsvSettings csv;

  /**
   * @param recorded makes the samples
   * @param csv how the vectors' file was read
   */
  public SampleAdvice(RecordedSamples recorded, CsvSettings csv) {
    this.recorded = recorded;
    this.csv = csv;
  }

  /** Why vectors that make no sample make none. */
  public String tooFew(List<SeriesVector> vectors) {
    return tooFew(vectors, recorded.windows().historyMinimum());
  }

  /**
   * Why no window is full; empty if one is.
   *
   * @param samples of the vectors, one at least
   */
  Optional<String> neverFull(List<SeriesVector> vectors, List<TrainingSample> samples) {
    int steps = recorded.windows().steps();
    return isAnyAsLong(steps, samples) ? Optional.empty() : Optional.of(tooFew(vectors, steps));
  }

  private static boolean isAnyAsLong(int steps, List<TrainingSample> samples) {
    return samples.stream().anyMatch(sample -> sample.window().steps() >= steps);
  }

  /**
   * Why they make no sample with so many in its window.
   *
   * @param least {@code history.minimum}, or {@code window.steps} where windows may be shorter
   */
  private String tooFew(List<SeriesVector> vectors, int least) {
    WindowSettings settings = recorded.windows();
    HygieneSettings hygiene = recorded.hygiene();
    boolean isFewest = least == settings.historyMinimum();
    Duration any = Duration.ofMillis(Long.MAX_VALUE);
    List<SeriesVector> whole =
        vectors.stream()
            .filter(one -> FeatureFill.isAnyThere(one.vector().values()))
            .map(SampleAdvice::whole)
            .toList();
    String found =
        "%d vectors make no window of at least %d followed by %d"
            .formatted(vectors.size(), least, settings.horizon());
    OptionalLong shortest =
        unfilled(least, any, any, whole).stream()
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
              Durations.text(span),
              csv.isCounted()
                  ? " (times are counted in steps of %s, csv.time.step)"
                      .formatted(Durations.text(csv.timeStep()))
                  : "",
              Durations.text(settings.maxAge()),
              csv.isCounted() ? sooner() : "raise it",
              isFewest ? " or history.minimum" : "");
    }
    if (isAnyAsLong(least, recorded.cut(whole))) {
      return "%s of which all targets came, for values are missing, missing.fill is %s and missing.limit is %d: fill them in the data, allow it, or leave their features out"
          .formatted(
              found, hygiene.missingFill().name().toLowerCase(Locale.ROOT), hygiene.missingLimit());
    }
    if (unfilled(least, settings.maxAge(), settings.heldBack(), whole).isEmpty()) {
      return "%s without a silence of more than %s between, which is window.retention less max.lateness: raise window.retention"
          .formatted(found, Durations.text(settings.heldBack()));
    }
    return "%s between gaps, for step.interval is %s and gap.limit is %d, and no filled step is learnt as what followed: set step.interval to the time between rows, raise gap.limit, or set gap.fill=off"
        .formatted(
            found, settings.interval().map(Durations::text).orElse("not set"), hygiene.gapLimit());
  }

  /** What to do first where the time between rows is nobody's but a default. */
  private String sooner() {
    return "%sset csv.time.step to the length of a step, or raise window.max.age"
        .formatted(csv.text() || csv.time().isPresent() ? "" : "set csv.time, or ");
  }

  /** Samples of windows of so many vectors, if they could have any gaps. */
  private List<TrainingSample> unfilled(
      int least, Duration maxAge, Duration heldBack, List<SeriesVector> vectors) {
    int horizon = recorded.windows().horizon();
    return new TrainingSamples(
            new SampleWindows(least, horizon, least, maxAge, heldBack),
            SampleFilling.none(recorded.schema()))
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
}

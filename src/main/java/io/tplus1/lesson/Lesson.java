package io.tplus1.lesson;

import io.tplus1.config.CsvSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.TrainingSample;
import io.tplus1.train.Outliers;
import io.tplus1.train.SampleCheck;
import io.tplus1.train.TrainingSamples;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is learnt from vectors, and what is watched.
 *
 * @param refused number of samples that a stream's training would refuse, in neither part
 * @param refusal what is wrong with the first of those; empty if there is none
 * @param between number of sound samples in neither part, as what followed them is watched
 * @param leftOut number of samples that hold a value out of all proportion, in neither part
 * @param learnable whether a sample, also a later one, is sound, and holds no value out of all
 *     proportion to those that are learnt from
 * @param neverFull why no sample's window is full, and what to do, for people; empty if one is
 */
public record Lesson(
    TrainingSamples.HoldOut parts,
    int refused,
    Optional<String> refusal,
    int between,
    int leftOut,
    Predicate<TrainingSample> learnable,
    Optional<String> neverFull) {

  /**
   * Makes samples of vectors, and leaves out of them what a stream's training would.
   *
   * @param csv how the vectors' file was read
   * @param watched part of the samples that is watched, 0 up to less than 1
   * @throws IllegalArgumentException if the vectors are too few for one sample, or none can be
   *     learnt from
   */
  public static Lesson of(
      List<SeriesVector> vectors, RecordedSamples recorded, CsvSettings csv, double watched) {
    SampleAdvice advice = new SampleAdvice(recorded, csv);
    List<TrainingSample> samples = recorded.cut(vectors);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("nothing to learn from: " + advice.tooFew(vectors));
    }
    WindowSettings windows = recorded.windows();
    SampleCheck check = new SampleCheck(recorded.schema(), windows.steps(), windows.horizon());
    Predicate<TrainingSample> isSound = sample -> check.misfit(sample).isEmpty();
    List<TrainingSample> sound = samples.stream().filter(isSound).toList();
    Optional<String> refusal =
        sound.size() == samples.size()
            ? Optional.empty()
            : samples.stream().flatMap(sample -> check.misfit(sample).stream()).findFirst();
    if (sound.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to learn from: each of %,d samples is refused, as the stream does; of the first, %s: give values in a larger unit, or leave their features out"
              .formatted(samples.size(), refusal.orElseThrow()));
    }
    Predicate<TrainingSample> isInProportion = Outliers.of(sound, recorded.schema());
    List<TrainingSample> kept = sound.stream().filter(isInProportion).toList();
    TrainingSamples.HoldOut parts = TrainingSamples.holdOut(kept, watched);
    return new Lesson(
        parts,
        samples.size() - sound.size(),
        refusal,
        kept.size() - parts.training().size() - parts.validation().size(),
        sound.size() - kept.size(),
        isSound.and(isInProportion),
        advice.neverFull(vectors, samples));
  }
}

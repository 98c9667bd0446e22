package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.LinearShapes;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LinearLineTest {
  private static final LinearShape SHAPE =
      LinearShapes.own(Samples.SCHEMA, LinearShapes.lags(2), 1, 1e-3, .999);

  /** Where the sums begin in the state, with a magic number and their version. */
  private static final int SUMS_AT = 1 + Long.BYTES + 5 * Integer.BYTES + 3 * Double.BYTES;

  /** An oscillation that a line of two lags can follow, with a little noise. */
  private static List<TrainingSample> oscillation(int count) {
    return oscillation(count, .01);
  }

  private static List<TrainingSample> oscillation(int count, double noise) {
    Random random = new Random(3);
    float[] x = new float[count + 4];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (Math.sin(i * .9) + noise * random.nextGaussian());
    }
    List<TrainingSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(Samples.of("a", 1_000L * i, 1, x[i], x[i + 1], x[i + 2], x[i + 3]));
    }
    return samples;
  }

  /** Of which the last value is the best forecast, in steps about as large. */
  private static List<TrainingSample> randomWalk(int count) {
    Random random = new Random(7);
    float[] x = new float[count + 4];
    for (int i = 1; i < x.length; i++) {
      x[i] = (float) (x[i - 1] + .6 * random.nextGaussian());
    }
    List<TrainingSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(Samples.of("a", 1_000_000L + 1_000L * i, 1, x[i], x[i + 1], x[i + 2], x[i + 3]));
    }
    return samples;
  }

  @Test
  void add_lawThatIsLinear_servesSoonAfterEachSolution() {
    LinearLine line = new LinearLine(SHAPE, 20);
    List<Integer> published = new ArrayList<>();
    List<TrainingSample> samples = oscillation(80);
    for (int i = 0; i < samples.size(); i++) {
      if (line.add(i + 1, samples.get(i)).isPresent()) {
        published.add(i + 1);
      }
    }

    assertThat(published).containsExactly(28, 48, 68);
    assertThat(line.sequence()).isEqualTo(80);
    assertThat(line.isSolved()).isTrue();
  }

  @Test
  void add_nearlyAllSamplesStandStill_servesWhatTheOthersTeach() {
    LinearLine line = new LinearLine(SHAPE, 20);
    int sequence = 0;
    for (TrainingSample sample : oscillation(100)) {
      for (int still = 0; still < 19; still++) {
        line.add(++sequence, Samples.of("b", 1_000L * sequence, 1, 5, 5, 5, 5));
      }
      line.add(++sequence, sample);
    }

    assertThat(line.serving()).isPresent();
  }

  @Test
  void add_solutionThatIsClearlyWorseThanTheServingOne_doesNotServe() {
    LinearLine line = new LinearLine(SHAPE, 20);
    List<TrainingSample> samples = oscillation(120);
    int sequence = 0;
    for (TrainingSample sample : samples.subList(0, 28)) {
      line.add(++sequence, sample);
    }
    // Nonsense of great weight, just before the next solution.
    Random random = new Random(5);
    while (sequence < 40) {
      float[] noise = new float[4];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) random.nextGaussian();
      }
      line.add(++sequence, Samples.of("a", 1_000L * sequence, 50, noise));
    }

    for (TrainingSample sample : samples.subList(40, 59)) {
      assertThat(line.add(++sequence, sample)).isEmpty();
    }
  }

  @Test
  void read_keptState_goesOnAsIfItHadNeverBeenAway() throws InvalidArtifactException {
    LinearLine line = new LinearLine(SHAPE, 7);
    List<TrainingSample> samples = oscillation(60);
    byte[] kept = null;
    long keptAt = 0;
    for (int i = 0; i < 40; i++) {
      line.add(i + 1, samples.get(i));
      if (line.isSolved()) {
        kept = line.toBytes();
        keptAt = line.sequence();
      }
    }
    LinearLine again = LinearLine.read(kept, SHAPE, 7);
    assertThat(again.sequence()).isEqualTo(keptAt);
    for (long i = keptAt; i < 40; i++) {
      again.add(i + 1, samples.get((int) i));
    }

    assertThat(again.toBytes()).isEqualTo(line.toBytes());
    for (int i = 40; i < 60; i++) {
      Optional<LinearModel> expected = line.add(i + 1, samples.get(i));
      assertThat(again.add(i + 1, samples.get(i)).map(LinearModel::hash))
          .isEqualTo(expected.map(LinearModel::hash));
    }
  }

  /** Months of samples are not to be learnt again because a penalty was tuned. */
  @Test
  void read_otherRidge_servesOnAndSolvesTheSameSumsWithIt() throws InvalidArtifactException {
    LinearShape other = LinearShapes.own(Samples.SCHEMA, LinearShapes.lags(2), 1, 2e-3, .999);
    LinearLine before = new LinearLine(SHAPE, 7);
    LinearLine always = new LinearLine(other, 7);
    List<TrainingSample> samples = oscillation(60);
    for (int i = 0; i < 40; i++) {
      before.add(i + 1, samples.get(i));
      always.add(i + 1, samples.get(i));
    }

    LinearLine tuned = LinearLine.read(before.toBytes(), other, 7);
    always.toBytes(); // What is written is brought into another unit, and rounded with it.

    assertThat(tuned.sequence()).isEqualTo(40);
    assertThat(tuned.serving().map(LinearModel::hash))
        .isEqualTo(before.serving().map(LinearModel::hash))
        .isPresent();
    for (int i = 40; i < 60; i++) {
      tuned.add(i + 1, samples.get(i));
      always.add(i + 1, samples.get(i));
    }
    assertThat(tuned.serving().map(LinearModel::hash))
        .isEqualTo(always.serving().map(LinearModel::hash))
        .isNotEqualTo(before.serving().map(LinearModel::hash));
  }

  /** What is published is kept with the next solution alone: until then it is made again. */
  @Test
  void read_otherTuningBeforeWhatWasPublishedWasKept_servesItAgain()
      throws InvalidArtifactException {
    LinearShape other = LinearShapes.own(Samples.SCHEMA, LinearShapes.lags(2), 1, 2e-3, .999);
    LinearLine before = new LinearLine(SHAPE, 20);
    List<TrainingSample> samples = oscillation(28);
    for (int i = 0; i < 20; i++) {
      before.add(i + 1, samples.get(i));
    }
    LinearLine tuned = LinearLine.read(before.toBytes(), other, 20);
    for (int i = 20; i < 28; i++) {
      before.add(i + 1, samples.get(i));
      tuned.add(i + 1, samples.get(i));
    }

    assertThat(tuned.serving().map(LinearModel::hash))
        .isPresent()
        .isEqualTo(before.serving().map(LinearModel::hash));
    assertThat(tuned.isRetuned()).isTrue();
  }

  /** As after a change of the law: the mix hears little of either, but the old one for ever. */
  @Test
  void read_tuningThatErrsMoreThanTheLastValueAndLessThanWhatServes_serves()
      throws InvalidArtifactException {
    LinearShape other = LinearShapes.own(Samples.SCHEMA, LinearShapes.lags(2), 1, 2e-3, .999);
    LinearLine before = new LinearLine(SHAPE, 100);
    List<TrainingSample> samples = new ArrayList<>(oscillation(108));
    samples.addAll(randomWalk(69));
    for (int i = 0; i < 168; i++) {
      before.add(i + 1, samples.get(i));
    }
    assertThat(before.serving()).isPresent();

    LinearLine tuned = LinearLine.read(before.toBytes(), other, 20);

    for (int i = 168; i < 176; i++) {
      assertThat(tuned.add(i + 1, samples.get(i))).isEmpty();
    }
    assertThat(tuned.add(177, samples.get(176)).map(LinearModel::shape)).contains(other);
  }

  /**
   * What another tuning solved may err less, by this yardstick, for as long as the tuning stands.
   */
  @Test
  void read_tuningWhoseSolutionsErrMore_servesTheFirstThatBeatsTheLastValue()
      throws InvalidArtifactException {
    LinearShape other = LinearShapes.own(Samples.SCHEMA, LinearShapes.lags(2), 1, 1e-3, .5);
    LinearLine before = new LinearLine(SHAPE, 20);
    List<TrainingSample> samples = oscillation(128, .2);
    for (int i = 0; i < 110; i++) {
      before.add(i + 1, samples.get(i));
    }

    LinearLine tuned = LinearLine.read(before.toBytes(), other, 20);

    for (int i = 110; i < 127; i++) {
      assertThat(tuned.add(i + 1, samples.get(i))).isEmpty();
      tuned = LinearLine.read(tuned.toBytes(), other, 20);
      assertThat(tuned.isRetuned()).isTrue();
    }
    assertThat(tuned.add(128, samples.get(127)).map(LinearModel::shape)).contains(other);
    assertThat(tuned.isRetuned()).isFalse();
    assertThat(LinearLine.read(tuned.toBytes(), other, 20).isRetuned()).isFalse();
  }

  @Test
  void read_brokenOrOtherShape_refused() {
    byte[] bytes = new LinearLine(SHAPE, 7).toBytes();

    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearLine.read(new byte[] {1, 2}, SHAPE, 7));
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearLine.read(bytes, LinearShapes.withLevels(SHAPE), 7))
        .matches(refusal -> !refusal.isOfNewerFormat());
  }

  @Test
  void read_newerVersionOfStateOrSums_saysThatItIsNewer() {
    byte[] bytes = new LinearLine(SHAPE, 7).toBytes();
    byte[] state = bytes.clone();
    state[0]++;
    byte[] summed = bytes.clone();
    summed[SUMS_AT + Integer.BYTES]++;

    for (byte[] newer : List.of(state, summed)) {
      assertThatExceptionOfType(InvalidArtifactException.class)
          .isThrownBy(() -> LinearLine.read(newer, SHAPE, 7))
          .matches(InvalidArtifactException::isOfNewerFormat);
    }
  }
}

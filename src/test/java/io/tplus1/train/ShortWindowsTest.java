package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random walks judged by windows of a few vectors, in whose own changes there is no unit. */
final class ShortWindowsTest {
  private static final int RUNS = 50;
  private static final int MOST = 47;
  private static final int SAMPLES = 600;

  private final Random random = new Random(20261126);
  private Gate.Settings settings = new Gate.Settings(24, 0, .99);

  /** What came of a network that was held against persistence. */
  private record Outcome(Gate.Decision decision, boolean beaten) {}

  /**
   * @param foreseen part of a change's variance that the network foresees
   * @param noise variance of what it adds to it, by sample
   * @param size of the changes, by sample
   */
  private Outcome judge(
      int steps,
      int targets,
      double foreseen,
      IntToDoubleFunction noise,
      IntToDoubleFunction size) {
    FeatureSchema schema = schema(targets);
    UsualChanges usual = UsualChanges.bySeries(schema);
    RelativeError errors = RelativeError.of(schema, usual);
    Gate gate = new Gate(settings, new ChallengerRule(1));
    Standing standing = new Standing(settings);
    Gate.Decision decision = Gate.Decision.WAIT;
    boolean beaten = false;
    for (int k = 0; k < SAMPLES; k++) {
      float[] rows = new float[(steps + 1) * targets];
      float[] last = new float[targets];
      float[] network = new float[targets];
      for (int i = 0; i < targets; i++) {
        double value = 0;
        for (int s = 0; s < steps; s++) {
          value += s == 0 ? 0 : size.applyAsDouble(k) * random.nextGaussian();
          rows[s * targets + i] = (float) value;
        }
        double known = Math.sqrt(foreseen) * random.nextGaussian();
        double unknown = Math.sqrt(1 - foreseen) * random.nextGaussian();
        double added = Math.sqrt(noise.applyAsDouble(k)) * random.nextGaussian();
        last[i] = (float) value;
        network[i] = (float) (value + size.applyAsDouble(k) * (known + added));
        rows[steps * targets + i] = (float) (value + size.applyAsDouble(k) * (known + unknown));
      }
      String series = size.applyAsDouble(k) > 1_000 ? "large" : "small";
      TrainingSample sample = sample(series, k, rows, steps, targets);
      double its = errors.of(sample, network);
      double persistence = errors.of(sample, last);
      usual.add(sample);
      gate.add(1_000L * k, 1_000, 1, its, Double.NaN, persistence);
      decision = decision == Gate.Decision.WAIT ? gate.decide() : decision;
      standing.add(1, its, persistence, 1_000L * k, 1_000L * (steps - 1));
      beaten |= standing.isBeaten();
    }
    return new Outcome(decision, beaten);
  }

  private static FeatureSchema schema(int targets) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      features.add(Feature.number("x" + i));
    }
    return FeatureSchema.of(features);
  }

  private static TrainingSample sample(String series, int k, float[] rows, int steps, int targets) {
    long[] times = new long[steps + 1];
    for (int s = 0; s <= steps; s++) {
      times[s] = 1_000L * (k + s);
    }
    return new TrainingSample(
        series,
        FeatureWindow.over(rows, times, targets, 0, steps),
        FeatureWindow.over(rows, times, targets, steps, 1),
        1);
  }

  private List<Outcome> runs(
      int steps,
      int targets,
      double foreseen,
      IntToDoubleFunction noise,
      IntToDoubleFunction size) {
    return IntStream.range(0, RUNS)
        .mapToObj(run -> judge(steps, targets, foreseen, noise, size))
        .toList();
  }

  private static void assertDecision(List<Outcome> runs, Gate.Decision expected) {
    assertThat(runs)
        .filteredOn(run -> run.decision == expected)
        .as("of %d, a few of which chance decides", RUNS)
        .hasSizeGreaterThanOrEqualTo(MOST);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,4", "2,1", "2,4", "3,4", "6,4"})
  void judge_halfOfPersistencesError_promotedAndNeverBeaten(int steps, int targets) {
    List<Outcome> runs = runs(steps, targets, .5, k -> 0, k -> 1);

    assertDecision(runs, Gate.Decision.PROMOTE);
    assertThat(runs).noneMatch(Outcome::beaten);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,4", "2,1", "2,4", "3,4", "6,4"})
  void judge_twicePersistencesError_rejectedAndBeaten(int steps, int targets) {
    List<Outcome> runs = runs(steps, targets, 0, k -> 1, k -> 1);

    assertDecision(runs, Gate.Decision.REJECT);
    assertThat(runs).allMatch(Outcome::beaten);
  }

  /** Small ones count for nothing while they are new, so that there must be some large ones. */
  @ParameterizedTest
  @CsvSource({"2,100", "100,24", "1000,24"})
  void judge_seriesAMillionTimesAsLarge_promotedAndNeverBeaten(int oneIn, int samples) {
    settings = new Gate.Settings(samples, 0, .99);
    List<Outcome> runs = runs(2, 4, .5, k -> 0, k -> k % oneIn == oneIn / 2 ? 1e6 : 1);

    assertDecision(runs, Gate.Decision.PROMOTE);
    assertThat(runs).noneMatch(Outcome::beaten);
  }

  /** Else a few large series would hide that all small ones are forecast badly. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 5})
  void judge_goodOnLargeSeriesAndBadOnSmallOnes_rejected(int steps) {
    List<Outcome> runs =
        runs(steps, 1, .5, k -> k % 2 == 0 ? 0 : 99.5, k -> k % 2 == 0 ? 10_000 : 1);

    assertDecision(runs, Gate.Decision.REJECT);
  }

  @Test
  void judge_changesGrowAndShrink_promotedAndNeverBeaten() {
    List<Outcome> runs = runs(2, 4, .5, k -> 0, k -> k < 200 ? 1 : k < 400 ? 100 : 1);

    assertDecision(runs, Gate.Decision.PROMOTE);
    assertThat(runs).noneMatch(Outcome::beaten);
  }

  @Test
  void unit_enoughChangesInTheSample_nothingElseCounts() {
    FeatureSchema schema = schema(1);
    UsualChanges usual = UsualChanges.bySeries(schema);
    TrainingSample sample = Samples.of("a", 1, 1, .1f, .5f, .2f, .9f, .3f, .4f, .8f);
    double alone = usual.unit(0, sample);

    for (int i = 0; i < 200; i++) {
      usual.add(Samples.of("a", 1, 1, 0, 1e6f));
    }

    double sum = 0;
    float[] values = {.1f, .5f, .2f, .9f, .3f, .4f, .8f};
    for (int i = 1; i < values.length; i++) {
      sum += ((double) values[i] - values[i - 1]) * ((double) values[i] - values[i - 1]);
    }
    assertThat(usual.unit(0, sample)).isEqualTo(alone).isEqualTo(sum / 6);
  }

  @Test
  void unit_tooFewChangesKnown_none() {
    UsualChanges usual = UsualChanges.bySeries(Samples.SCHEMA);
    TrainingSample sample = Samples.of("a", 1, 1, 0, 1, 2);
    for (int i = 0; i < 4; i++) {
      assertThat(usual.unit(0, sample)).isNaN();
      usual.add(sample);
      usual.add(Samples.of("a", 1, 1, 5, 5, 5)); // Nothing is to be learnt from it.
    }

    assertThat(usual.unit(0, sample)).isEqualTo(1);
    assertThat(usual.unit(0, Samples.of("a", 1, 1, 0, 2, 4))).isEqualTo((8 + 4) / 6.0);
    assertThat(usual.unit(0, Samples.of("a", 1, 1, 5, 5, 5))).isNaN();
  }

  @Test
  void add_outlier_countsTwentyFiveTimesTheUsualOfItsSeries() {
    UsualChanges usual = UsualChanges.bySeries(Samples.SCHEMA);
    TrainingSample sample = Samples.of("a", 1, 1, 0, 1, 2);
    for (int i = 0; i < 200; i++) {
      usual.add(sample);
    }

    usual.add(Samples.of("a", 1, 1, 0, 1e9f, 0));

    assertThat(usual.unit(0, sample)).isBetween(1.0, 10.0);
    // A thousand times what is usual of all, in the mean of a hundred.
    assertThat(usual.unit(0, Samples.of("new", 1, 1, 0, 1, 2))).isBetween(5.0, 10.0);
  }

  @Test
  void read_written_goesOn() {
    UsualChanges usual = UsualChanges.bySeries(Samples.SCHEMA);
    for (int i = 0; i < 150; i++) {
      usual.add(Samples.of("a", 1, 1, 0, i + 1, 2));
    }
    ByteBuffer bytes = ByteBuffer.allocate(usual.bytes());
    usual.write(bytes);
    UsualChanges again = UsualChanges.bySeries(Samples.SCHEMA);
    UsualChanges other = UsualChanges.bySeries(schema(2));

    again.read(bytes.flip());
    other.read(bytes.rewind());

    TrainingSample sample = Samples.of("another series", 1, 1, 0, 1, 2);
    assertThat(again.unit(0, sample)).isEqualTo(usual.unit(0, sample)).isGreaterThan(1);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(other.unit(1, sample("a", 0, new float[] {0, 0, 1, 1, 2, 2}, 2, 2))).isNaN();
  }
}

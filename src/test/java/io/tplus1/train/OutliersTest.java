package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which samples are not learnt from. */
class OutliersTest {
  private static final int STEPS = 24;

  /** Full windows of one series and the value after each. */
  private static List<TrainingSample> samples(String series, int steps, float... values) {
    long[] times = new long[values.length];
    Arrays.setAll(times, t -> 1_000L * t);
    List<TrainingSample> samples = new ArrayList<>();
    for (int end = steps; end < values.length; end++) {
      samples.add(
          new TrainingSample(
              series,
              FeatureWindow.over(values, times, 1, end - steps, steps),
              FeatureWindow.over(values, times, 1, end, 1),
              1));
    }
    return samples;
  }

  private static Outliers judged(float... values) {
    return Outliers.of(samples("a", STEPS, values), Samples.SCHEMA);
  }

  private static float[] temperatures(int rows, double size) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[rows];
    for (int t = 0; t < rows; t++) {
      values[t] =
          (float) (size * (12 + 6 * Math.sin(2 * Math.PI * t / 24) + random.nextGaussian()));
    }
    return values;
  }

  /** A fifth of the hours, up to some 30 mm. */
  private static float[] rain(int rows, double wet) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[rows];
    for (int t = 0; t < rows; t++) {
      double amount = -2 * Math.log(1 - random.nextDouble());
      values[t] = random.nextDouble() < wet ? (float) (amount * amount / 4) : 0;
    }
    return values;
  }

  private static float[] machine(int rows, int worksOneIn) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[rows];
    for (int t = 0; t < rows; t++) {
      double level = t % (20 * worksOneIn) < 20 ? 500 : 5;
      values[t] = (float) (level * (1 + .01 * random.nextGaussian()));
    }
    return values;
  }

  @Test
  void of_oneSentinelAmongTemperatures_leavesOutTheSamplesThatHoldIt() {
    float[] values = temperatures(4_000, 1);
    values[2_000] = -9999;

    Outliers judged = judged(values);

    assertThat(judged.leftOut()).isEqualTo(STEPS + 1);
    assertThat(judged.kept())
        .hasSize(4_000 - STEPS - STEPS - 1)
        .noneMatch(sample -> sample.following().value(0, 0) < -1000)
        .noneMatch(sample -> sample.window().last(0) < -1000);
  }

  /** Its samples overlap: it stands in 25 of 101, but it is one of 125 values. */
  @Test
  void of_oneSentinelInAShortSeries_leavesOutTheSamplesThatHoldIt() {
    float[] values = temperatures(125, 1);
    values[60] = -9999;

    assertThat(judged(values).leftOut()).isEqualTo(STEPS + 1);
  }

  @Test
  void of_twoSentinelsInAShortSeries_areNotRare() {
    float[] values = temperatures(125, 1);
    values[60] = -9999;
    values[61] = -9998;

    assertThat(judged(values).leftOut()).isZero();
  }

  @Test
  void of_oneSentinelInRain_leavesOutTheSamplesThatHoldIt() {
    for (double wet : new double[] {.2, .26, .45}) {
      float[] values = rain(4_000, wet);
      assertThat(judged(values).leftOut()).as("%s wet", wet).isZero();
      values[2_000] = 65535;

      assertThat(judged(values).leftOut()).as("%s wet", wet).isEqualTo(STEPS + 1);
    }
  }

  /** What differs from the median does not differ among itself. */
  @Test
  void of_flag_isNotJudgedByItsOwnValues() {
    float[] values = new float[1_000];
    for (int t = 0; t < values.length; t += 9) {
      values[t] = 1;
    }
    values[500] = 65535;

    assertThat(judged(values).leftOut()).isZero();
  }

  @Test
  void of_machineThatWorksAFifthOfTheTime_allStay() {
    Outliers judged = judged(machine(4_000, 5));

    assertThat(judged.leftOut()).isZero();
    assertThat(judged.repeated()).isEmpty();
  }

  /** As bytes of a network do: 100,000 times as many, one hour in ten. */
  @Test
  void of_burstsOfAnotherSize_allStay() {
    float[] values = temperatures(4_000, 1);
    for (int t = 0; t < values.length; t += 10) {
      values[t] *= 100_000;
    }

    assertThat(judged(values).leftOut()).isZero();
  }

  /** A young series has but the others to be held against. */
  @Test
  void of_valueFarFromAllSeries_isLeftOutOfAYoungOne() {
    float[] values = temperatures(20, 1);
    values[10] = 1e9f;
    List<TrainingSample> samples = new ArrayList<>(samples("a", 4, temperatures(1_000, 1)));
    samples.addAll(samples("b", 4, values));

    assertThat(Outliers.of(samples, Samples.SCHEMA).leftOut()).isEqualTo(5);
  }

  @Test
  void of_rareButNear_allStay() {
    float[] values = temperatures(4_000, 1);
    values[2_000] = 300; // Some 30 distances.

    assertThat(judged(values).leftOut()).isZero();
  }

  @Test
  void of_seriesOfVeryDifferentSizes_allStay() {
    List<TrainingSample> samples = new ArrayList<>(samples("a", STEPS, temperatures(3_000, 1)));
    samples.addAll(samples("b", STEPS, temperatures(300, 1e6)));

    Outliers judged = Outliers.of(samples, Samples.SCHEMA);

    assertThat(judged.kept()).isEqualTo(samples);
  }

  @Test
  void of_sentinelInOneOfTwoSeries_leavesOutItsSamplesAlone() {
    float[] values = temperatures(1_000, 1);
    values[500] = -9999;
    List<TrainingSample> samples = new ArrayList<>(samples("b", STEPS, temperatures(1_000, 1e6)));
    samples.addAll(samples("a", STEPS, values));

    Outliers judged = Outliers.of(samples, Samples.SCHEMA);

    assertThat(judged.leftOut()).isEqualTo(STEPS + 1);
    assertThat(judged.kept()).filteredOn(sample -> sample.series().equals("b")).hasSize(976);
  }

  @Test
  void of_seriesOf20Values_isNotJudgedByItsOwnValues() {
    float[] values = temperatures(20, 1);
    values[10] = -9999;

    Outliers judged = Outliers.of(samples("a", 4, values), Samples.SCHEMA);

    assertThat(judged.leftOut()).isZero();
  }

  /**
   * One value in 300 is rare; but each window of 400 holds one, and so they are the series' own.
   */
  @Test
  void of_spikesThatEveryLongWindowHolds_allStay() {
    float[] values = temperatures(3_000, 1);
    for (int t = 150; t < values.length; t += 300) {
      values[t] = 2_000 + t;
    }

    assertThat(Outliers.of(samples("a", 400, values), Samples.SCHEMA).leftOut()).isZero();
    assertThat(judged(values).leftOut()).isEqualTo(10 * (STEPS + 1));
  }

  @Test
  void of_codeTooOftenToBeRare_isNamedAndStays() {
    float[] values = temperatures(4_000, 1);
    for (int t = 10; t < values.length; t += 100) {
      values[t] = -9999;
    }
    values[777] = 9998;

    Outliers judged = judged(values);

    assertThat(judged.leftOut()).isZero();
    assertThat(judged.repeated())
        .hasValueSatisfying(
            sentence -> assertThat(sentence).startsWith("x is -9999.0 40 times, far from"));
  }
}

package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.Tasks;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Units of samples: that of all values, unless few of them alone make it. */
final class SampleScalingTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  private static List<TrainingSample> samples(int rows, IntToDoubleFunction law) {
    return TestTasks.samples(
        Tasks.of(SCHEMA, 2, 1), rows, row -> new float[] {(float) law.applyAsDouble(row)});
  }

  private static Scaling scaling(int rows, IntToDoubleFunction law) {
    return SampleScaling.of(SCHEMA, SCHEMA.inputs(), samples(rows, law));
  }

  private static Scaling ofAll(int rows, IntToDoubleFunction law) {
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    for (int row = 0; row < rows; row++) {
      fitter.add(new float[] {(float) law.applyAsDouble(row)});
    }
    return fitter.fit();
  }

  private static double temperature(int row) {
    return 20 + 11 * Math.sin(row * 0.26);
  }

  private static double marked(int row, int one, int in) {
    return row % in == one ? -9999 : temperature(row);
  }

  private static IntToDoubleFunction lognormal(int rows) {
    Random random = new Random(20261128);
    double[] values = new double[rows];
    for (int row = 0; row < rows; row++) {
      values[row] = Math.exp(random.nextGaussian());
    }
    return row -> values[row];
  }

  @Test
  void of_oneMark_isTheUnitOfTheOthers() {
    for (int rows : new int[] {30, 524, 10_000}) {
      Scaling without = ofAll(rows, SampleScalingTest::temperature);
      Scaling with = scaling(rows, row -> marked(row, 17, rows));

      assertThat(ofAll(rows, row -> marked(row, 17, rows)).scale()[0]).isGreaterThan(90);
      assertThat(with.scale()[0]).isCloseTo(without.scale()[0], within(0.1f * 7.8f));
      assertThat(with.shift()[0]).isCloseTo(without.shift()[0], within(1f));
    }
  }

  @Test
  void of_marksOfOneInAHundred_isTheUnitOfTheOthers() {
    assertThat(scaling(2_000, row -> marked(row, 17, 100)).scale()[0])
        .isCloseTo(7.8f, within(0.1f));
  }

  /** They are no rarity any more: what is meant by them is said in missing.values. */
  @Test
  void of_marksOfOneInTen_isTheUnitOfAll() {
    assertThat(scaling(2_000, row -> marked(row, 7, 10)))
        .isEqualTo(ofAll(2_000, row -> marked(row, 7, 10)));
  }

  @Test
  void of_usualValues_isTheUnitOfAllBitForBit() {
    IntToDoubleFunction lognormal = lognormal(3_000);

    assertThat(scaling(3_000, SampleScalingTest::temperature))
        .isEqualTo(ofAll(3_000, SampleScalingTest::temperature));
    assertThat(scaling(3_000, lognormal)).isEqualTo(ofAll(3_000, lognormal));
  }

  /** Whether they are one more or less than a hundredth. */
  @Test
  void of_rareOnesAndMarksAboutAHundredth_isTheUnitOfAll() {
    for (int ones : new int[] {99, 100, 101, 105}) {
      IntToDoubleFunction law = row -> row % 97 == 0 && row / 97 < ones ? 1 : 0;

      assertThat(scaling(10_200, law)).isEqualTo(ofAll(10_200, law));
    }
    for (int marks : new int[] {103, 104}) {
      IntToDoubleFunction law = row -> row % 97 == 0 && row / 97 < marks ? -9999 : temperature(row);

      assertThat(scaling(10_200, law)).isEqualTo(ofAll(10_200, law));
    }
  }

  /** A series that is larger than all others is no rarity of theirs. */
  @Test
  void of_oneLargeSeries_isTheUnitOfAll() {
    List<TrainingSample> samples = new ArrayList<>();
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    for (int series = 0; series < 200; series++) {
      double size = series == 7 ? 10_000 : 1;
      for (TrainingSample sample : samples(20, row -> size * temperature(row))) {
        samples.add(new TrainingSample("s" + series, sample.window(), sample.following(), 1));
      }
      for (int row = 0; row < 20; row++) {
        fitter.add(new float[] {(float) (size * temperature(row))});
      }
    }

    assertThat(SampleScaling.of(SCHEMA, SCHEMA.inputs(), samples)).isEqualTo(fitter.fit());
    assertThat(TrainingChanges.of(SCHEMA, samples).get(0)).isGreaterThan(50);
  }

  /** Without the ones there is nothing that a unit could be of. */
  @Test
  void of_rareOnes_isTheUnitOfAll() {
    IntToDoubleFunction law = row -> row % 200 == 3 ? 1 : 0;

    assertThat(scaling(1_000, law)).isEqualTo(ofAll(1_000, law));
  }

  @Test
  void of_fewValues_isTheUnitOfAll() {
    assertThat(scaling(19, row -> marked(row, 5, 19)))
        .isEqualTo(ofAll(19, row -> marked(row, 5, 19)));
  }

  @Test
  void changes_oneMark_areThoseOfTheOthers() {
    for (int rows : new int[] {30, 524}) {
      float without =
          TrainingChanges.of(SCHEMA, samples(rows, SampleScalingTest::temperature)).get(0);
      float with = TrainingChanges.of(SCHEMA, samples(rows, row -> marked(row, 17, rows))).get(0);

      assertThat(with).isCloseTo(without, within(0.15f * without));
    }
  }

  @Test
  void changes_usualOnes_areTheMeanOfAll() {
    IntToDoubleFunction lognormal = lognormal(3_000);
    double sum = 0;
    for (int row = 1; row < 3_000; row++) {
      sum +=
          Math.abs(
              (double) (float) lognormal.applyAsDouble(row)
                  - (float) lognormal.applyAsDouble(row - 1));
    }

    assertThat(TrainingChanges.of(SCHEMA, samples(3_000, lognormal)))
        .containsExactly((float) (sum / 2_999));
  }

  /** Whether its moves are a few more or less than a fiftieth. */
  @Test
  void changes_rareOnesAboutAFiftieth_areTheMeanOfAll() {
    for (int moves : new int[] {19, 20, 21, 22, 24, 26}) {
      List<TrainingSample> samples = samples(1_001, row -> Math.min(moves, row / 30));

      assertThat(TrainingChanges.of(SCHEMA, samples)).containsExactly(moves / 1_000f);
    }
  }

  /** A target that moves now and then has no other unit. */
  @Test
  void changes_rareOnes_areTheMeanOfAll() {
    assertThat(TrainingChanges.of(SCHEMA, samples(1_001, row -> row % 200 == 3 ? 1 : 0)))
        .containsExactly(10 / 1_000f);
  }
}

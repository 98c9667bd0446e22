package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class AccuracySumsTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");

  private static NaiveScale scale(float... values) {
    NaiveScale scale = new NaiveScale(1);
    for (float value : values) {
      scale.add(new float[] {value});
    }
    return scale;
  }

  /** One series of one number whose forecasts of 0 were off by these errors. */
  private static AccuracySums off(float... errors) {
    AccuracySums sums = new AccuracySums(FeatureSchema.ofNumbers("x"), 1, .9);
    for (float error : errors) {
      sums.add(0, new float[] {error}, new float[1]);
    }
    return sums;
  }

  @Test
  void figures_zScores_meanOverHorizonsAndTargets() {
    AccuracySums sums = new AccuracySums(TWO, 2, .9);
    sums.add(0, new float[] {2, 10}, new float[] {1, 10}); // off by 1 and 0
    sums.add(1, new float[] {2, 50}, new float[] {2, 20}); // off by 0 and 30

    Accuracy figures = sums.figures(new double[] {2, 10});

    assertThat(figures.mse()).isEqualTo((.25 + 0 + 0 + 9) / 4);
    assertThat(figures.mae()).isEqualTo((.5 + 0 + 0 + 3) / 4);
    assertThat(figures.rmse()).isEqualTo(Map.of("a", Math.sqrt(.5), "b", Math.sqrt(450)));
    assertThat(figures.rmse().keySet()).containsExactly("a", "b");
    assertThat(figures.smape()).isEqualTo((2.0 / 3 + 60.0 / 70) / 4, within(1e-12));
    assertThat(figures.count()).isEqualTo(4);
    assertThat(figures.numbers()).isEqualTo(4);
    assertThat(figures.accuracy()).isNaN();
    assertThat(figures.logLoss()).isNaN();
    assertThat(figures.coverage()).isNaN();
    assertThat(sums.ofTarget(1, sums.units()).mae()).isEqualTo(15);
    assertThat(sums.ofHorizon(0, sums.units()).mae()).isEqualTo(.5);
  }

  @Test
  void merge_seriesOfOtherScalesAndLengths_eachCountsOnceInMase() {
    AccuracySums all = new AccuracySums(FeatureSchema.ofNumbers("x"), 1, .9);
    all.merge(off(2, 2, 2, 2), scale(0, 1, 0)); // MASE 2
    all.merge(off(100), scale(0, 200, 0)); // MASE .5
    all.merge(off(7), scale(5, 5, 5)); // nothing to measure by
    all.merge(off(7), scale(21.7f, Math.nextUp(21.7f), 21.7f)); // nothing but roundings

    Accuracy figures = all.figures(all.units());
    assertThat(figures.mase()).isEqualTo(1.25);
    assertThat(figures.rmsse()).isEqualTo(1.25);
    assertThat(figures.mae()).isEqualTo((8 + 100 + 7 + 7) / 7.0);
  }

  @Test
  void naiveScale_missingValue_theNextIsHeldAgainstTheLastThatCame() {
    NaiveScale scale = scale(1, 3, Float.NaN, 10, 12);

    assertThat(scale.absolute(0)).isCloseTo(11 / 3.0, within(1e-12));
    assertThat(scale.squared(0)).isEqualTo(19);
    assertThat(scale(1).absolute(0)).isNaN();
  }

  @Test
  void figures_categories_accuracyAndNats() {
    AccuracySums sums =
        new AccuracySums(
            FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v")))), 1, .9);
    sums.add(0, new float[] {1}, new float[] {.2f, .5f, .3f});
    sums.add(0, new float[] {2}, new float[] {.2f, .5f, .3f});

    Accuracy figures = sums.figures(sums.units());

    assertThat(figures.accuracy()).isEqualTo(.5);
    assertThat(figures.logLoss()).isEqualTo(-(Math.log(.5f) + Math.log(.3f)) / 2, within(1e-12));
    assertThat(figures.categories()).isEqualTo(2);
    assertThat(figures.numbers()).isZero();
    assertThat(figures.mse()).isNaN();
    assertThat(figures.rmse()).isEmpty();
  }

  @Test
  void figures_missingActualOrForecast_notScored() {
    AccuracySums sums = new AccuracySums(TWO, 1, .9);
    sums.add(0, new float[] {Float.NaN, 3}, new float[] {1, 1});
    sums.add(0, new float[] {1, 3}, new float[] {2, Float.NaN});

    assertThat(sums.figures(sums.units()).mae()).isEqualTo(1.5);
    assertThat(sums.figures(sums.units()).count()).isEqualTo(2);
  }

  @Property(tries = 100, seed = "20261124")
  void figures_anyIntervals_asNaiveArithmeticSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
    Random random = new Random(seed);
    AccuracySums series = new AccuracySums(FeatureSchema.ofNumbers("x"), 1, .9);
    List<Double> errors = new ArrayList<>();
    int inside = 0;
    double widths = 0;
    for (int i = 0; i < count; i++) {
      float actual = (float) random.nextGaussian();
      float half = random.nextFloat();
      series.addIntervals(0, new float[] {actual}, new float[] {half}, new float[1]);
      inside += Math.abs(actual) <= half ? 1 : 0;
      widths += 2 * half;
      errors.add((double) Math.abs(actual));
    }
    AccuracySums all = new AccuracySums(FeatureSchema.ofNumbers("x"), 1, .9);
    all.merge(series, scale(0, 1));

    errors.sort(null);
    double best = 2 * errors.get((int) Math.ceil(.9 * count) - 1);
    Accuracy figures = all.figures(all.units());
    assertThat(figures.coverage()).isEqualTo(inside / (double) count, within(1e-12));
    assertThat(figures.width()).isEqualTo(widths / count, within(1e-6));
    if (count < 10) {
      assertThat(figures.widthRatio()).as("no constant covers 90 % of them").isNaN();
    } else {
      assertThat(figures.widthRatio() / (widths / count / best)).isEqualTo(1, within(.006));
    }
  }

  /** The category stands between the numbers, and has two values more in a forecast than they. */
  private static final FeatureSchema MIXED =
      FeatureSchema.of(
          List.of(
              Feature.number("a"), Feature.category("c", List.of("u", "v")), Feature.number("b")));

  @Test
  void merge_twoSeriesOfNumbersAndACategory_isAsAllOfTheirForecasts() {
    AccuracySums whole = new AccuracySums(MIXED, 2, .9);
    AccuracySums merged = new AccuracySums(MIXED, 2, .9);
    Random random = new Random(1);
    for (int series = 0; series < 2; series++) {
      AccuracySums own = new AccuracySums(MIXED, 2, .9);
      for (int i = 0; i < 20 + series; i++) {
        for (int h = 0; h < 2; h++) {
          float[] actual = {(float) random.nextGaussian(), random.nextInt(3), random.nextFloat()};
          float[] forecast = {random.nextFloat(), .2f, .5f, .3f, (float) random.nextGaussian()};
          for (AccuracySums sums : List.of(own, whole)) {
            sums.add(h, actual, forecast);
          }
        }
      }
      merged.merge(own, new NaiveScale(3));
    }

    double[] units = {2, 1, 5};
    for (int target = 0; target < 3; target++) {
      assertAlike(merged.ofTarget(target, units), whole.ofTarget(target, units));
    }
    for (int h = 0; h < 2; h++) {
      assertAlike(merged.ofHorizon(h, units), whole.ofHorizon(h, units));
    }
    assertThat(merged.figures(units).count()).isEqualTo(41 * 2 * 3);
    assertThat(merged.figures(units).categories()).isEqualTo(41 * 2);
  }

  private static void assertAlike(Accuracy found, Accuracy expected) {
    assertThat(found)
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b), Double.class)
        .isEqualTo(expected);
  }

  /** The upper end, 16777217.2, is sent as 16777218: a score says that this lies outside. */
  @Test
  void addIntervals_valueOnAnEndThatWasRounded_isOutside() {
    AccuracySums sums = new AccuracySums(FeatureSchema.ofNumbers("x"), 1, .9);

    sums.addIntervals(0, new float[] {16777218}, new float[] {1.2f}, new float[] {16777216});
    sums.addIntervals(0, new float[] {16777216}, new float[] {Float.NaN}, new float[] {16777216});

    assertThat(sums.figures(sums.units()).coverage()).isZero();
    assertThat(sums.figures(sums.units()).width()).isEqualTo(2.4, within(1e-6));
  }

  @Test
  void addIntervals_beforeAndBehindACategory_eachHorizonAndNumberHasItsOwn() {
    AccuracySums series = new AccuracySums(MIXED, 2, .5);
    for (int h = 0; h < 2; h++) {
      float width = h == 0 ? 1 : 10;
      series.addIntervals(
          h,
          new float[] {0, 1, width},
          new float[] {width / 2, 7, 1.5f * width},
          new float[] {h, .2f, .5f, .3f, 2 * width});
    }
    AccuracySums all = new AccuracySums(MIXED, 2, .5);
    all.merge(series, new NaiveScale(3));
    double[] units = {1, 1, 2};

    assertThat(all.ofHorizon(0, units).width()).isEqualTo((1 + 1.5) / 2);
    assertThat(all.ofHorizon(1, units).width()).isEqualTo((10 + 15) / 2.0);
    assertThat(all.ofTarget(0, units).width()).isEqualTo((1 + 10) / 2.0);
    assertThat(all.ofTarget(2, units).width()).isEqualTo((1.5 + 15) / 2);
    assertThat(all.ofTarget(1, units).width()).as("of a category there is none").isNaN();
    assertThat(all.figures(units).coverage()).isOne();
  }

  @Test
  void quantile_halfZeros_zeroThenTheRest() {
    QuantileSketch sketch = new QuantileSketch();
    assertThat(sketch.quantile(.5)).isNaN();
    Arrays.stream(new double[] {0, 5, 1e-9, 0, 1e9, 0}).forEach(sketch::add);

    assertThat(sketch.quantile(.5)).isZero();
    assertThat(sketch.quantile(.6) / 1e-9).isEqualTo(1, within(.006));
    assertThat(sketch.quantile(.8) / 5).isEqualTo(1, within(.006));
    assertThat(sketch.quantile(1) / 1e9).isEqualTo(1, within(.006));
  }
}

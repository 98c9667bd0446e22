package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.LastValue;
import io.tplus1.model.TrainingSample;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

final class RelativeErrorTest {
  private static final RelativeError ERRORS = of(Samples.SCHEMA);

  private static RelativeError of(FeatureSchema schema) {
    return RelativeError.of(schema, UsualChanges.bySeries(schema));
  }

  @Test
  void of_lastValueOfEvenSteps_isOne() {
    TrainingSample sample = Samples.of("a", 5_000, 1, 1, 3, 1, 3, 1, 3, 1, 3);

    assertThat(ERRORS.of(sample, new float[] {1})).isEqualTo(1);
    assertThat(ERRORS.of(sample, new float[] {3})).isZero();
    assertThat(ERRORS.of(sample, new float[] {2})).isEqualTo(.25);
  }

  @Property(tries = 200, seed = "20261124")
  void of_otherUnit_theSame(
      @ForAll @FloatRange(min = 0.01f, max = 1_000) float unit,
      @ForAll @FloatRange(min = -10, max = 10) float forecast) {
    TrainingSample one = Samples.of("a", 5_000, 1, 1, 4, 2, 7, 0, 1, 3);
    TrainingSample other =
        Samples.of("b", 9_000, 1, unit, 4 * unit, 2 * unit, 7 * unit, 0, unit, 3 * unit);

    double expected = ERRORS.of(one, new float[] {forecast});
    assertThat(ERRORS.of(other, new float[] {forecast * unit}))
        .isCloseTo(expected, within(1e-3 * (1 + expected)));
  }

  @Test
  void of_twoHorizons_isTheirMean() {
    TrainingSample sample = Samples.ofHorizon("a", 5_000, 1, 2, -3, -2, -1, 0, 1, 2, 3);

    assertThat(ERRORS.of(sample, new float[] {2, 5})).isEqualTo(2);
  }

  @Test
  void of_nothingEverMoves_nothingToJudge() {
    assertThat(ERRORS.of(Samples.of("a", 5_000, 1, 4, 4, 4, 4, 4, 4, 4), new float[] {4})).isNaN();
  }

  private static final float STUCK = 21.7f;
  private static final float ROUNDED = Math.nextUp(STUCK);

  /** A stuck sensor by way of floats: in its own unit every network would be hopelessly wrong. */
  @Test
  void of_nothingMovesButByRounding_nothingToJudge() {
    TrainingSample sample =
        Samples.of("a", 5_000, 1, STUCK, ROUNDED, STUCK, ROUNDED, STUCK, ROUNDED, STUCK);

    assertThat(ERRORS.of(sample, new float[] {21.701f})).isNaN();
  }

  @Test
  void of_oneOfTwoMovesByRoundingAlone_isTheOthersError() {
    float[] rows = {
      1, STUCK, 3, ROUNDED, 1, STUCK, 3, ROUNDED, 1, STUCK, 3, ROUNDED, 1, STUCK, 3, ROUNDED
    };
    long[] times = {1, 2, 3, 4, 5, 6, 7, 8};
    TrainingSample sample =
        new TrainingSample(
            "a",
            FeatureWindow.over(rows, times, 2, 0, 7),
            FeatureWindow.over(rows, times, 2, 7, 1),
            1);

    assertThat(of(FeatureSchema.ofNumbers("a", "b")).of(sample, new float[] {2, 21.701f}))
        .isEqualTo(.25);
  }

  @Test
  void of_forecastThatIsNoNumber_countsAsTheWorst() {
    TrainingSample sample = Samples.of("a", 5_000, 1, 1, 2, 3, 4, 5, 6, 7);

    assertThat(ERRORS.of(sample, new float[] {Float.NaN})).isEqualTo(RelativeError.MOST);
    assertThat(ERRORS.of(sample, new float[] {Float.POSITIVE_INFINITY}))
        .isEqualTo(RelativeError.MOST);
    assertThat(ERRORS.of(sample, new float[] {1e20f})).isEqualTo(RelativeError.MOST);
  }

  @Test
  void of_category_isInNats() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v")), Feature.number("x")));
    // Ids and numbers share the column here: the first column is the category.
    FeatureSchema category = new FeatureSchema(schema.features(), List.of(0), List.of(0));
    float[] rows = {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 1, 6, 1, 7};
    long[] times = {1, 2, 3, 4, 5, 6, 7};
    TrainingSample sample =
        new TrainingSample(
            "a",
            FeatureWindow.over(rows, times, 2, 0, 6),
            FeatureWindow.over(rows, times, 2, 6, 1),
            1);

    assertThat(of(category).of(sample, new float[] {.25f, .5f, .25f}))
        .isCloseTo(Math.log(2), within(1e-9));
    assertThat(of(category).of(sample, new float[] {1, 0, 0}))
        .isCloseTo(-Math.log(1e-7), within(1e-9));
    assertThat(of(schema).of(sample, new float[] {0, 1, 0, 6})).isEqualTo(.5);
    assertThat(
            RelativeError.ofNumbers(schema, UsualChanges.bySeries(schema))
                .of(sample, new float[] {1, 0, 0, 6}))
        .isEqualTo(1);
  }

  private static final FeatureSchema TEN_IDS = ids("a", "b", "c", "d", "e", "f", "g", "h", "i");

  private static FeatureSchema ids(String... words) {
    return FeatureSchema.of(List.of(Feature.category("c", List.of(words))));
  }

  private static TrainingSample words(float before, float after) {
    float[] rows = {before, before, before, after};
    long[] times = {1, 2, 3, 4};
    return new TrainingSample(
        "a", FeatureWindow.over(rows, times, 1, 0, 3), FeatureWindow.over(rows, times, 1, 3, 1), 1);
  }

  private static double ofLastValue(FeatureSchema schema, TrainingSample sample) {
    float[] lastValues = new float[schema.outputWidth()];
    new LastValue(schema, 3, 1).forecast(sample.window(), lastValues);
    return of(schema).ofLastValue(sample, lastValues);
  }

  @Test
  void ofLastValue_wordThatStays_isAlmostSure() {
    assertThat(ofLastValue(TEN_IDS, words(1, 1))).isCloseTo(-Math.log(.97), within(1e-9));
  }

  @Test
  void ofLastValue_wordThatChanges_wasAsLikelyAsAnyOther() {
    assertThat(ofLastValue(TEN_IDS, words(1, 2))).isCloseTo(-Math.log(.03 / 9), within(1e-9));
  }

  @Test
  void ofLastValue_oneInNineChanges_noGateTakesAUniformForecaster() {
    FeatureSchema four = ids("a", "b", "c");
    Gate gate = new Gate(new Gate.Settings(100, 0, .99), new LineRule());

    for (int k = 1; k <= 900; k++) {
      TrainingSample sample = words(1, k % 9 == 0 ? 2 : 1);
      double uniform = of(four).of(sample, new float[] {.25f, .25f, .25f, .25f});
      gate.add(k, 1, 1, uniform, Double.NaN, ofLastValue(four, sample));

      assertThat(gate.decide()).isNotEqualTo(Gate.Decision.PROMOTE);
    }
  }
}

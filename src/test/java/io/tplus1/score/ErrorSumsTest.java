package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ErrorSumsTest {
  private static final FeatureSchema MIXED =
      FeatureSchema.of(List.of(Feature.number("n"), Feature.category("c", List.of("u", "v"))));

  @Test
  void add_mixedTargets_numbersAndCategoriesApart() {
    ErrorSums errors = new ErrorSums(MIXED);
    // n: off by 3 and 4, persistence by 1 and 0; c: right, then wrong; persistence the other way.
    errors.add(new float[] {10, 1}, new float[] {13, 0.2f, 0.7f, 0.1f}, 0, new float[] {9, 2});
    errors.add(new float[] {10, 2}, new float[] {6, 0.5f, 0.25f, 0.25f}, 0, new float[] {10, 2});

    assertThat(errors.count()).isEqualTo(2);
    assertThat(errors.rmse()).isEqualTo(Map.of("n", Math.sqrt(12.5)));
    assertThat(errors.persistenceRmse()).isEqualTo(Map.of("n", Math.sqrt(0.5)));
    assertThat(errors.accuracy()).isEqualTo(Map.of("c", 0.5));
    assertThat(errors.persistenceAccuracy()).isEqualTo(Map.of("c", 0.5));
    assertThat(errors.logLoss().get("c"))
        .isEqualTo(-(Math.log(0.7f) + Math.log(0.25f)) / 2, within(1e-12));
  }

  @Test
  void add_targetThatDidNotCome_isLeftOut() {
    ErrorSums errors = new ErrorSums(MIXED);

    errors.add(new float[] {10, 1}, new float[] {13, 0, 1, 0}, 0, new float[] {9, 1});
    errors.add(
        new float[] {Float.NaN, Float.NaN}, new float[] {6, 1, 0, 0}, 0, new float[] {10, 2});

    assertThat(errors.rmse()).isEqualTo(Map.of("n", 3.0));
    assertThat(errors.accuracy()).isEqualTo(Map.of("c", 1.0));
  }

  /** As of a network that overflows: of what it could do alone, nothing is told. */
  @Test
  void add_forecastThatIsNotFinite_hasNoFigure() {
    ErrorSums errors = new ErrorSums(MIXED);
    float[] none = {Float.POSITIVE_INFINITY, Float.NaN, 0, 0};

    errors.add(new float[] {10, 1}, new float[] {13, 0, 1, 0}, 0, new float[] {9, 1});
    errors.add(new float[] {Float.NaN, Float.NaN}, none, 0, new float[] {9, 1});
    assertThat(errors.rmse()).as("it had nothing to forecast").isEqualTo(Map.of("n", 3.0));
    errors.add(new float[] {10, 1}, none, 0, new float[] {9, 1});

    assertThat(errors.rmse().get("n")).isNaN();
    assertThat(errors.accuracy().get("c")).isNaN();
    assertThat(errors.logLoss().get("c")).isNaN();
    assertThat(errors.persistenceRmse()).isEqualTo(Map.of("n", 1.0));
    assertThat(errors.persistenceAccuracy()).isEqualTo(Map.of("c", 1.0));
  }

  /** No word is no answer; it was one of the id 0, an unknown word. */
  @Test
  void add_lastThatDidNotCome_isNoAnswerOfPersistence() {
    ErrorSums errors = new ErrorSums(MIXED);
    float[] forecast = {10, 1, 0, 0};

    errors.add(new float[] {10, 0}, forecast, 0, new float[] {Float.NaN, Float.NaN});
    assertThat(errors.persistenceAccuracy().get("c")).isNaN();
    errors.add(new float[] {10, 0}, forecast, 0, new float[] {12, 1});

    assertThat(errors.persistenceAccuracy()).isEqualTo(Map.of("c", 0.0));
    assertThat(errors.persistenceRmse()).isEqualTo(Map.of("n", 2.0));
    assertThat(errors.accuracy()).isEqualTo(Map.of("c", 1.0));
  }

  @Test
  void add_offset_readsThatHorizon() {
    ErrorSums errors = new ErrorSums(FeatureSchema.ofNumbers("a", "b"));

    errors.add(new float[] {1, 2}, new float[] {9, 9, 1, 4}, 2, new float[] {1, 2});

    assertThat(errors.rmse()).isEqualTo(Map.of("a", 0.0, "b", 2.0));
  }

  @Test
  void logLoss_probabilityZero_staysFinite() {
    ErrorSums errors = new ErrorSums(MIXED);

    errors.add(new float[] {0, 2}, new float[] {0, 0, 1, 0}, 0, new float[] {0, 0});

    assertThat(errors.logLoss().get("c")).isEqualTo(-Math.log(Probabilities.SMALLEST));
  }

  @Test
  void rmse_nothingAdded_notANumber() {
    ErrorSums errors = new ErrorSums(MIXED);

    assertThat(errors.count()).isZero();
    assertThat(errors.rmse().get("n")).isNaN();
    assertThat(errors.accuracy().get("c")).isNaN();
  }

  @Property(tries = 200, seed = "20261124")
  void rmse_anyErrors_isRootOfMeanSquare(
      @ForAll @Size(min = 1, max = 50) List<@FloatRange(min = -1e6f, max = 1e6f) Float> offBy,
      @ForAll @FloatRange(min = -1e6f, max = 1e6f) float last) {
    ErrorSums errors = new ErrorSums(FeatureSchema.ofNumbers("a"));
    double squares = 0;
    double persistence = 0;
    for (float error : offBy) {
      errors.add(new float[] {0}, new float[] {error}, 0, new float[] {last});
      squares += (double) error * error;
      persistence += (double) last * last;
    }

    assertThat(errors.rmse().get("a"))
        .isEqualTo(Math.sqrt(squares / offBy.size()), within(1e-6 * (1 + Math.sqrt(squares))));
    assertThat(errors.persistenceRmse().get("a"))
        .isEqualTo(
            Math.sqrt(persistence / offBy.size()), within(1e-6 * (1 + Math.sqrt(persistence))));
  }
}

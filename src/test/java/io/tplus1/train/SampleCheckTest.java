package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SampleCheckTest {
  private static final SampleCheck CHECK = new SampleCheck(Samples.SCHEMA, 3, 1);

  @Test
  void misfit_soundSample_nothing() {
    assertThat(CHECK.misfit(Samples.of("a", 5_000, 2.5, 1, 2, 3, 4))).isEmpty();
    assertThat(CHECK.misfit(Samples.of("a", 5_000, 1, 1, 2))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e20f})
  void misfit_valueThatCannotBeLearnt_named(float value) {
    assertThat(CHECK.misfit(Samples.of("a", 5_000, 1, 1, value, 3, 4)).orElseThrow())
        .contains(String.valueOf(value));
    assertThat(CHECK.misfit(Samples.of("a", 5_000, 1, 1, 2, 3, value))).isPresent();
  }

  @Test
  void misfit_otherShape_named() {
    assertThat(CHECK.misfit(Samples.of("a", 5_000, 1, 1, 2, 3, 4, 5)).orElseThrow())
        .contains("found 4 and 1");
    assertThat(CHECK.misfit(Samples.ofHorizon("a", 5_000, 1, 2, 1, 2, 3, 4)).orElseThrow())
        .contains("found 2 and 2");
    assertThat(CHECK.misfit(Samples.of("a", 5_000, Double.NaN, 1, 2))).isPresent();
    FeatureSchema two = FeatureSchema.ofNumbers("x", "y");
    assertThat(new SampleCheck(two, 3, 1).misfit(Samples.of("a", 5_000, 1, 1, 2))).isPresent();
    TrainingSample ofThree =
        new TrainingSample(
            "a",
            FeatureWindow.over(new float[] {1, 2, 3}, new long[] {1}, 3, 0, 1),
            FeatureWindow.over(new float[] {4, 5, 6}, new long[] {2}, 3, 0, 1),
            1);
    assertThat(new SampleCheck(two, 3, 1).misfit(ofThree).orElseThrow()).contains("found 3 and 3");
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, 3, 0.5f})
  void misfit_idThatIsNone_named(float id) {
    FeatureSchema schema = FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v"))));
    assertThat(new SampleCheck(schema, 3, 1).misfit(Samples.of("a", 5_000, 1, 0, 1, 2))).isEmpty();

    assertThat(new SampleCheck(schema, 3, 1).misfit(Samples.of("a", 5_000, 1, 0, id)).orElseThrow())
        .contains("'c'");
  }

  @Test
  void misfit_columnBehindTheSchema_mayBeAbsentNotInfinite() {
    assertThat(CHECK.misfit(traced(Float.NaN))).isEmpty();
    assertThat(CHECK.misfit(traced(Float.POSITIVE_INFINITY))).isPresent();
  }

  private static TrainingSample traced(float trace) {
    float[] rows = {1, trace, 2, 0};
    return new TrainingSample(
        "a",
        FeatureWindow.over(rows, new long[] {1, 2}, 2, 0, 2),
        FeatureWindow.over(new float[] {3}, new long[] {3}, 1, 0, 1),
        1);
  }
}

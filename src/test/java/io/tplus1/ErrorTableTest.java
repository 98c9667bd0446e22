package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.ErrorSums;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ErrorTableTest {
  @Test
  void print_smallLargeAndNoErrors_areReadable() {
    ErrorSums errors = new ErrorSums(FeatureSchema.ofNumbers("small", "large"));
    float[] actual = {2e-6f, 2e30f};
    for (int h = 0; h < 6; h++) {
      errors.add(actual, new float[] {1e-6f, 1e30f}, 0, new float[] {4e-6f, 4e30f});
    }
    StringWriter text = new StringWriter();

    ErrorTable.print(new PrintWriter(text, true), errors, 3);

    assertThat(text.toString())
        .containsPattern("small +1.000e-06 +2.000e-06 +0.5000")
        .containsPattern("large +1.000e\\+30 +2.000e\\+30 +0.5000")
        .contains("over 2 forecasts of 3 steps")
        .doesNotContain("–", "no value", "never off");
  }

  /** A dash of a network that is of no use is not to look like that of a constant. */
  @Test
  void print_figuresThatThereAreNot_saysWhyOfEach() {
    ErrorSums errors =
        new ErrorSums(
            FeatureSchema.of(
                List.of(
                    Feature.number("broken"),
                    Feature.number("absent"),
                    Feature.number("same"),
                    Feature.category("word", List.of("u", "v")))));
    float[] forecast = {Float.POSITIVE_INFINITY, 1, 2, 0, 1, 0};
    errors.add(new float[] {3, Float.NaN, 1, Float.NaN}, forecast, 0, new float[] {1, 1, 1, 1});
    StringWriter text = new StringWriter();

    ErrorTable.print(new PrintWriter(text, true), errors, 1);

    assertThat(text.toString())
        .containsPattern("broken +– +2.0000 +–")
        .containsPattern("absent +– +– +–")
        .containsPattern("same +1.0000 +0.0000 +–")
        .containsPattern("word +accuracy –, persistence –, log-loss – nats");
    assertThat(text.toString().lines().map(String::strip))
        .containsSubsequence(
            "broken: a forecast of it was not finite; `run` leaves such to the other experts, or to the last value (MODEL_FAILED)",
            "absent: no value of it came",
            "same: no ratio, for the last value was never off",
            "word: no value of it came",
            "over 1 forecasts of 1 step");
  }
}

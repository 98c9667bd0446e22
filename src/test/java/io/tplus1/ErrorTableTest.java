package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.ErrorSums;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ErrorTableTest {
  @Test
  void print_smallLargeAndNoErrors_areReadable() {
    ErrorSums errors = new ErrorSums(FeatureSchema.ofNumbers("small", "large", "none", "same"));
    float[] actual = {2e-6f, 2e30f, Float.NaN, 1};
    for (int h = 0; h < 6; h++) {
      errors.add(actual, new float[] {1e-6f, 1e30f, 1, 1}, 0, new float[] {4e-6f, 4e30f, 1, 1});
    }
    StringWriter text = new StringWriter();

    ErrorTable.print(new PrintWriter(text, true), errors, 3);

    assertThat(text.toString())
        .containsPattern("small +1.000e-06 +2.000e-06 +0.5000")
        .containsPattern("large +1.000e\\+30 +2.000e\\+30 +0.5000")
        .containsPattern("none +– +– +–")
        .containsPattern("same +0.0000 +0.0000 +–")
        .contains("over 2 forecasts of 3 steps");
  }
}

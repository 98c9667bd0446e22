package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyRowsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", ".03, 1", ".0225, .75", ".015, .5", "1e-9, .5", "0, 1", "NaN, 1"})
  void kept_rowOfSuchSquares_halfAtLeast(double ratio, double kept) {
    assertThat(EarlyRows.kept(ratio)).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({"0, .9995, true", "63, 1, true", "64, 1, false", "24, .98, true", "26, .98, false"})
  void are_rowsBehindSums_untilHalfOfWhatForgettingLeaves(
      double rows, double forgetting, boolean early) {
    assertThat(EarlyRows.are(rows, forgetting)).isEqualTo(early);
  }
}

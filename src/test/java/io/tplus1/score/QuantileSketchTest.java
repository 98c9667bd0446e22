package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuantileSketchTest {
  /** As exact shares have it: in doubles .68 of 75 is more than 51. */
  @ParameterizedTest
  @CsvSource({
    ".68, 75, 51",
    ".55, 100, 55",
    ".28, 25, 7",
    ".9, 100, 90",
    ".9, 101, 91",
    "1, 75, 75",
    ".001, 75, 1"
  })
  void quantile_ofOneToSoMany_isTheRank(double share, int count, int rank) {
    QuantileSketch sketch = new QuantileSketch();
    for (int value = 1; value <= count; value++) {
      sketch.add(value);
    }

    assertThat(sketch.quantile(share)).isCloseTo(rank, within(rank * .006));
  }
}

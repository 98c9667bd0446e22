package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.TrainingSample;
import org.junit.jupiter.api.Test;

class OverlapsTest {
  private static final int KEY_BYTES = 4_000;

  private static TrainingSample sample(String filler, int series, long endMs) {
    return Samples.ofHorizon(series + filler, endMs, 1, 2, 1, 2, 3);
  }

  /** From which on samples tell the answer to the next one of the first series. */
  private static long tellsFirst(String filler, int series) {
    Overlaps overlaps = new Overlaps();
    for (int i = 1; i <= series; i++) {
      overlaps.add(i, sample(filler, i, 1_000));
    }
    return overlaps.tellFrom(sample(filler, 1, 2_000));
  }

  @Test
  void add_longKeys_takeNoMoreMemoryThanShortOnes() {
    int fitting = 20_000_000 / KEY_BYTES;

    assertThat(tellsFirst("k".repeat(KEY_BYTES), fitting + 1)).as("forgotten").isGreaterThan(1);
    assertThat(tellsFirst("k".repeat(KEY_BYTES), fitting / 4)).as("its own").isEqualTo(1);
  }

  @Test
  void add_usualKeys_asManySeriesAreRememberedAsEver() {
    assertThat(tellsFirst("k".repeat(54), 100_000)).isEqualTo(1);
  }
}

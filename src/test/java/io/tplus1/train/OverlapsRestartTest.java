package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.TrainingSample;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which samples tell an answer, where a buffer is filled again with some of those that came. */
class OverlapsRestartTest {

  /** A buffer of some thousand that is filled again with those that were kept. */
  private static SampleBuffer filledAgain(int reservoir, Milestones milestones) {
    SampleBuffer buffer = new SampleBuffer(4_000, reservoir, Long.MAX_VALUE);
    TreeMap<Long, TrainingSample> kept = new TreeMap<>();
    float[] values = new float[25];
    long sequence = 0;
    long toMs = 0;
    for (int round = 0; round < 40; round++) {
      for (int series = 0; series < 414; series++) {
        TrainingSample sample =
            Samples.ofHorizon("series-" + series, 1_000L * round, 1, 24, values);
        milestones.add(sequence, toMs, sample);
        kept.put(++sequence, sample);
        toMs = sample.following().lastTimeMs();
        buffer.add(sequence, sample).forEach(kept::remove);
      }
    }
    SampleBuffer again = new SampleBuffer(4_000, reservoir, Long.MAX_VALUE);
    long newest = 0;
    for (Map.Entry<Long, TrainingSample> next : kept.entrySet()) {
      if (next.getKey() > newest + 1) {
        again.lose(next.getKey() - 1, toMs, milestones);
      }
      newest = next.getKey();
      again.add(newest, next.getValue());
    }
    return again;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3_000})
  void tellsFrom_filledAgain_knowsHowFarThoseWereThatAreNoLongerKept(int reservoir) {
    SampleBuffer again = filledAgain(reservoir, new Milestones());

    // What followed the first of 17 s ends at 41 s, and milestones are 3 s apart.
    assertThat(again.tellsFrom(next("series-0", 40))).isBetween(14L * 414 + 1, 17L * 414 + 1);
    assertThat(again.tellsFrom(next("another", 40))).isBetween(14L * 414 + 1, 17L * 414 + 1);
    assertThat(again.tellsFrom(next("another", 64))).isEqualTo(Long.MAX_VALUE);
    assertThat(again.tellsFrom(next("series-0", 64))).isEqualTo(Long.MAX_VALUE);
  }

  /** As of a store of an earlier build: a series is known once 23 of its own have come. */
  @Test
  void tellsFrom_filledAgainWithoutMilestones_anyMayTellUntilEnoughHaveCome() {
    SampleBuffer buffer = new SampleBuffer(4_000, 0, Long.MAX_VALUE);
    long sequence = 40 * 414;
    buffer.lose(sequence, 63_000, new Milestones());
    for (int round = 40; round < 63; round++) {
      assertThat(buffer.tellsFrom(next("series-0", round))).isEqualTo(1);
      buffer.add(++sequence, next("series-0", round));
    }

    assertThat(buffer.tellsFrom(next("series-0", 62))).isEqualTo(40 * 414 + 1);
    assertThat(buffer.tellsFrom(next("another", 62))).isEqualTo(1);
    assertThat(buffer.tellsFrom(next("another", 63))).isEqualTo(Long.MAX_VALUE);
    assertThat(buffer.tellsFrom(Samples.of("a", 2_000, 1, 1, 2))).isEqualTo(Long.MAX_VALUE);
  }

  /** Other answers than its own stand for a series, whichever of them is forgotten. */
  @Test
  void tellsFrom_filledAgainAndMoreSeriesThanAreRemembered_bothAreKept() {
    SampleBuffer buffer = new SampleBuffer(1, 0, Long.MAX_VALUE);
    long lost = 1_000;
    buffer.lose(lost, 3_000, new Milestones());
    for (int series = 1; series <= 200_000; series++) {
      buffer.add(lost + series, Samples.ofHorizon("series-" + series, 1_000, 1, 2, 1, 2, 3));
    }

    assertThat(buffer.tellsFrom(Samples.ofHorizon("another", 2_000, 1, 2, 1, 2, 3))).isEqualTo(1);
    assertThat(buffer.tellsFrom(Samples.ofHorizon("series-200000", 2_000, 1, 2, 1, 2, 3)))
        .isEqualTo(lost + 200_000);
    // What followed the lost ones is past, what followed the forgotten ones is as well.
    assertThat(buffer.tellsFrom(Samples.ofHorizon("another", 3_000, 1, 2, 1, 2, 3)))
        .isEqualTo(Long.MAX_VALUE);
  }

  private static TrainingSample next(String series, int second) {
    return Samples.ofHorizon(series, 1_000L * second, 1, 24, new float[25]);
  }
}

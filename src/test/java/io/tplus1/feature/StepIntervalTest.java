package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StepIntervalTest {
  private static final long UNKNOWN = StepInterval.UNKNOWN_TIME;

  private static FeatureWindow window(long... times) {
    return FeatureWindow.of(
        LongStream.of(times)
            .mapToObj(time -> new FeatureVector(time, new float[1]))
            .toArray(FeatureVector[]::new));
  }

  private static long[] median(int horizon, long... times) {
    return new StepInterval(Optional.empty()).targetTimes(window(times), horizon);
  }

  @Test
  void targetTimes_fixedInterval_countsFromTheNewest() {
    StepInterval interval = new StepInterval(Optional.of(Duration.ofMillis(6)));

    assertThat(interval.targetTimes(window(1, 2, 100), 3)).containsExactly(106, 112, 118);
    assertThat(interval.targetTimes(window(100), 1)).containsExactly(106);
  }

  @Test
  void targetTimes_oneVector_isUnknown() {
    assertThat(median(2, 100)).containsExactly(UNKNOWN, UNKNOWN);
  }

  @Test
  void targetTimes_noFixedInterval_usesTheMedianOfTheLastFive() {
    assertThat(median(1, 100, 107)).containsExactly(114);
    assertThat(median(2, 0, 10, 20, 21)).as("10, 10, 1").containsExactly(31, 41);
    assertThat(median(1, 0, 1, 2, 3, 103, 203, 213, 223))
        .as("1 100 100 10 10")
        .containsExactly(233);
    assertThat(median(1, 0, 10, 30)).as("the longer of two").containsExactly(50);
  }

  @Test
  void targetTimes_usedAgainOnAShorterWindow_forgetsTheLongerOne() {
    StepInterval interval = new StepInterval(Optional.empty());
    interval.targetTimes(window(0, 50, 100, 150, 200, 250), 1);

    assertThat(interval.targetTimes(window(0, 3), 1)).containsExactly(6);
  }

  @Test
  void targetTimes_beyondTheLastMillisecond_isUnknown() {
    assertThat(median(3, Long.MAX_VALUE - 25, Long.MAX_VALUE - 15))
        .containsExactly(Long.MAX_VALUE - 5, UNKNOWN, UNKNOWN);
    assertThat(median(3, 0, Long.MAX_VALUE / 2))
        .containsExactly(Long.MAX_VALUE - 1, UNKNOWN, UNKNOWN);
  }
}

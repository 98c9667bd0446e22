package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SecondsTest {
  private long nanos = 7;

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static void assertPassed(double seconds, double expected) {
    assertThat(seconds).isCloseTo(expected, within(1e-9));
  }

  @Test
  void end_eachAfterASecond_countsThem() {
    Seconds seconds = new Seconds(Optional.empty(), () -> nanos);
    for (int second = 1; second <= 3; second++) {
      assertThat(seconds.begin()).isTrue();
      assertThat(seconds.isOver()).isFalse();
      pass(Duration.ofSeconds(1));
      assertThat(seconds.isOver()).isTrue();
      assertPassed(seconds.end(), 1);
      assertThat(seconds.number()).isEqualTo(second);
    }
  }

  /** As after Ctrl-Z and fg: one line for all of it, with the rate over all of it. */
  @Test
  void end_afterAPauseOfAMinute_isToldOnce() {
    Seconds seconds = new Seconds(Optional.empty(), () -> nanos);
    seconds.begin();
    pass(Duration.ofMillis(1_050));
    assertPassed(seconds.end(), 1.05);

    seconds.begin();
    pass(Duration.ofSeconds(60));
    assertThat(seconds.isOver()).isTrue();
    assertPassed(seconds.end(), 60);
    assertThat(seconds.number()).isEqualTo(61);

    assertThat(seconds.begin()).isTrue();
    assertThat(seconds.isOver()).isFalse();
    pass(Duration.ofMillis(950));
    assertThat(seconds.isOver()).isTrue();
    assertPassed(seconds.end(), .95);
    assertThat(seconds.number()).isEqualTo(62);
  }

  @Test
  void begin_runThatEndsWithinASecond_tellsThePart() {
    Seconds seconds = new Seconds(Optional.of(Duration.ofMillis(1_500)), () -> nanos);
    seconds.begin();
    pass(Duration.ofSeconds(1));
    seconds.end();

    assertThat(seconds.begin()).isTrue();
    pass(Duration.ofMillis(500));
    assertThat(seconds.isOver()).isTrue();
    assertPassed(seconds.end(), .5);
    assertThat(seconds.number()).isEqualTo(2);
    assertThat(seconds.begin()).isFalse();
  }
}

package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
  private long nowNanos;
  private final List<Long> sleeps = new ArrayList<>();

  private Throttle throttle(double share, Duration limit) {
    return new Throttle(
        share,
        limit,
        () -> nowNanos,
        nanos -> {
          sleeps.add(nanos);
          nowNanos += nanos;
        });
  }

  @Test
  void step_quarterOfACore_sleepsThreeTimesAsLong() {
    Throttle throttle = throttle(.25, Duration.ofSeconds(1));
    nowNanos += 10_000_000;
    throttle.step();
    nowNanos += 20_000_000;
    throttle.step();

    assertThat(sleeps).containsExactly(30_000_000L, 60_000_000L);
    assertThat(throttle.elapsed()).isEqualTo(Duration.ofMillis(120));
  }

  @Test
  void step_minuteOnAQuarterOfACore_sleepsForThree() {
    Throttle throttle = throttle(.25, Duration.ofHours(1));
    nowNanos += Duration.ofMinutes(1).toNanos();
    throttle.step();

    assertThat(sleeps).containsExactly(Duration.ofMinutes(3).toNanos());
  }

  /** On Java 17 each sleep of less than a millisecond takes one. */
  @Test
  void step_shortSteps_sleepsSeldomAndNoLongerInAll() {
    Throttle throttle =
        new Throttle(
            .5,
            Duration.ofHours(1),
            () -> nowNanos,
            nanos -> {
              sleeps.add(nanos);
              nowNanos += nanos + 1_000_000;
            });
    for (int i = 0; i < 1_000; i++) {
      nowNanos += 100_000;
      throttle.step();
    }

    assertThat(sleeps).hasSizeBetween(8, 10);
    assertThat(throttle.elapsed()).isBetween(Duration.ofMillis(180), Duration.ofMillis(200));
  }

  @Test
  void step_wholeCore_neverSleeps() {
    Throttle throttle = throttle(1, Duration.ofSeconds(1));
    nowNanos += 1_000;
    throttle.step();

    assertThat(sleeps).isEmpty();
  }

  /** More than a long holds in nanoseconds, and no more than settings take. */
  @Test
  void step_limitOfCenturies_goesOn() {
    Throttle throttle = throttle(1, Duration.ofDays(3_650_000));
    nowNanos += 1_000_000_000_000L;
    throttle.step();

    assertThat(sleeps).isEmpty();
  }

  @Test
  void step_pastTheLimit_throwsNamingTheSetting() {
    Throttle throttle = throttle(1, Duration.ofSeconds(1));
    nowNanos += 1_000_000_001;

    assertThatIllegalStateException()
        .isThrownBy(throttle::step)
        .withMessageContaining("retrain.time.limit")
        .withMessageNotContaining("retrain.cpu.share");
  }

  @Test
  void step_pastTheLimitOnPartOfACore_namesThePart() {
    Throttle throttle = throttle(.01, Duration.ofSeconds(1));
    nowNanos += 20_000_000;
    throttle.step();

    assertThatIllegalStateException()
        .isThrownBy(throttle::step)
        .withMessageContaining("raise it or retrain.cpu.share, 0.01, or lower");
  }

  /** Of 7 s on a hundredth of a core: whoever slept for all of them would be taken to hang. */
  @Test
  void step_owesMoreThanIsLeft_sleepsNoLongerAndThenNamesTheShare() {
    Throttle throttle = throttle(.01, Duration.ofMinutes(10));
    nowNanos += Duration.ofSeconds(7).toNanos();
    throttle.step();

    assertThat(sleeps).containsExactly(Duration.ofSeconds(593).toNanos() + 1);
    assertThatIllegalStateException()
        .isThrownBy(throttle::step)
        .withMessageContaining("retrain.cpu.share, 0.01");
  }

  @Test
  void step_limitOfCenturiesOnPartOfACore_sleepsForAllThatIsOwed() {
    Throttle throttle = throttle(.5, Duration.ofDays(3_650_000));
    nowNanos += 1_000_000_000_000L;
    throttle.step();

    assertThat(sleeps).containsExactly(1_000_000_000_000L);
  }

  @Test
  void step_interruptedThread_cancelled() {
    Throttle throttle = throttle(1, Duration.ofSeconds(1));
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(CancellationException.class).isThrownBy(throttle::step);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void throttle_shareOfNothing_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> throttle(0, Duration.ofSeconds(1)));
  }
}

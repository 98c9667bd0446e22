package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Timer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void quantileMs_countsInBuckets_betweenTheirBounds() {
    Distribution distribution =
        new Distribution(new double[] {1e6, 2e6, 10e6}, new long[] {10, 90, 100, 100});

    assertThat(distribution.quantileMs(0.5)).isCloseTo(1.5, within(1e-9));
    assertThat(distribution.quantileMs(0.99)).isCloseTo(9.2, within(1e-9));
    assertThat(distribution.since(distribution).quantileMs(0.5)).isNaN();
    Distribution beyond = new Distribution(new double[] {1e6}, new long[] {0, 5});
    assertThat(beyond.quantileMs(0.5)).isEqualTo(1);
  }

  /**
   * Stream threads record while it is read; what has no bucket yet looks longer than all bounds.
   */
  @Test
  void of_recordedWhileItIsRead_isNotTakenForLongerThanAllBounds() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Timer timer = timer(meters);

      Distribution read = Distribution.of(with(timer, 0, () -> record(timer)));

      assertThat(timer.count()).isEqualTo(51);
      assertThat(read.quantileMs(.99)).isLessThanOrEqualTo(1);
    }
  }

  /** A timer counts before it fills a bucket, and its thread may have to wait in between. */
  @Test
  void of_readBetweenCountAndBucket_isNotTakenForLongerThanAllBounds() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Timer timer = timer(meters);

      Distribution read = Distribution.of(with(timer, 1, () -> record(timer)));

      assertThat(timer.count()).isEqualTo(51);
      assertThat(read.quantileMs(.99)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void of_longerThanAllBounds_isTheHighestBound() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Timer timer = timer(meters);
      timer.record(Duration.ofSeconds(5));

      assertThat(Distribution.of(timer).quantileMs(1)).isEqualTo(1_000);
    }
  }

  private static Timer timer(Meters meters) {
    Timer timer =
        Timer.builder("t")
            .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofSeconds(1))
            .register(meters.registry());
    for (int i = 0; i < 50; i++) {
      record(timer);
    }
    return timer;
  }

  private static void record(Timer timer) {
    timer.record(Duration.ofNanos(100_000));
  }

  /**
   * One that does more once the first snapshot of it was taken.
   *
   * @param more what {@code count} says beyond what there is
   */
  private static Timer with(Timer timer, int more, Runnable then) {
    boolean[] done = new boolean[1];
    return (Timer)
        Proxy.newProxyInstance(
            Timer.class.getClassLoader(),
            new Class<?>[] {Timer.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(timer, arguments);
              String name = method.getName();
              if (name.equals("count")) {
                result = (long) result + more;
              }
              if (!done[0] && name.equals("takeSnapshot")) {
                done[0] = true;
                then.run();
              }
              return result;
            });
  }
}

package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TicksTest {
  @Test
  void every_timeThatFails_nextOneComes() {
    AtomicInteger times = new AtomicInteger();
    try (Ticks ticks = new Ticks(1)) {
      ticks.every(1, () -> failTheFirstTime(times));

      await().until(() -> times.get() >= 3);
    }
  }

  @Test
  void withRests_timeThatFails_nextOneComes() {
    AtomicInteger times = new AtomicInteger();
    try (Ticks ticks = new Ticks(1)) {
      ticks.withRests(1, () -> failTheFirstTime(times));

      await().until(() -> times.get() >= 3);
    }
  }

  private static void failTheFirstTime(AtomicInteger times) {
    if (times.incrementAndGet() == 1) {
      throw new IllegalStateException("of the first time");
    }
  }

  /** After a standstill, others would be asked at once for each second of it. */
  @Test
  void withRests_timesWereMissed_noneIsMadeUpFor() {
    Duration rest = Duration.ofMillis(50);
    AtomicInteger others = new AtomicInteger();
    List<Long> begun = new CopyOnWriteArrayList<>();
    List<Long> ended = new CopyOnWriteArrayList<>();
    try (Ticks ticks = new Ticks(2)) {
      ticks.every(1, others::incrementAndGet);
      ticks.withRests(
          rest.toMillis(),
          () -> {
            begun.add(System.nanoTime());
            if (ended.isEmpty()) {
              await().until(() -> others.get() >= 300);
            }
            ended.add(System.nanoTime());
          });

      await().until(() -> begun.size() >= 2);
    }
    assertThat(begun.get(1) - ended.get(0)).isGreaterThanOrEqualTo(rest.toNanos());
  }
}

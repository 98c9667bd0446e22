package io.tplus1.ops;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TicksTest {
  @Test
  void every_timeThatFails_nextOneComes() {
    AtomicInteger times = new AtomicInteger();
    try (Ticks ticks = new Ticks(1)) {
      ticks.every(
          1,
          () -> {
            if (times.incrementAndGet() == 1) {
              throw new IllegalStateException("of the first time");
            }
          });

      await().until(() -> times.get() >= 3);
    }
  }
}

package io.tplus1.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.Waits;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {
  private final Pace pace = new Pace();
  private final AtomicInteger done = new AtomicInteger();

  private Thread waitFor(int things) {
    Thread thread =
        new Thread(
            () -> {
              for (int i = 0; i < things; i++) {
                pace.await();
                done.incrementAndGet();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitParked(Thread thread) {
    Awaitility.await().until(() -> thread.getState() != Thread.State.RUNNABLE);
  }

  /** What is left of a round of many series at a low rate would take hours. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001})
  void end_somethingIsFarFromDue_nobodyWaitsAnyMore(double rate) throws Exception {
    pace.rate(rate);
    Thread thread = waitFor(1_000);
    awaitParked(thread);
    assertThat(done).hasValue(0);

    pace.end();

    thread.join(Waits.LONG.toMillis());
    assertThat(done).hasValue(1_000);
  }

  @Test
  void await_noRate_waitsForOne() throws Exception {
    Thread thread = waitFor(3);
    awaitParked(thread);
    assertThat(done).hasValue(0);

    pace.rate(1_000);

    thread.join(Waits.LONG.toMillis());
    assertThat(done).hasValue(3);
  }
}

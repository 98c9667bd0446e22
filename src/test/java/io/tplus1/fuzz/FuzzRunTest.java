package io.tplus1.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of an input hold for a server's threads, as for the one that asks it. */
final class FuzzRunTest {
  private static final long SEED = 20_261_129;
  private static final int SOME_BYTES = 1 << 20;

  /** Somebody might read it, so that what is put here is allocated indeed. */
  static volatile Object sink;

  private final ExecutorService server =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "served-1"));

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  @Test
  void over_serverComputesForLong_fails() {
    assertThatThrownBy(() -> serve(FuzzRunTest::compute, "served-.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("CPU time in ns: ");
  }

  @Test
  void over_serverAllocatesMuch_fails() {
    assertThatThrownBy(() -> serve(FuzzRunTest::allocate, "served-.*"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("bytes allocated: ");
  }

  @Test
  void over_threadAllocatesMuchThatIsNoServer_holds() {
    assertThat(serve(FuzzRunTest::allocate, "other-.*")).isEqualTo(2);
  }

  @Test
  void over_serverAllocatedMuchBefore_holds() throws Exception {
    server.submit(FuzzRunTest::allocate).get();
    assertThat(serve(() -> {}, "served-.*")).isEqualTo(2);
  }

  @Test
  void over_targetAllocatesMuch_fails() {
    assertThatThrownBy(() -> FuzzRun.over(SEED, 1, Random::nextInt, input -> allocate()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("bytes allocated: ");
  }

  /** Has the work done for each of two inputs; returns how many were taken. */
  private int serve(Runnable work, String servers) {
    AtomicInteger taken = new AtomicInteger();
    FuzzRun.over(
        SEED,
        2,
        servers,
        Random::nextInt,
        input -> {
          server.submit(work).get();
          taken.incrementAndGet();
        });
    return taken.get();
  }

  /** Some more than the 3 s that an input has. */
  private static void compute() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + 3_200_000_000L;
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Some more than the 512 MB that an input has. */
  private static void allocate() {
    for (int i = 0; i < 600; i++) {
      sink = new byte[SOME_BYTES];
    }
    sink = null;
  }
}

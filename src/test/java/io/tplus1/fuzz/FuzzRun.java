package io.tplus1.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Inputs in great number, each within a time and a memory of its own, and all together without
 * growth of the heap. A failure names the seed of its input.
 *
 * <p>{@code mvn verify -Pfault -DskipITs} makes more of them, without a time limit.
 */
public final class FuzzRun {
  /** Inputs of a run, for those that are read in microseconds. */
  public static final int INPUTS = Integer.getInteger("fuzz.inputs", 10_000);

  private static final long MAX_CPU_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long MAX_BYTES = 512L << 20;
  private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long MAX_GROWTH = 16L << 20;
  private static final long WATCH_MS = 200;

  private FuzzRun() {}

  /** Takes an input; throws what it likes if that is wrong. */
  @FunctionalInterface
  public interface Target<T> {
    void take(T input) throws Exception;
  }

  /**
   * Runs the inputs of a seed.
   *
   * @param make an input of a generator that is seeded for it alone
   */
  public static <T> void over(
      long seed, int inputs, Function<Random, T> make, Target<? super T> target) {
    Worker<T> worker = new Worker<>(seed, inputs, make, target);
    long before = heapBytes();
    worker.start();
    try {
      while (worker.isAlive()) {
        worker.join(WATCH_MS);
        if (worker.isAlive() && System.nanoTime() - worker.inputSince > HANG_NANOS) {
          AssertionError hang = new AssertionError("hangs at input seed " + worker.inputSeed);
          hang.setStackTrace(worker.getStackTrace());
          worker.interrupt();
          throw hang;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (worker.failure.get() != null) {
      throw new AssertionError(
          "input seed " + worker.inputSeed + ": " + worker.failure.get(), worker.failure.get());
    }
    long growth = heapBytes() - before;
    if (growth > MAX_GROWTH) {
      throw new AssertionError("the heap grew by %d bytes over seed %d".formatted(growth, seed));
    }
  }

  private static long heapBytes() {
    // A second one frees what the first only found.
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static final class Worker<T> extends Thread {
    private final long seed;
    private final int inputs;
    private final Function<Random, T> make;
    private final Target<? super T> target;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile long inputSeed;
    private volatile long inputSince = System.nanoTime();

    Worker(long seed, int inputs, Function<Random, T> make, Target<? super T> target) {
      super("fuzz");
      setDaemon(true);
      this.seed = seed;
      this.inputs = inputs;
      this.make = make;
      this.target = target;
    }

    @Override
    public void run() {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      Random seeds = new Random(seed);
      try {
        for (int i = 0; i < inputs; i++) {
          inputSeed = seeds.nextLong();
          T input = make.apply(new Random(inputSeed));
          inputSince = System.nanoTime();
          long cpu = threads.getCurrentThreadCpuTime();
          long bytes = threads.getCurrentThreadAllocatedBytes();
          target.take(input);
          require("CPU time in ns", threads.getCurrentThreadCpuTime() - cpu, MAX_CPU_NANOS);
          require("bytes allocated", threads.getCurrentThreadAllocatedBytes() - bytes, MAX_BYTES);
        }
      } catch (Throwable e) {
        failure.set(e);
      }
    }

    private static void require(String what, long found, long most) {
      if (found > most) {
        throw new AssertionError("%s: %d, at most %d was expected".formatted(what, found, most));
      }
    }
  }
}

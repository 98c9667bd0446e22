package io.tplus1.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Inputs in great number, each within a time and a memory of its own, and all together without
 * growth of the heap. A failure names the seed of its input.
 *
 * <p>{@code mvn verify -Pfuzz} makes more of them, without a time limit.
 */
public final class FuzzRun {
  /** Inputs of a run, for those that are read in microseconds. */
  public static final int INPUTS = Integer.getInteger("fuzz.inputs", 10_000);

  private static final long MAX_CPU_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long MAX_BYTES = 512L << 20;
  private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long MAX_GROWTH = 16L << 20;
  private static final long WATCH_MS = 200;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FuzzRun() {}

  /** Takes an input; throws what it likes if that is wrong. */
  @FunctionalInterface
  public interface Target<T> {
    void take(T input) throws Exception;
  }

  /**
   * Runs the inputs of a seed, each of which the target takes on the thread that calls it.
   *
   * @param make an input of a generator that is seeded for it alone
   */
  public static <T> void over(
      long seed, int inputs, Function<Random, T> make, Target<? super T> target) {
    over(seed, inputs, new Servers(Optional.empty()), make, target);
  }

  /**
   * As above, where other threads do the work, such as a server's: theirs counts as the input's,
   * too. What they do once the target has returned counts as the next input's, and the last work of
   * a thread that has ended by then as nobody's.
   *
   * @param servers regular expression of these threads' names
   */
  public static <T> void over(
      long seed, int inputs, String servers, Function<Random, T> make, Target<? super T> target) {
    over(seed, inputs, new Servers(Optional.of(Pattern.compile(servers))), make, target);
  }

  private static <T> void over(
      long seed, int inputs, Servers servers, Function<Random, T> make, Target<? super T> target) {
    Worker<T> worker = new Worker<>(seed, inputs, servers, make, target);
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

  /** What a thread has done. */
  private record Work(long cpuNanos, long bytes) {
    static final Work NONE = new Work(0, 0);

    static Work ofThisThread() {
      return new Work(THREADS.getCurrentThreadCpuTime(), THREADS.getCurrentThreadAllocatedBytes());
    }

    Work plus(Work other) {
      return new Work(cpuNanos + other.cpuNanos, bytes + other.bytes);
    }

    Work minus(Work other) {
      return new Work(cpuNanos - other.cpuNanos, bytes - other.bytes);
    }
  }

  /** What the threads of some names have done; for one thread. */
  private static final class Servers {
    private final Optional<Pattern> names;
    private Map<Long, Work> before = Map.of();

    Servers(Optional<Pattern> names) {
      this.names = names;
    }

    /** What they have done since the last call. */
    Work more() {
      if (names.isEmpty()) {
        return Work.NONE;
      }
      Map<Long, Work> now = new HashMap<>();
      Work sum = Work.NONE;
      for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
        // One that ends meanwhile is null, or has done -1.
        if (thread != null && names.get().matcher(thread.getThreadName()).matches()) {
          long id = thread.getThreadId();
          Work work = new Work(THREADS.getThreadCpuTime(id), THREADS.getThreadAllocatedBytes(id));
          if (work.cpuNanos() >= 0 && work.bytes() >= 0) {
            now.put(id, work);
            sum = sum.plus(work.minus(before.getOrDefault(id, Work.NONE)));
          }
        }
      }
      before = now;
      return sum;
    }
  }

  private static final class Worker<T> extends Thread {
    private final long seed;
    private final int inputs;
    private final Servers servers;
    private final Function<Random, T> make;
    private final Target<? super T> target;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile long inputSeed;
    private volatile long inputSince = System.nanoTime();

    Worker(
        long seed,
        int inputs,
        Servers servers,
        Function<Random, T> make,
        Target<? super T> target) {
      super("fuzz");
      setDaemon(true);
      this.seed = seed;
      this.inputs = inputs;
      this.servers = servers;
      this.make = make;
      this.target = target;
    }

    @Override
    public void run() {
      Random seeds = new Random(seed);
      try {
        servers.more(); // What they did before is nobody's.
        for (int i = 0; i < inputs; i++) {
          inputSeed = seeds.nextLong();
          T input = make.apply(new Random(inputSeed));
          inputSince = System.nanoTime();
          Work before = Work.ofThisThread();
          target.take(input);
          Work done = Work.ofThisThread().minus(before).plus(servers.more());
          require("CPU time in ns", done.cpuNanos(), MAX_CPU_NANOS);
          require("bytes allocated", done.bytes(), MAX_BYTES);
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

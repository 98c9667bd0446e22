package io.tplus1.doctor;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.ops.Operations;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.retrain.RetrainTopology;
import java.util.Locale;
import java.util.Optional;

/**
 * What settings may fill of a process' heap: series and the dashboard, which take parts of it, and
 * samples with trainings, which take bytes, however small it is.
 */
public final class HeapShares {
  /** Most of the memory that the heap may take: stores keep their caches outside of it. */
  static final double MOST_OF_MEMORY = 0.75;

  private static final long MIB = 1 << 20;

  /** Steps in which heaps are advised, MiB. */
  private static final long ROUND = 64;

  /**
   * Part of what series and the dashboard leave that is for learning. The rest is for what nobody
   * counts: producers' batches, caches, what a training works with, and what is not collected yet.
   */
  private static final double FOR_LEARNING = 0.6;

  /**
   * Part of -Xmx that Java tells of at least: it leaves a survivor space out, which is largest
   * under the parallel collector, a third of a third, and it rounds.
   */
  private static final double SEEN = 0.88;

  /** Part from which on a larger heap is no remedy: next to nothing is left of any. */
  private static final double NEARLY_ALL = 0.95;

  private final Configuration configuration;
  private final double others;
  private final long learning;

  /**
   * @param role what the process does
   * @param plan how it learns; empty for not at all
   */
  public HeapShares(Configuration configuration, Role role, Optional<RetrainPlan> plan) {
    double series = configuration.windows().heapShare();
    double dashboard = configuration.http().isOn() ? Operations.HEAP_FOR_SERIES : 0;
    this.configuration = configuration;
    this.others = role.forecasts() ? series + dashboard : 0;
    this.learning = plan.map(any -> RetrainTopology.heapBytes(any, new RnnLearning())).orElse(0L);
  }

  /**
   * Whether samples and trainings may come to more than the others leave them: where they do, the
   * JVM ends, hours after the start, and again after each.
   *
   * @param heap largest heap, bytes
   */
  public Optional<Finding> beyond(long heap) {
    if (learning <= forLearning() * heap) {
      return Optional.empty();
    }
    String found =
        String.format(
            Locale.ROOT,
            "%d: samples and trainings may come to %,d MiB, by estimate, of a heap of %,d MiB",
            configuration.retrain().limits().memoryBytes(),
            learning / MIB,
            heap / MIB);
    String beside =
        others > 0
            ? String.format(
                Locale.ROOT,
                ", %.0f %% of which may be that of series (window.heap.share) and the dashboard",
                100 * others)
            : "";
    String lower =
        others > 0
            ? "lower retrain.memory.limit or window.heap.share"
            : "lower retrain.memory.limit";
    return Optional.of(
        Finding.warning(
            "retrain.memory.limit",
            found + beside + ": out of heap the process ends",
            others < NEARLY_ALL ? lower + larger() : lower));
  }

  /** A larger heap that is enough, in a machine that has room for it. */
  private String larger() {
    long heap =
        rounded(learning / forLearning() / SEEN / MIB); // beyond() has nothing to say of it.
    return ", or set TPLUS1_JAVA_OPTS=-Xmx%dm or more, where the machine or the container has %d MiB or more"
        .formatted(heap, rounded(heap / MOST_OF_MEMORY));
  }

  private static long rounded(double megabytes) {
    return ROUND * (long) Math.ceil(megabytes / ROUND);
  }

  private double forLearning() {
    return FOR_LEARNING * Math.max(0, 1 - others);
  }
}

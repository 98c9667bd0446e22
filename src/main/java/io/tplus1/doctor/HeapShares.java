package io.tplus1.doctor;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.ops.Operations;
import io.tplus1.rnn.RnnLearning;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.retrain.RetrainTopology;
import java.util.Locale;
import java.util.Optional;

/**
 * What settings may fill of a process' heap: series and the dashboard, which take parts of it, and
 * samples with trainings, which take bytes, however small it is.
 */
public final class HeapShares {
  private static final long MIB = 1 << 20;

  /** Steps in which heaps are advised, MiB. */
  private static final long ROUND = 64;

  /**
   * Part of what series and the dashboard leave that is for learning. The rest is for what nobody
   * counts: producers' batches, caches, what a training works with, and what is not collected yet.
   */
  private static final double FOR_LEARNING = 0.6;

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
            others < NEARLY_ALL
                ? "set TPLUS1_JAVA_OPTS=-Xmx%dm or more, or %s".formatted(leastMegabytes(), lower)
                : lower));
  }

  /** Smallest heap of which {@link #beyond} has nothing to say, in MiB; 0 where there is none. */
  long leastMegabytes() {
    return others < NEARLY_ALL
        ? ROUND * (long) Math.ceil(learning / forLearning() / (MIB * ROUND))
        : 0;
  }

  private double forLearning() {
    return FOR_LEARNING * Math.max(0, 1 - others);
  }
}

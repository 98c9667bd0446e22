package io.tplus1.doctor;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.ops.DashboardRoom;
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

  /**
   * Part of the heap that series may have without a word: of a heap of some size enough is left,
   * and where it is smaller than that, the heap itself is what is told.
   */
  private static final double OF_SERIES = 0.5;

  /**
   * What a process that forecasts takes beside series, the dashboard and producers' batches:
   * caches, rows that wait to be written, what is not collected yet.
   */
  private static final long ALWAYS_TAKEN = 64 * MIB;

  private final Configuration configuration;
  private final double others;
  private final long learning;

  /** Part of the heap that series may take; 0 where nothing is forecast. */
  private final double series;

  /** Of the dashboard's series; empty without one. */
  private final Optional<DashboardRoom> dashboard;

  /** What the streams may take beside all these, bytes. */
  private final double streams;

  /**
   * @param schema with all words, which tell how long a forecast is
   * @param role what the process does
   * @param plan how it learns; empty for not at all
   */
  public HeapShares(
      Configuration configuration, FeatureSchema schema, Role role, Optional<RetrainPlan> plan) {
    HttpSettings http = configuration.http();
    this.configuration = configuration;
    this.series = role.forecasts() ? configuration.windows().heapShare() : 0;
    this.dashboard =
        role.forecasts() && http.isOn()
            ? Optional.of(new DashboardRoom(schema, configuration.windows().horizon(), http))
            : Optional.empty();
    this.others = dashboard.isPresent() ? series + DashboardRoom.PART : series;
    this.learning = plan.map(any -> RetrainTopology.heapBytes(any, new RnnLearning())).orElse(0L);
    this.streams = role.forecasts() ? streams(configuration) : 0;
  }

  private static double streams(Configuration configuration) {
    double producers = StreamsProperties.threads(configuration.kafka()); // One a thread.
    return ALWAYS_TAKEN + producers * StreamsProperties.producerBuffer(configuration);
  }

  /**
   * Whether samples and trainings may come to more than the others leave them, or series and the
   * dashboard leave the streams too little: where they do, the JVM ends, hours after the start, and
   * again after each.
   *
   * @param heap largest heap, bytes
   */
  public Optional<Finding> beyond(long heap) {
    if (learning > forLearning() * heap) {
      return Optional.of(tooMuchLearning(heap));
    }
    double left = heap - learning - ofOthers(heap);
    return series > OF_SERIES && left < streams
        ? Optional.of(tooManySeries(heap, left))
        : Optional.empty();
  }

  private double ofOthers(long heap) {
    return series * heap + dashboard.map(room -> room.bytes(heap)).orElse(0.0);
  }

  private Finding tooManySeries(long heap, double left) {
    String found =
        String.format(
            Locale.ROOT,
            "%s: series%s may come to %,.0f MiB of a heap of %,d MiB, and leave %,.0f MiB for producers and caches, which may come to %,.0f MiB: out of heap the process ends",
            series,
            besideSeries(),
            (heap - left) / MIB,
            heap / MIB,
            Math.max(0, left) / MIB,
            streams / MIB);
    long ofAll = dashboard.map(DashboardRoom::bytesOfAll).orElse(0L);
    double enough =
        Math.min(
            (learning + streams + ofAll) / (1 - series),
            others < NEARLY_ALL ? (learning + streams) / (1 - others) : Double.POSITIVE_INFINITY);
    return Finding.warning("window.heap.share", found, "lower it" + larger(enough));
  }

  private String besideSeries() {
    if (learning > 0) {
      return dashboard.isPresent()
          ? ", the dashboard, samples and trainings"
          : ", samples and trainings";
    }
    return dashboard.isPresent() ? " and the dashboard" : "";
  }

  private Finding tooMuchLearning(long heap) {
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
                ", %.0f %% of which may be that of series (window.heap.share)%s",
                100 * others,
                dashboard.isPresent() ? " and the dashboard" : "")
            : "";
    String lower =
        others > 0
            ? "lower retrain.memory.limit or window.heap.share"
            : "lower retrain.memory.limit";
    return Finding.warning(
        "retrain.memory.limit",
        found + beside + ": out of heap the process ends",
        others < NEARLY_ALL ? lower + larger(learning / forLearning()) : lower);
  }

  /**
   * A larger heap that is enough, in a machine that has room for it: {@link #beyond} has nothing to
   * say of it.
   *
   * @param bytes of which that is the case
   */
  private static String larger(double bytes) {
    long heap = rounded(bytes / SEEN / MIB);
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

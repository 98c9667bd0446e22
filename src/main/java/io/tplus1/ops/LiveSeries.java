package io.tplus1.ops;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The latest forecast and the newest scores of the series that spoke last, a bounded number, and
 * which series are forecast worst.
 *
 * <p>Stream threads write, HTTP threads read; each of {@value #SHARDS} shards has its own lock,
 * which is held for a copy of some numbers at most. What leaves for want of room keeps its place
 * among the worst, if it is one of them: then only key and errors are kept.
 *
 * <p>A series is silent by the event time of its own partition, as stores drop it by that: others
 * may be years ahead. Those of a partition that no task here has any more are silent, too.
 */
final class LiveSeries {
  private static final int SHARDS = 16;

  /** Series beyond the newest whose errors are kept because they are bad, in all. */
  static final int WORST = 512;

  private final int targets;
  private final int width;
  private final FeatureSchema schema;
  private final boolean numbers;
  private final long retentionMs;
  private final Shard[] shards = new Shard[SHARDS];

  /**
   * How many tasks have each partition: one, two while it moves between threads, then perhaps none.
   */
  private final Map<Integer, Integer> tasks = new ConcurrentHashMap<>();

  /** The newest event time of each partition, which one stream thread at a time reads. */
  private final Map<Integer, AtomicLong> newestMs = new ConcurrentHashMap<>();

  /**
   * What is held of a series.
   *
   * @param latest its newest forecast, without a receipt; null if there was none
   * @param points its newest scores, oldest first
   */
  record Seen(Prediction latest, List<LiveEntry.Point> points) {}

  /**
   * A series of a ranking.
   *
   * @param relative decayed root-mean-square error at horizon 1 divided by that of persistence,
   *     over targets
   * @param scores how many scores it has had
   * @param timeMs event time of its newest score, epoch milliseconds
   * @param partition of {@code features}, which it comes by
   */
  record Ranked(String key, double relative, long scores, long timeMs, int partition) {}

  private final class Shard {
    private final int capacity;

    /** Those that spoke last stand last, whatever is read of them. */
    private final Map<String, LiveEntry> entries = new LinkedHashMap<>();

    /** Errors of bad series that left; the least bad goes first. */
    private final Map<String, DecayedErrors> gone = new LinkedHashMap<>();

    private final PriorityQueue<Ranked> leastBad =
        new PriorityQueue<>(Comparator.comparingDouble(Ranked::relative));

    /** Whose the newest entry is: a score and a forecast of one series follow each other. */
    private String newestKey;

    private LiveEntry newest;

    Shard(int capacity) {
      this.capacity = capacity;
    }

    // A series has one key, which is one object until it leaves the heap.
    @SuppressWarnings("ReferenceEquality")
    private LiveEntry entry(int partition, String key) {
      if (key == newestKey) {
        return newest;
      }
      LiveEntry entry = entries.remove(key);
      if (entry == null) {
        // Where there are far more series than are held, each record makes one leave.
        DecayedErrors known = gone.remove(key);
        if (known != null) {
          leastBad.removeIf(bad -> bad.key().equals(key));
        }
        entry =
            entries.size() < capacity ? new LiveEntry(targets, new DecayedErrors(schema)) : leave();
        if (known != null) {
          entry.setErrors(known);
        }
      }
      entries.put(key, entry);
      entry.cameBy(partition);
      newestKey = key;
      newest = entry;
      return entry;
    }

    /** Lets the series that is silent longest leave; its entry is another's. */
    private LiveEntry leave() {
      var eldest = entries.entrySet().iterator();
      var left = eldest.next();
      eldest.remove();
      LiveEntry entry = left.getValue();
      boolean isKept = keepIfBad(left.getKey(), entry);
      entry.clear(isKept ? new DecayedErrors(schema) : entry.errors().begun());
      return entry;
    }

    private boolean keepIfBad(String key, LiveEntry entry) {
      DecayedErrors errors = entry.errors();
      double relative = errors.relative();
      if (Double.isNaN(relative)) {
        return false;
      }
      if (leastBad.size() >= WORST / SHARDS) {
        leastBad.removeIf(bad -> isSilent(bad) && gone.remove(bad.key()) != null);
      }
      if (leastBad.size() >= WORST / SHARDS) {
        if (leastBad.peek().relative() >= relative) {
          return false;
        }
        gone.remove(leastBad.poll().key());
      }
      leastBad.add(ranked(key, entry, errors.timeMs()));
      gone.put(key, errors);
      return true;
    }
  }

  /**
   * @param capacity most series whose forecasts and scores are held
   * @param retention event time after which a silent series is not listed, as stores drop it then
   */
  LiveSeries(FeatureSchema schema, int capacity, Duration retention) {
    this.retentionMs = retention.toMillis();
    this.schema = schema;
    this.targets = schema.targets().size();
    this.width = schema.outputWidth();
    this.numbers = schema.targetFeatures().stream().noneMatch(Feature::isCategory);
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard(Math.max(1, capacity / SHARDS));
    }
  }

  private Shard shard(String key) {
    // Kafka's partitioner and a hash map use other bits.
    return shards[(key.hashCode() * 0x9E3779B9) >>> 28];
  }

  /**
   * @param partition of {@code features}, which the series comes by
   */
  void forecast(int partition, Prediction prediction) {
    Shard shard = shard(prediction.key());
    synchronized (shard) {
      shard.entry(partition, prediction.key()).forecast(prediction);
    }
  }

  /** A task has a partition of {@code features} now. */
  void tookUp(int partition) {
    tasks.merge(partition, 1, Integer::sum);
  }

  /** A task has a partition no more. */
  void letGo(int partition) {
    tasks.merge(partition, -1, Integer::sum);
  }

  /**
   * A vector came, of whichever series of a partition and forecast or not: stores drop what is
   * silent by it.
   */
  void cameTo(int partition, long timeMs) {
    AtomicLong newest =
        newestMs.computeIfAbsent(partition, first -> new AtomicLong(Long.MIN_VALUE));
    if (timeMs > newest.get()) {
      newest.set(timeMs);
    }
  }

  /**
   * Scores beyond horizon 1 are not held: each would be one more point at the same time, and all
   * are in the sums of {@link ErrorBoard}.
   *
   * @param partition of {@code features}, which the series comes by
   */
  void scored(int partition, Score score) {
    if (score.horizon() != 1) {
      return;
    }
    Shard shard = shard(score.key());
    synchronized (shard) {
      LiveEntry entry = shard.entry(partition, score.key());
      entry.add(score, likeliest(score.forecast()));
      entry.errors().learn(score);
    }
  }

  /**
   * A forecast of one horizon as one value a target: the number, or the likeliest id; NaN where it
   * was answered. Only to be read.
   */
  float[] likeliest(float[] values) {
    if (numbers) {
      return values;
    }
    float[] chosen = new float[targets];
    for (int i = 0; i < targets; i++) {
      int at = schema.outputAt(i);
      Feature feature = schema.targetFeatures().get(i);
      chosen[i] =
          feature.isCategory() && !Float.isNaN(values[at])
              ? Probabilities.likeliest(values, at, feature.width())
              : values[at];
    }
    return chosen;
  }

  /** Length of one horizon of a forecast. */
  int width() {
    return width;
  }

  /** What is held of a series, copied. */
  Optional<Seen> find(String key) {
    Shard shard = shard(key);
    synchronized (shard) {
      LiveEntry entry = shard.entries.get(key);
      return Optional.ofNullable(entry).map(found -> new Seen(found.latest(key), found.points()));
    }
  }

  /** The decayed error of a series relative to persistence; NaN while unknown. */
  double relative(String key) {
    Shard shard = shard(key);
    synchronized (shard) {
      LiveEntry entry = shard.entries.get(key);
      DecayedErrors errors = entry == null ? shard.gone.get(key) : entry.errors();
      return errors == null ? Double.NaN : errors.relative();
    }
  }

  /**
   * The series that are forecast worst, the worst first.
   *
   * @param isShown asked of as many as are needed, by key
   */
  List<Ranked> worst(int limit, Predicate<String> isShown) {
    List<Ranked> all = new ArrayList<>();
    for (Shard shard : shards) {
      synchronized (shard) {
        shard.leastBad.stream().filter(bad -> !isSilent(bad)).forEach(all::add);
        shard.entries.forEach(
            (key, entry) -> {
              Ranked one = ranked(key, entry, entry.errors().timeMs());
              if (!Double.isNaN(one.relative()) && !isSilent(entry)) {
                all.add(one);
              }
            });
      }
    }
    all.sort(Comparator.comparingDouble(Ranked::relative).reversed().thenComparing(Ranked::key));
    return all.stream().filter(one -> isShown.test(one.key())).limit(limit).toList();
  }

  private static Ranked ranked(String key, LiveEntry entry, long timeMs) {
    DecayedErrors errors = entry.errors();
    return new Ranked(key, errors.relative(), errors.scores(), timeMs, entry.partition());
  }

  private boolean isSilent(Ranked bad) {
    return isSilent(bad.partition(), bad.timeMs());
  }

  private boolean isSilent(LiveEntry entry) {
    return isSilent(entry.partition(), entry.timeMs());
  }

  private boolean isSilent(int partition, long timeMs) {
    AtomicLong newest = newestMs.get(partition);
    return tasks.getOrDefault(partition, 1) == 0
        || (newest != null && timeMs < newest.get() - retentionMs);
  }

  /**
   * The series that were forecast last in event time, the newest first.
   *
   * @param isShown as of {@link #worst}
   */
  List<Ranked> latest(int limit, Predicate<String> isShown) {
    List<Ranked> all = new ArrayList<>();
    for (Shard shard : shards) {
      synchronized (shard) {
        shard.entries.forEach(
            (key, entry) -> {
              if (entry.hasForecast() && !isSilent(entry)) {
                all.add(ranked(key, entry, entry.timeMs()));
              }
            });
      }
    }
    all.sort(Comparator.comparingLong(Ranked::timeMs).reversed().thenComparing(Ranked::key));
    return all.stream().filter(one -> isShown.test(one.key())).limit(limit).toList();
  }

  /** How many series are held that have not fallen silent. */
  int size() {
    int size = 0;
    for (Shard shard : shards) {
      synchronized (shard) {
        for (LiveEntry entry : shard.entries.values()) {
          size += isSilent(entry) ? 0 : 1;
        }
      }
    }
    return size;
  }
}

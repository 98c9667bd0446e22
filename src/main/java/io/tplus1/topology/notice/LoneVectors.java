package io.tplus1.topology.notice;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a series that is silent before each of its vectors for longer than anything is known of it.
 * For one task's thread.
 */
final class LoneVectors {
  /** Times in a row that are no coincidence. */
  private static final int FEWEST = 4;

  /** Series looked at. */
  private static final int MOST_ALONE = 64;

  private final long retentionMs;

  /** Series that have spoken once since they are known, by when and how often in a row. */
  private final Map<String, Alone> alone = new LinkedHashMap<>();

  private record Alone(long timeMs, int times) {}

  /**
   * @param retentionMs silence after which a series is forgotten
   */
  LoneVectors(long retentionMs) {
    this.retentionMs = retentionMs;
  }

  /**
   * Notes that a series speaks for the first time, or again when nothing is known of it any more.
   *
   * @param timeMs event time of its vector, epoch milliseconds
   * @return how long after the one before, if it has begun anew so often in a row that all of its
   *     vectors do
   */
  Optional<Duration> beginsAnew(String key, long timeMs) {
    Alone before = alone.remove(key);
    int times = before == null ? 0 : before.times() + 1;
    if (times >= FEWEST) {
      alone.clear();
      return Optional.of(Duration.ofMillis(timeMs - before.timeMs()));
    }
    if (alone.size() >= MOST_ALONE) { // Who never spoke again makes room.
      Map.Entry<String, Alone> eldest = alone.entrySet().iterator().next();
      if (eldest.getValue().timeMs() > timeMs - 8 * retentionMs) {
        return Optional.empty();
      }
      alone.remove(eldest.getKey());
    }
    alone.put(key, new Alone(timeMs, times));
    return Optional.empty();
  }

  /** Notes that a series has spoken again while it was known. */
  void goesOn(String key) {
    if (!alone.isEmpty()) {
      alone.remove(key);
    }
  }

  /** Forgets all series. */
  void forget() {
    alone.clear();
  }
}

package io.tplus1.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rows of one series as they were put into a store and deleted from it, one after the other, so
 * that a window can be seen as it was at any of these moments. For one thread.
 */
final class StoredRows {
  /** Behind the key: the time (64 bits) and a number that is always 0 (32). */
  private static final int BEHIND_KEY = Long.BYTES + Integer.BYTES;

  /**
   * One row that was put, or deleted.
   *
   * @param timeMs event time
   * @param row {@code float[…]}; null if it was deleted
   */
  private record Put(long timeMs, float[] row) {}

  private final byte[] series;
  private final long fromMs;
  private final long toMs;
  private final List<Put> puts = new ArrayList<>();

  /**
   * Rows of a window.
   *
   * @param fromMs event time of its oldest row
   * @param toMs event time of its newest
   */
  StoredRows(String key, long fromMs, long toMs) {
    this.series = key.getBytes(UTF_8);
    this.fromMs = fromMs;
    this.toMs = toMs;
  }

  /** Time of a row by its key in the changelog of a window store; −1 if it is of no interest. */
  long timeOf(byte[] storeKey) {
    if (storeKey.length != series.length + BEHIND_KEY
        || !Arrays.equals(storeKey, 0, series.length, series, 0, series.length)) {
      return -1;
    }
    long timeMs = ByteBuffer.wrap(storeKey).getLong(series.length);
    return timeMs < fromMs || timeMs > toMs ? -1 : timeMs;
  }

  /** Notes a row that was put after all others. */
  void put(long timeMs, float[] row) {
    puts.add(new Put(timeMs, row));
  }

  /** Notes that a row was deleted after all others were put. */
  void delete(long timeMs) {
    puts.add(new Put(timeMs, null));
  }

  /**
   * The rows as they were after each time that the newest was put, by time: usually it was put
   * once, and again where it was corrected.
   */
  List<NavigableMap<Long, float[]>> moments() {
    List<NavigableMap<Long, float[]>> moments = new ArrayList<>();
    NavigableMap<Long, float[]> now = new TreeMap<>();
    for (Put put : puts) {
      if (put.row() == null) {
        now.remove(put.timeMs());
        continue;
      }
      now.put(put.timeMs(), put.row());
      if (put.timeMs() == toMs) {
        moments.add(new TreeMap<>(now));
      }
    }
    return moments;
  }

  /** Times of rows that were put after the newest one alone: what was put before is gone. */
  Set<Long> replaced() {
    Set<Long> before = new HashSet<>();
    Set<Long> after = new TreeSet<>();
    boolean reached = false;
    for (Put put : puts) {
      if (put.row() != null) {
        reached |= put.timeMs() == toMs;
        (reached ? after : before).add(put.timeMs());
      }
    }
    after.removeAll(before);
    after.remove(toMs);
    return after;
  }

  /** Times of all rows that are there. */
  Set<Long> times() {
    Set<Long> times = new TreeSet<>();
    for (Put put : puts) {
      if (put.row() != null) {
        times.add(put.timeMs());
      }
    }
    return times;
  }
}

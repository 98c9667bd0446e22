package io.tplus1.topology.rows;

import io.tplus1.feature.LongKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;

/** Rows that wait until they are handed on to a store, by series. Not thread-safe. */
final class WaitingRows {
  /** Most series that wait. */
  static final int MOST_SERIES = 8_192;

  /**
   * Most bytes of rows that wait: of 36 numbers each, as many as may wait. A task of such has 13 MB
   * of heap here, with keys and objects.
   */
  static final int MOST_BYTES = 8 << 20;

  /** Rows of a series that there is room for at first. */
  static final int FEW = 8;

  private final Map<Bytes, Rows> series = new HashMap<>();
  private int rows;
  private int bytes;

  /** Takes a row. */
  interface Taker {
    void put(Bytes key, byte[] value, long timeMs);
  }

  private static final class Rows {
    private long[] times = new long[FEW];
    private byte[][] values = new byte[FEW][];
    private int count;
    private int bytes;

    void add(byte[] value, long timeMs) {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
      }
      times[count] = timeMs;
      values[count] = value;
      count++;
    }
  }

  /** Series of which rows wait. */
  int series() {
    return series.size();
  }

  /** All rows that wait. */
  int rows() {
    return rows;
  }

  /** Bytes of their values, and of long keys. */
  int bytes() {
    return bytes;
  }

  boolean contains(Bytes key) {
    return series.containsKey(key);
  }

  /**
   * Lets a row wait.
   *
   * @param value null for one that is taken away
   * @return how many of its series wait
   */
  int add(Bytes key, byte[] value, long timeMs) {
    Rows of = series.get(key);
    int size = value == null ? 0 : value.length;
    if (of == null) {
      of = new Rows();
      series.put(key, of);
      size += LongKey.isLong(key.get()) ? key.get().length : 0;
    }
    of.add(value, timeMs);
    of.bytes += size;
    bytes += size;
    rows++;
    return of.count;
  }

  /** Those of a series by their times, the newest of each; null for one that is taken away. */
  NavigableMap<Long, byte[]> of(Bytes key) {
    NavigableMap<Long, byte[]> found = new TreeMap<>();
    Rows of = series.get(key);
    if (of != null) {
      for (int i = 0; i < of.count; i++) {
        found.put(of.times[i], of.values[i]);
      }
    }
    return found;
  }

  /** Hands those of a series on; after a failure all of them still wait. */
  void handOn(Bytes key, Taker to) {
    handOn(key, series.get(key), to);
    series.remove(key); // others may wait in its place
  }

  /** Hands all on; after a failure those that failed still wait. */
  void handAllOn(Taker to) {
    series.forEach((key, of) -> handOn(key, of, to));
    series.clear();
  }

  private void handOn(Bytes key, Rows of, Taker to) {
    for (int i = 0; i < of.count; i++) {
      to.put(key, of.values[i], of.times[i]);
    }
    // Not before all of them are there: after a failure they are handed on again.
    Arrays.fill(of.values, null);
    bytes -= of.bytes;
    rows -= of.count;
    of.bytes = 0;
    of.count = 0;
  }

  void clear() {
    series.clear();
    bytes = 0;
    rows = 0;
  }
}

package io.tplus1.topology.state;

import io.tplus1.serde.Receipt;

/**
 * Where the newest vectors of a series were read, by event time, as far as this run of the task
 * knows. Owned by one stream thread.
 */
public final class Offsets {
  private final long[] times;
  private final long[] offsets;
  private int next;
  private int count;

  /**
   * @param capacity vectors that are remembered
   */
  public Offsets(int capacity) {
    this.times = new long[capacity];
    this.offsets = new long[capacity];
  }

  /** Notes a vector newer than all others. */
  public void add(long timeMs, long offset) {
    times[next] = timeMs;
    offsets[next] = offset;
    next = (next + 1) % times.length;
    count = Math.min(count + 1, times.length);
  }

  /** Where the vector of this time was read; {@link Receipt#UNKNOWN} if that is not known. */
  public long at(long timeMs) {
    int from = 0;
    int to = count;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (times[index(middle)] < timeMs) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from < count && times[index(from)] == timeMs ? offsets[index(from)] : Receipt.UNKNOWN;
  }

  private int index(int age) {
    return (next - count + age + times.length) % times.length;
  }

  /** Forgets everything, because a vector came late, or took another one's place. */
  void clear() {
    count = 0;
  }
}

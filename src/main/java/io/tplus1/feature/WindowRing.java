package io.tplus1.feature;

/**
 * The last N vectors of one series on the heap, always contiguous. Owned by one thread.
 *
 * <p>The arrays hold one and a half N rows: a vector is appended behind the last one, and when the
 * end is reached the newest N − 1 rows move to the front. So a window is one contiguous slice,
 * which kernels read without copying, at an amortised cost of two rows copied per append.
 */
public final class WindowRing {
  private final int capacity;
  private final int features;
  private final long maxAgeMs;
  private final float[] buffer;
  private final long[] times;
  private final FeatureWindow window;
  private int first;
  private int count;
  private long generation;
  private long appended;

  /**
   * A ring whose window carries no attachment.
   *
   * @param capacity N, the most vectors that a window holds
   * @param features fields of a vector
   * @param maxAgeMs vectors older than this before the newest are not in the window, in
   *     milliseconds
   */
  public WindowRing(int capacity, int features, long maxAgeMs) {
    this(capacity, features, maxAgeMs, new HeapBudget(0));
  }

  /**
   * An empty ring.
   *
   * @param budget room for what readers attach to the window
   * @see #WindowRing(int, int, long)
   */
  public WindowRing(int capacity, int features, long maxAgeMs, HeapBudget budget) {
    if (capacity < 1 || features < 1 || maxAgeMs < 0) {
      throw new IllegalArgumentException(
          "a ring needs capacity >= 1, features >= 1 and maxAgeMs >= 0, found %d, %d and %d"
              .formatted(capacity, features, maxAgeMs));
    }
    this.capacity = capacity;
    this.features = features;
    this.maxAgeMs = maxAgeMs;
    int rows = rows(capacity);
    this.buffer = new float[rows * features];
    this.times = new long[rows];
    this.window = new FeatureWindow(buffer, times, features, budget);
  }

  /** Rows for which a ring of a capacity has room. */
  public static int rows(int capacity) {
    return capacity + Math.max(1, capacity / 2);
  }

  /**
   * Appends a vector newer than all others; what it makes too old, or too many, leaves.
   *
   * @throws IllegalArgumentException if the vector is not newer than the newest, or of another
   *     length
   */
  public void append(long timeMs, float[] values) {
    if (values.length != features) {
      throw new IllegalArgumentException(
          "a vector must have %d values, found %d".formatted(features, values.length));
    }
    if (count > 0 && timeMs <= lastTimeMs()) {
      throw new IllegalArgumentException(
          "a vector must be newer than the newest, %d, found %d".formatted(lastTimeMs(), timeMs));
    }
    if (count == capacity) {
      first++;
      count--;
    }
    if (first + count == times.length) {
      System.arraycopy(buffer, first * features, buffer, 0, count * features);
      System.arraycopy(times, first, times, 0, count);
      first = 0;
    }
    int at = first + count;
    System.arraycopy(values, 0, buffer, at * features, features);
    times[at] = timeMs;
    count++;
    appended++;
    age(timeMs);
  }

  /**
   * Forgets what would be too old beside a vector of this time, as {@link #append} does.
   *
   * @param timeMs epoch milliseconds
   */
  public void age(long timeMs) {
    while (count > 0 && timeMs - times[first] > maxAgeMs) {
      first++;
      count--;
    }
  }

  /** Forgets every vector. */
  public void clear() {
    first = 0;
    count = 0;
    generation++;
  }

  /** Gives up what a reader attached to the window; owed to the budget before a ring is dropped. */
  public void releaseAttachment() {
    window.release();
  }

  /** Number of vectors held, at most the capacity. */
  public int count() {
    return count;
  }

  /**
   * Event time of the newest vector, epoch milliseconds.
   *
   * @throws IllegalStateException if the ring is empty
   */
  public long lastTimeMs() {
    if (count == 0) {
      throw new IllegalStateException("an empty ring has no newest vector");
    }
    return times[first + count - 1];
  }

  /** A view of the vectors held; good until the next change, and the same object every time. */
  public FeatureWindow window() {
    window.point(first, count, generation, appended);
    return window;
  }

  /**
   * As {@link #newest}, of those that can stand in a window with a vector that comes.
   *
   * @param timeMs of that, newer than all, and not by more than {@code withinMs}
   * @throws IllegalStateException if the ring is empty
   */
  public FeatureWindow beside(int most, long withinMs, long timeMs) {
    return newest(most, withinMs - (timeMs - lastTimeMs()));
  }

  /**
   * As {@link #window()}, of the newest vectors alone, in the same object.
   *
   * @param most most vectors, at least 1
   * @param withinMs vectors older than this before the newest are left out, in milliseconds
   */
  public FeatureWindow newest(int most, long withinMs) {
    int end = first + count;
    int from = Math.max(first, end - most);
    while (from < end && times[end - 1] - times[from] > withinMs) {
      from++;
    }
    window.point(from, end - from, generation, appended);
    return window;
  }
}

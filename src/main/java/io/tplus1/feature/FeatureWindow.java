package io.tplus1.feature;

import java.util.Arrays;

/**
 * The last vectors of a series, {@code float[steps][features]}, raw, oldest first, as a view of an
 * array that somebody else owns.
 *
 * <p>A window of a {@link WindowRing} is good until the ring is changed; {@link #copy()} outlives
 * it.
 *
 * <p>A window of a ring that has a {@link HeapBudget} carries one attachment for the code that
 * reads it, which stays while vectors come and go: {@link #generation()} and {@link #appended()}
 * tell which of the vectors that it was made of are still there.
 */
public final class FeatureWindow {
  private final float[] buffer;
  private final long[] times;
  private final int features;
  private int first;
  private final HeapBudget budget;
  private int steps;
  private long generation;
  private long appended;
  private Object attachment;
  private long reserved;

  private FeatureWindow(float[] buffer, long[] times, int features) {
    this(buffer, times, features, new HeapBudget(0));
  }

  FeatureWindow(float[] buffer, long[] times, int features, HeapBudget budget) {
    this.buffer = buffer;
    this.times = times;
    this.features = features;
    this.budget = budget;
  }

  /** A window of its own over copies of the given vectors, oldest first. */
  public static FeatureWindow of(FeatureVector... vectors) {
    if (vectors.length == 0) {
      throw new IllegalArgumentException("a window needs at least one vector, found none");
    }
    int features = vectors[0].values().length;
    float[] buffer = new float[vectors.length * features];
    long[] times = new long[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i].values().length != features) {
        throw new IllegalArgumentException(
            "vectors of a window must have one length, found %d and %d"
                .formatted(features, vectors[i].values().length));
      }
      System.arraycopy(vectors[i].values(), 0, buffer, i * features, features);
      times[i] = vectors[i].timeMs();
    }
    FeatureWindow window = new FeatureWindow(buffer, times, features);
    window.point(0, vectors.length);
    return window;
  }

  /**
   * A view of arrays that the caller owns and no longer changes, such as a whole series.
   *
   * @param buffer {@code float[rows][features]} row-major, oldest first
   * @param times {@code long[rows]}, epoch milliseconds
   * @param firstStep row of the window's oldest step
   * @param steps number of rows in the window
   */
  public static FeatureWindow over(
      float[] buffer, long[] times, int features, int firstStep, int steps) {
    if (steps < 1 || firstStep < 0 || firstStep > times.length - steps) {
      throw new IllegalArgumentException(
          "a window of %d steps from row %d does not lie in %d rows"
              .formatted(steps, firstStep, times.length));
    }
    if (buffer.length < (long) times.length * features) {
      throw new IllegalArgumentException(
          "%d rows of %d features need %d values, found %d"
              .formatted(times.length, features, (long) times.length * features, buffer.length));
    }
    FeatureWindow window = new FeatureWindow(buffer, times, features);
    window.point(firstStep, steps);
    return window;
  }

  private void point(int firstStep, int stepCount) {
    this.first = firstStep;
    this.steps = stepCount;
  }

  void point(int firstStep, int stepCount, long inGeneration, long appendedUntilNow) {
    point(firstStep, stepCount);
    this.generation = inGeneration;
    this.appended = appendedUntilNow;
  }

  /**
   * Changes when the ring forgets everything: vectors of two generations have nothing in common.
   */
  public long generation() {
    return generation;
  }

  /** Number of vectors that were ever appended to the ring, of which the window has the newest. */
  public long appended() {
    return appended;
  }

  /** What a reader attached; null if there is nothing. */
  public Object attachment() {
    return attachment;
  }

  /**
   * Gives up what is attached, and takes room for an attachment out of the budget.
   *
   * @param bytes size of what will be attached
   * @return whether there was room; never for a window without a ring
   */
  public boolean reserve(long bytes) {
    release();
    if (bytes < 1 || !budget.take(bytes)) {
      return false;
    }
    reserved = bytes;
    return true;
  }

  /**
   * Attaches an object for which there is room.
   *
   * @throws IllegalStateException if {@link #reserve} was not called, or refused
   */
  public void attach(Object object) {
    if (reserved == 0) {
      throw new IllegalStateException("an attachment needs room that was reserved, found none");
    }
    attachment = object;
  }

  void release() {
    budget.giveBack(reserved);
    reserved = 0;
    attachment = null;
  }

  /** Number of vectors. */
  public int steps() {
    return steps;
  }

  /** Number of fields of a vector. */
  public int features() {
    return features;
  }

  /** Event time of a step, epoch milliseconds; step 0 is the oldest. */
  public long timeMs(int step) {
    return times[first + step];
  }

  /** Event time of the newest step, epoch milliseconds. */
  public long lastTimeMs() {
    return times[first + steps - 1];
  }

  /** Number of steps that are not newer than a time, epoch milliseconds. */
  public int stepsUpTo(long timeMs) {
    int upTo = steps;
    while (upTo > 0 && timeMs(upTo - 1) > timeMs) {
      upTo--;
    }
    return upTo;
  }

  public float value(int step, int feature) {
    return buffer[(first + step) * features + feature];
  }

  /** The newest value of a field. */
  public float last(int feature) {
    return buffer[(first + steps - 1) * features + feature];
  }

  /** The array under the view: step s, field f lies at {@code offset() + s * features() + f}. */
  public float[] buffer() {
    return buffer;
  }

  /** Index of the oldest step's first value in {@link #buffer()}. */
  public int offset() {
    return first * features;
  }

  /** A window over arrays of its own. */
  public FeatureWindow copy() {
    FeatureWindow copy =
        new FeatureWindow(
            Arrays.copyOfRange(buffer, offset(), offset() + steps * features),
            Arrays.copyOfRange(times, first, first + steps),
            features);
    copy.point(0, steps);
    return copy;
  }

  /**
   * Some of the steps, in the same arrays, without an attachment: good for as long as this window.
   *
   * @param from the oldest of them
   * @param count number of steps
   */
  public FeatureWindow part(int from, int count) {
    FeatureWindow part = new FeatureWindow(buffer, times, features);
    part.point(first + from, count);
    return part;
  }

  /**
   * A window over copies of some of the steps and of the first fields of each.
   *
   * @param from the oldest step that is copied
   * @param count number of steps
   * @param fields number of fields, at most {@link #features()}
   */
  public FeatureWindow copy(int from, int count, int fields) {
    float[] values = new float[count * fields];
    for (int s = 0; s < count; s++) {
      System.arraycopy(buffer, offset() + (from + s) * features, values, s * fields, fields);
    }
    return over(
        values, Arrays.copyOfRange(times, first + from, first + from + count), fields, 0, count);
  }

  /** The values as {@code float[steps][features]}, copied. */
  public float[][] toArray() {
    float[][] rows = new float[steps][];
    for (int s = 0; s < steps; s++) {
      int at = offset() + s * features;
      rows[s] = Arrays.copyOfRange(buffer, at, at + features);
    }
    return rows;
  }

  /** The vectors, oldest first, copied. */
  public FeatureVector[] toVectors() {
    float[][] rows = toArray();
    FeatureVector[] vectors = new FeatureVector[steps];
    for (int s = 0; s < steps; s++) {
      vectors[s] = new FeatureVector(timeMs(s), rows[s]);
    }
    return vectors;
  }

  @Override
  public String toString() {
    return Arrays.toString(toVectors());
  }
}

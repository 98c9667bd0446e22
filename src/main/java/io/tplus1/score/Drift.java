package io.tplus1.score;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Whether the champion's errors have grown: {@link PageHinkley} on the mean error of one event time
 * after the other. For one thread.
 *
 * <p>What moves many series together (a storm, a feast day) is no new evidence with each of them,
 * and a test that may err once in 100,000 errors would do so many times a day if each sample were
 * one. So samples that lie within half a step of their series are one error, their mean, which
 * counts once the next event time begins. In it each is cut as in the test, so that one series that
 * is always far off makes no drifts, and hides those of all others for a few hundred event times at
 * most. Up to {@value #UNDER_WAY} are under way at once: of several tasks some may be behind, and
 * their samples come by turns.
 *
 * <p>An error over H steps shares H − 1 of them with that of the next event time, so one stretch
 * that nobody could foresee stands in H errors: beyond H = 2 the threshold counts times (H + 2) /
 * 4. That keeps drifts without a cause as rare as they are at H = 2, of the last value of a random
 * walk one in some 40,000 event times, up to H = 12, and makes them rarer beyond.
 */
public final class Drift {
  private static final int UNDER_WAY = 8;

  private final DriftSettings settings;
  private PageHinkley test;

  /** When the first sample of each was forecast. */
  private final long[] fromMs = new long[UNDER_WAY];

  /** 0 where none is under way. */
  private final double[] weights = new double[UNDER_WAY];

  private final double[] sums = new double[UNDER_WAY];

  /**
   * No errors yet.
   *
   * @param horizon H, steps that a sample's error covers
   */
  public Drift(DriftSettings settings, int horizon) {
    this.settings = settings.times(Math.max(1, (horizon + 2) / 4.0));
    this.test = new PageHinkley(this.settings);
  }

  /**
   * Takes one sample into account.
   *
   * @param timeMs event time at which it was forecast, epoch milliseconds
   * @param stepMs usual time between two vectors of its series
   * @param sampleWeight how many samples it stands for
   * @param error of the champion, 0 or more; what is not finite is passed over
   * @return whether an event time that is over now completes a drift
   */
  public boolean add(long timeMs, long stepMs, double sampleWeight, double error) {
    if (!Double.isFinite(error)) {
      return false;
    }
    int at = nearest(timeMs);
    boolean drifted = false;
    if (at < 0 || Math.abs(timeMs - fromMs[at]) >= Math.max(1, stepMs / 2)) {
      at = over(timeMs);
      drifted = weights[at] > 0 && test.add(sums[at] / weights[at]);
      fromMs[at] = timeMs;
      weights[at] = 0;
      sums[at] = 0;
    }
    weights[at] += sampleWeight;
    sums[at] += sampleWeight * test.cut(error);
    return drifted;
  }

  /** The nearest event time under way, or -1. */
  private int nearest(long timeMs) {
    int nearest = -1;
    for (int i = 0; i < UNDER_WAY; i++) {
      if (weights[i] > 0
          && (nearest < 0 || Math.abs(timeMs - fromMs[i]) < Math.abs(timeMs - fromMs[nearest]))) {
        nearest = i;
      }
    }
    return nearest;
  }

  /**
   * The event time in whose place another begins: the last one before it. Where all are later, as
   * of a task that is behind, or of series that come one after another, a free place, or the first.
   */
  private int over(long timeMs) {
    int before = -1;
    int free = -1;
    int first = 0;
    for (int i = 0; i < UNDER_WAY; i++) {
      if (weights[i] == 0) {
        free = i;
      } else if (fromMs[i] < timeMs && (before < 0 || fromMs[i] > fromMs[before])) {
        before = i;
      }
      if (fromMs[i] < fromMs[first]) {
        first = i;
      }
    }
    return before >= 0 ? before : free >= 0 ? free : first;
  }

  /** Forgets everything, as for another champion. */
  public void reset() {
    test.reset();
    clear();
  }

  private void clear() {
    Arrays.fill(fromMs, 0);
    Arrays.fill(weights, 0);
    Arrays.fill(sums, 0);
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = PageHinkley.BYTES;

  /** Writes the state but for the event times that are not over, big-endian. */
  public void write(ByteBuffer bytes) {
    test.write(bytes);
  }

  /** Goes on with what {@link #write} wrote. */
  public void read(ByteBuffer bytes) {
    test = PageHinkley.read(bytes, settings);
    clear();
  }

  /** Bytes that {@link #writeUnfinished} writes. */
  public static final int UNFINISHED_BYTES = UNDER_WAY * (Long.BYTES + 2 * Double.BYTES);

  /** Writes the event times that are not over, big-endian. */
  public void writeUnfinished(ByteBuffer bytes) {
    for (int i = 0; i < UNDER_WAY; i++) {
      bytes.putLong(fromMs[i]).putDouble(weights[i]).putDouble(sums[i]);
    }
  }

  /** Goes on with what {@link #writeUnfinished} wrote, after {@link #read}. */
  public void readUnfinished(ByteBuffer bytes) {
    for (int i = 0; i < UNDER_WAY; i++) {
      fromMs[i] = bytes.getLong();
      weights[i] = bytes.getDouble();
      sums[i] = bytes.getDouble();
    }
  }
}

package io.tplus1.train;

import io.tplus1.score.DriftSettings;
import io.tplus1.score.PageHinkley;
import java.nio.ByteBuffer;

/**
 * Whether the champion's errors have grown: {@link PageHinkley} on the mean error of one event time
 * after the other. For one thread.
 *
 * <p>What moves many series together (a storm, a feast day) is no new evidence with each of them,
 * and a test that may err once in 100,000 errors would do so many times a day if each sample were
 * one. So samples that lie within half a step of their series are one error, their mean, which
 * counts once another event time begins.
 */
public final class Drift {
  private final DriftSettings settings;
  private PageHinkley test;
  private long fromMs;
  private double weight;
  private double sum;

  public Drift(DriftSettings settings) {
    this.settings = settings;
    this.test = new PageHinkley(settings);
  }

  /**
   * Takes one sample into account.
   *
   * @param timeMs event time at which it was forecast, epoch milliseconds
   * @param stepMs usual time between two vectors of its series
   * @param sampleWeight how many samples it stands for
   * @param error of the champion, 0 or more; what is not finite is passed over
   * @return whether the event times before this one complete a drift
   */
  public boolean add(long timeMs, long stepMs, double sampleWeight, double error) {
    if (!Double.isFinite(error)) {
      return false;
    }
    // Series that come one after another begin at former times again.
    boolean begins = weight > 0 && Math.abs(timeMs - fromMs) >= Math.max(1, stepMs / 2);
    boolean drifted = begins && test.add(sum / weight);
    if (begins) {
      weight = 0;
      sum = 0;
    }
    if (weight == 0) {
      fromMs = timeMs;
    }
    weight += sampleWeight;
    sum += sampleWeight * error;
    return drifted;
  }

  /** Forgets everything, as for another champion. */
  public void reset() {
    test.reset();
    weight = 0;
    sum = 0;
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = PageHinkley.BYTES;

  /** Writes the state but for the event time that is not over, big-endian. */
  public void write(ByteBuffer bytes) {
    test.write(bytes);
  }

  /** Goes on with what {@link #write} wrote. */
  public void read(ByteBuffer bytes) {
    test = PageHinkley.read(bytes, settings);
    weight = 0;
    sum = 0;
  }

  /** Bytes that {@link #writeUnfinished} writes. */
  public static final int UNFINISHED_BYTES = Long.BYTES + 2 * Double.BYTES;

  /** Writes the event time that is not over, big-endian. */
  public void writeUnfinished(ByteBuffer bytes) {
    bytes.putLong(fromMs).putDouble(weight).putDouble(sum);
  }

  /** Goes on with what {@link #writeUnfinished} wrote, after {@link #read}. */
  public void readUnfinished(ByteBuffer bytes) {
    fromMs = bytes.getLong();
    weight = bytes.getDouble();
    sum = bytes.getDouble();
  }
}

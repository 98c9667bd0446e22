package io.tplus1.train;

import java.nio.ByteBuffer;

/**
 * Whether persistence has been clearly better than what serves for so long that to learn on from it
 * is of no use: a network keeps the scaling that it began with, and a stream may leave that behind.
 * For one thread.
 *
 * <p>Decayed means of both errors are compared with every sample. An error counts {@value #MOST}
 * times the mean of persistence at most, so that no outlier decides alone. It must last for as long
 * as a window does, too: of many series, a few calm hours are many samples. Each time that learning
 * begins anew, the next takes twice as many.
 */
public final class Standing {
  private static final double MOST = 10;
  private static final int MOST_DOUBLINGS = 6;

  private final Gate.Settings settings;
  private long behind;
  private long behindSinceMs;
  private boolean lasts;
  private int begunAnew;
  private double weight;
  private double champion;
  private double persistence;

  /**
   * @param settings of the gate, whose patience a champion is given as well
   */
  public Standing(Gate.Settings settings) {
    this.settings = settings;
  }

  /**
   * Takes one sample into account, which the champion has not learnt from.
   *
   * @param sampleWeight how many samples it stands for
   * @param championError of what serves; a sample where an error is NaN counts nothing
   * @param persistenceError of the last value
   * @param timeMs event time of its window's last vector, epoch milliseconds
   * @param spanMs what its window spans, milliseconds
   * @return whether it is this sample that makes it {@link #isBeaten beaten}
   */
  public boolean add(
      double sampleWeight,
      double championError,
      double persistenceError,
      long timeMs,
      long spanMs) {
    if (Double.isNaN(championError) || Double.isNaN(persistenceError)) {
      return false;
    }
    weight = weight * settings.decay() + sampleWeight;
    persistence = persistence * settings.decay() + sampleWeight * persistenceError;
    double counted = Math.min(championError, MOST * persistence / weight);
    champion = champion * settings.decay() + sampleWeight * counted;
    boolean wasBeaten = isBeaten();
    if (!(champion > (1 + Gate.CLEARLY) * persistence)) {
      behind = 0;
      lasts = false;
      return false;
    }
    if (behind == 0) {
      behindSinceMs = timeMs;
    }
    behind++;
    lasts |= timeMs - behindSinceMs >= spanMs;
    return !wasBeaten && isBeaten();
  }

  private long patience() {
    return ((long) Gate.PATIENCE * settings.samples()) << Math.min(begunAnew, MOST_DOUBLINGS);
  }

  /**
   * Whether persistence has been clearly better at each of the last samples, and these are many.
   */
  public boolean isBeaten() {
    return behind >= patience() && lasts;
  }

  /** By how much persistence is better, for people. */
  public String figures() {
    return "at each of the last %d samples persistence's mean error was the lower one, now %.4g against %.4g"
        .formatted(behind, persistence / weight, champion / weight);
  }

  /** Begins to count again, since learning has begun anew; the same champion serves on. */
  public void begunAnew() {
    int times = begunAnew + 1;
    reset();
    begunAnew = times;
  }

  /** Forgets everything, as for another champion. */
  public void reset() {
    behind = 0;
    lasts = false;
    begunAnew = 0;
    weight = 0;
    champion = 0;
    persistence = 0;
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = 2 * Long.BYTES + 1 + Integer.BYTES + 3 * Double.BYTES;

  /** Writes the state, big-endian. */
  public void write(ByteBuffer bytes) {
    bytes.putLong(behind).putLong(behindSinceMs).put((byte) (lasts ? 1 : 0)).putInt(begunAnew);
    bytes.putDouble(weight).putDouble(champion).putDouble(persistence);
  }

  /** Goes on with what {@link #write} wrote. */
  public void read(ByteBuffer bytes) {
    behind = bytes.getLong();
    behindSinceMs = bytes.getLong();
    lasts = bytes.get() != 0;
    begunAnew = bytes.getInt();
    weight = bytes.getDouble();
    champion = bytes.getDouble();
    persistence = bytes.getDouble();
  }
}

package io.tplus1.feature;

import java.nio.ByteBuffer;

/**
 * In how many of a series' newest vectors in a row each feature was absent. For one thread.
 *
 * <p>Once one was absent for longer than allowed, the series waits for a whole vector, with which
 * its window begins anew.
 */
public final class Absences {
  private static final short[] NONE = {};

  private short[] counts = NONE;

  /** Whether nothing is absent. */
  public boolean isNone() {
    return counts.length == 0;
  }

  /** Whether some feature was absent for longer than so many vectors. */
  public boolean isBeyond(int limit) {
    for (short count : counts) {
      if (count > limit) {
        return true;
      }
    }
    return false;
  }

  /** In how many vectors before it a feature was absent. */
  public int count(int feature) {
    return feature < counts.length ? counts[feature] : 0;
  }

  /**
   * Counts the next vector.
   *
   * @param row whose first fields are its features; NaN where nothing came
   * @param features number of features
   * @param limit what is counted no further than one above it
   */
  public void add(float[] row, int features, int limit) {
    short[] next = NONE;
    for (int f = 0; f < features; f++) {
      if (Float.isNaN(row[f])) {
        next = next == NONE ? new short[features] : next;
        next[f] = (short) Math.min(limit + 1, count(f) + 1);
      }
    }
    counts = next;
  }

  /**
   * Ends the absences of what a correction of the newest vector brings.
   *
   * @param row whose first fields are its features; NaN where nothing came
   * @return whether any was absent until then
   */
  public boolean end(float[] row) {
    boolean ended = false;
    boolean left = false;
    for (int f = 0; f < counts.length; f++) {
      if (counts[f] > 0 && !Float.isNaN(row[f])) {
        counts[f] = 0;
        ended = true;
      }
      left |= counts[f] > 0;
    }
    counts = left ? counts : NONE;
    return ended;
  }

  public int bytes() {
    return Short.BYTES * counts.length;
  }

  /** Writes the count of each feature (16 bits). */
  public void write(ByteBuffer bytes) {
    for (short count : counts) {
      bytes.putShort(count);
    }
  }

  /** Reads what {@link #write} wrote, to the buffer's end; of other features, nothing is known. */
  public void read(ByteBuffer bytes, int features) {
    short[] stored = new short[bytes.remaining() / Short.BYTES];
    for (int f = 0; f < stored.length; f++) {
      stored[f] = (short) Math.max(0, bytes.getShort());
    }
    counts = stored.length == features ? stored : NONE;
  }
}

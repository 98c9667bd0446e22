package io.tplus1.score;

import io.tplus1.feature.Rounding;
import java.nio.ByteBuffer;

/**
 * How much each target of a series usually changes from one vector to the next: the running mean of
 * the absolute changes, over about the last {@value #MEMORY} of them. The unit in which errors of
 * any series and target can be added. For one thread.
 *
 * <p>What stands still, but for {@linkplain Rounding roundings}, keeps its unit: were no change one
 * of 0, what a network misses a stuck sensor by would soon be larger than the errors of all others.
 * Nor does one change count for more than {@value #MOST} mean ones: in the unit that one −9999
 * leaves, errors are next to nothing for hundreds of rows. Changes that grow for good are followed
 * by nearly a quarter a row at least, until they are counted in full.
 */
public final class MeanChanges {
  private static final int MEMORY = 100;

  /** Changes that make a unit: in that of one or two, a few errors are larger than all others. */
  private static final int FEWEST = 5;

  /** Mean changes that one counts for at most; the first few have none to be held against. */
  private static final double MOST = 25;

  private final float[] means;

  /** Targets may be absent on their own, so each has its count. */
  private final byte[] counts;

  /** Nothing has changed yet. */
  public MeanChanges(int targets) {
    this.means = new float[targets];
    this.counts = new byte[targets];
  }

  /** The mean change of a target, raw; 0 while nothing has changed. */
  public float mean(int target) {
    return means[target];
  }

  /**
   * Whether a target has a unit: it has changed {@value #FEWEST} times. A series of fewer changes
   * has no error that others can be added to.
   */
  public boolean isUnit(int target) {
    return counts[target] >= FEWEST;
  }

  /**
   * Learns from the next vector.
   *
   * @param before {@code float[targets]} of the vector before it
   * @param now {@code float[targets]} of the vector; NaN where nothing came
   */
  public void update(float[] before, float[] now) {
    for (int i = 0; i < means.length; i++) {
      if (Rounding.isChange(before[i], now[i])) {
        double most = isUnit(i) ? Math.min(MOST * means[i], Float.MAX_VALUE) : Float.MAX_VALUE;
        double change = Math.min(Math.abs((double) now[i] - before[i]), most);
        counts[i] = (byte) Math.min(counts[i] + 1, MEMORY);
        means[i] = (float) (means[i] + (change - means[i]) / counts[i]);
      }
    }
  }

  /** Bytes that {@link #write} writes. */
  public int bytes() {
    return Short.BYTES + (1 + Float.BYTES) * means.length;
  }

  /**
   * Writes number of targets (16 bits), and of each the number of changes (8) and the mean (32).
   */
  public void write(ByteBuffer bytes) {
    bytes.putShort((short) means.length);
    for (int i = 0; i < means.length; i++) {
      bytes.put(counts[i]).putFloat(means[i]);
    }
  }

  /** Reads what {@link #write} wrote; of another number of targets, nothing is known. */
  public static MeanChanges read(ByteBuffer bytes, int targets) {
    int stored = Short.toUnsignedInt(bytes.getShort());
    MeanChanges changes = new MeanChanges(stored);
    for (int i = 0; i < stored; i++) {
      changes.counts[i] = (byte) Math.max(0, bytes.get());
      changes.means[i] = bytes.getFloat();
    }
    return stored == targets ? changes : new MeanChanges(targets);
  }
}

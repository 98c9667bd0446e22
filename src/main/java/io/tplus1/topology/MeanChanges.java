package io.tplus1.topology;

import java.nio.ByteBuffer;

/**
 * How much each target of a series usually changes from one vector to the next: the running mean of
 * the absolute changes, over about the last {@value #MEMORY} of them. The unit in which errors of
 * any series and target can be added. For one thread.
 */
final class MeanChanges {
  private static final int MEMORY = 100;

  private final float[] means;
  private int count;

  MeanChanges(int targets) {
    this.means = new float[targets];
  }

  /** The mean change of a target, raw; 0 while nothing has changed. */
  float mean(int target) {
    return means[target];
  }

  /**
   * Learns from the next vector.
   *
   * @param before {@code float[targets]} of the vector before it
   * @param now {@code float[targets]} of the vector; NaN where nothing came
   */
  void update(float[] before, float[] now) {
    count = Math.min(count + 1, MEMORY);
    for (int i = 0; i < means.length; i++) {
      double change = Math.min(Math.abs((double) now[i] - before[i]), Float.MAX_VALUE);
      if (!Double.isNaN(change)) {
        means[i] = (float) (means[i] + (change - means[i]) / count);
      }
    }
  }

  int bytes() {
    return Short.BYTES + 1 + Float.BYTES * means.length;
  }

  /** Writes number of targets (16 bits), number of changes (8) and means (32 each). */
  void write(ByteBuffer bytes) {
    bytes.putShort((short) means.length).put((byte) count);
    for (float mean : means) {
      bytes.putFloat(mean);
    }
  }

  /** Reads what {@link #write} wrote; of another number of targets, nothing is known. */
  static MeanChanges read(ByteBuffer bytes, int targets) {
    MeanChanges changes = new MeanChanges(targets);
    int stored = bytes.getShort();
    int count = bytes.get();
    for (int i = 0; i < stored; i++) {
      float mean = bytes.getFloat();
      if (stored == targets) {
        changes.means[i] = mean;
      }
    }
    changes.count = stored == targets ? Math.max(0, count) : 0;
    return changes;
  }
}

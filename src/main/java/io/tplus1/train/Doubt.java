package io.tplus1.train;

import java.nio.ByteBuffer;

/**
 * Holds a refresh back that went wrong on what it had just learnt: its line may have won for long,
 * and says nothing of it. It may serve once it has itself beaten who would serve without it. For
 * one thread.
 */
public final class Doubt {
  /** Fewest samples that say anything. */
  static final int FEWEST = 10;

  private boolean open;
  private int samples;
  private double behind;

  /** Begins with a snapshot that is not sound. */
  public void begin() {
    clear();
    open = true;
  }

  /** There is nothing to doubt, or nobody. */
  public void clear() {
    open = false;
    samples = 0;
    behind = 0;
  }

  /** Whether the newest snapshot is doubted, whatever it has shown since. */
  public boolean isOpen() {
    return open;
  }

  /**
   * Takes a sample into account.
   *
   * @param doubted the snapshot
   * @param weight how many samples it stands for
   */
  public void add(Entrant doubted, double weight, Contest.Errors errors) {
    if (!open || doubted == null || errors.tested() != doubted) {
      return;
    }
    double other =
        Double.isNaN(errors.incumbent())
            ? errors.persistence()
            : Math.min(errors.incumbent(), errors.persistence());
    double difference = weight * (errors.challenger() - other);
    if (!Double.isNaN(difference)) {
      samples++;
      behind += difference;
    }
  }

  /** Whether it is still to be held back. */
  public boolean holds() {
    return open && (samples < FEWEST || !(behind < 0));
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = 1 + Integer.BYTES + Double.BYTES;

  /** Writes the state, big-endian. */
  public void write(ByteBuffer bytes) {
    bytes.put((byte) (open ? 1 : 0)).putInt(samples).putDouble(behind);
  }

  /** Goes on with what {@link #write} wrote. */
  public void read(ByteBuffer bytes) {
    open = bytes.get() != 0;
    samples = bytes.getInt();
    behind = bytes.getDouble();
  }
}

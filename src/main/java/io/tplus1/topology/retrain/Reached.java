package io.tplus1.topology.retrain;

import java.nio.ByteBuffer;

/**
 * How far the records of an input have been counted, beside what they were counted into: the
 * group's offsets, by which Kafka Streams goes on, are forgotten by brokers while it is stopped.
 * For the stream thread.
 *
 * <p>A record below the offset that was reached has been counted, unless the topic was made anew,
 * whose offsets begin at 0. One that is newer, by its timestamp, than every record that was counted
 * shows that: a record that is read again cannot be. From it on the new topic's offsets count; what
 * lies before it there is lost.
 */
final class Reached {
  /** Size of what {@link #write} writes. */
  static final int BYTES = 2 * Long.BYTES;

  private long next;
  private long newestMs = Long.MIN_VALUE;

  /** What is known of a record by where it lies. */
  enum Known {
    /** It comes after all that were counted. */
    NEW,
    /** It has been counted. */
    REPEATED,
    /** It is the first to show that the topic was made anew. */
    MADE_ANEW
  }

  /**
   * Notes a record.
   *
   * @param offset in the only partition in which the model's records lie
   * @param timeMs the record's timestamp, epoch milliseconds
   */
  Known note(long offset, long timeMs) {
    if (offset < next && timeMs <= newestMs) {
      return Known.REPEATED;
    }
    Known known = offset < next ? Known.MADE_ANEW : Known.NEW;
    next = offset + 1;
    newestMs = Math.max(newestMs, timeMs);
    return known;
  }

  /** Offset from which on records are new. */
  long next() {
    return next;
  }

  /** Writes the offset and the newest timestamp, big-endian. */
  void write(ByteBuffer bytes) {
    bytes.putLong(next).putLong(newestMs);
  }

  /** Goes on with what {@link #write} wrote. */
  void read(ByteBuffer bytes) {
    next = bytes.getLong();
    newestMs = bytes.getLong();
  }
}

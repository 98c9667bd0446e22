package io.tplus1.topology.rows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/**
 * The key of a row as Kafka Streams write it to the changelog of a window store, and as it lies on
 * the disk: the series' bytes, the event time in eight bytes, four of zero.
 */
final class RowKey {
  private static final int TIME_AND_NUMBER = Long.BYTES + Integer.BYTES;

  private RowKey() {}

  /** The key of a series' row; that of a time before 1970 is of 1970. */
  static byte[] of(Bytes series, long timeMs) {
    return of(series, timeMs, 0);
  }

  /** What no key of a series' rows up to a time is beyond. */
  static byte[] last(Bytes series, long timeMs) {
    return of(series, timeMs, -1);
  }

  private static byte[] of(Bytes series, long timeMs, int number) {
    byte[] name = series.get();
    return ByteBuffer.allocate(name.length + TIME_AND_NUMBER)
        .put(name)
        .putLong(Math.max(0, timeMs))
        .putInt(number)
        .array();
  }

  static long timeMs(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - TIME_AND_NUMBER);
  }

  static Bytes series(byte[] key) {
    return Bytes.wrap(Arrays.copyOf(key, key.length - TIME_AND_NUMBER));
  }

  /**
   * Whether a key is of a series: rows of one whose name begins like another's may lie among those
   * of the other.
   */
  static boolean isOf(byte[] key, Bytes series) {
    byte[] name = series.get();
    int length = key.length - TIME_AND_NUMBER;
    return length == name.length && Arrays.equals(key, 0, length, name, 0, length);
  }
}

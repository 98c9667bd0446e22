package io.tplus1.expert;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How often each symbol followed one context, as bytes: of each symbol that did, its id and its
 * count, both as varints (7 bits a byte, lowest first). So a context that saw three symbols takes 6
 * bytes. Owned by one thread, and used for one context after the other.
 */
final class SymbolCounts {
  /** All counts are halved, rounding up, when one gets here. */
  private static final int MOST = 1 << 16;

  private final int[] counts;

  SymbolCounts(int symbols) {
    this.counts = new int[symbols];
  }

  int count(int symbol) {
    return counts[symbol];
  }

  void add(int symbol) {
    if (++counts[symbol] == MOST) {
      for (int s = 0; s < counts.length; s++) {
        counts[s] = (counts[s] + 1) / 2;
      }
    }
  }

  /**
   * Takes over stored counts; none for null.
   *
   * @throws IllegalStateException if the bytes are no counts of so many symbols
   */
  void load(byte[] stored) {
    Arrays.fill(counts, 0);
    if (stored == null) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    while (bytes.hasRemaining()) {
      int symbol = varint(bytes);
      int count = varint(bytes);
      if (symbol >= counts.length || count < 1 || count >= MOST) {
        throw new IllegalStateException(
            "counts of %d symbols were expected, found %d times the symbol %d: another vocabulary wrote them, or they are torn"
                .formatted(counts.length, count, symbol));
      }
      counts[symbol] = count;
    }
  }

  private static int varint(ByteBuffer bytes) {
    int value = 0;
    for (int shift = 0; shift <= 21 && bytes.hasRemaining(); shift += 7) {
      int part = bytes.get();
      value |= (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("counts that end within a number: they are torn");
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(8 * counts.length);
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] > 0) {
        putVarint(bytes, s);
        putVarint(bytes, counts[s]);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static void putVarint(ByteBuffer bytes, int value) {
    int left = value;
    while (left > 0x7f) {
      bytes.put((byte) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    bytes.put((byte) left);
  }
}

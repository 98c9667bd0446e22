package io.tplus1.rnn.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A cursor over the bytes of one structure; little-endian, as all of HDF5's metadata is. */
final class Block {
  /** What an address of all ones becomes: nothing is stored there. */
  static final long UNDEFINED = -1;

  private final String what;
  private final ByteBuffer bytes;
  private final int offsetBytes;
  private final int lengthBytes;

  Block(String what, byte[] bytes, int offsetBytes, int lengthBytes) {
    this(what, ByteBuffer.wrap(bytes), offsetBytes, lengthBytes);
  }

  private Block(String what, ByteBuffer bytes, int offsetBytes, int lengthBytes) {
    this.what = what;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
  }

  int remaining() {
    return bytes.remaining();
  }

  int position() {
    return bytes.position();
  }

  int u8() throws Hdf5Exception {
    require(1);
    return bytes.get() & 0xff;
  }

  int u16() throws Hdf5Exception {
    require(2);
    return bytes.getShort() & 0xffff;
  }

  long u32() throws Hdf5Exception {
    require(4);
    return bytes.getInt() & 0xffffffffL;
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes that must fit a long. */
  long unsigned(int width) throws Hdf5Exception {
    require(width);
    long value =
        switch (width) {
          case 1 -> bytes.get() & 0xffL;
          case 2 -> bytes.getShort() & 0xffffL;
          case 4 -> bytes.getInt() & 0xffffffffL;
          case 8 -> bytes.getLong();
          default -> throw new Hdf5Exception(what + " has numbers of " + width + " bytes");
        };
    if (value < 0) {
      throw new Hdf5Exception(what + " holds a size beyond 2^63");
    }
    return value;
  }

  long length() throws Hdf5Exception {
    return unsigned(lengthBytes);
  }

  /** An address, or {@link #UNDEFINED}. */
  long offset() throws Hdf5Exception {
    require(offsetBytes);
    int at = bytes.position();
    for (int i = 0; i < offsetBytes; i++) {
      if (bytes.get(at + i) != (byte) 0xff) {
        return unsigned(offsetBytes);
      }
    }
    bytes.position(at + offsetBytes);
    return UNDEFINED;
  }

  void skip(long count) throws Hdf5Exception {
    require(count);
    bytes.position(bytes.position() + (int) count);
  }

  byte[] bytes(long count) throws Hdf5Exception {
    require(count);
    byte[] result = new byte[(int) count];
    bytes.get(result);
    return result;
  }

  /** The next {@code count} bytes as a block of their own; this one moves past them. */
  Block slice(long count) throws Hdf5Exception {
    require(count);
    Block slice =
        new Block(what, bytes.slice(bytes.position(), (int) count), offsetBytes, lengthBytes);
    skip(count);
    return slice;
  }

  /** The same bytes with a cursor of its own, at the beginning. */
  Block copy() {
    return new Block(what, bytes.duplicate().rewind(), offsetBytes, lengthBytes);
  }

  /** The zero-terminated name at {@code position}. */
  String name(long position) throws Hdf5Exception {
    if (position < 0 || position >= bytes.limit()) {
      throw new Hdf5Exception(what + " has no name at " + position);
    }
    int start = (int) position;
    int end = start;
    while (end < bytes.limit() && bytes.get(end) != 0) {
      end++;
    }
    if (end - start > Hdf5Limits.MAX_NAME_BYTES) {
      throw new Hdf5Exception(
          what + " holds a name of more than " + Hdf5Limits.MAX_NAME_BYTES + " bytes");
    }
    byte[] name = new byte[end - start];
    bytes.get(start, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  void expect(String signature) throws Hdf5Exception {
    String found = new String(bytes(signature.length()), StandardCharsets.ISO_8859_1);
    if (!found.equals(signature)) {
      throw new Hdf5Exception(what + " does not begin with " + signature);
    }
  }

  private void require(long count) throws Hdf5Exception {
    if (count < 0 || count > bytes.remaining()) {
      throw new Hdf5Exception(what + " ends too early");
    }
  }
}

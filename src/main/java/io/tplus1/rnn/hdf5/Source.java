package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The bytes of one file, handed out against budgets; owned by one thread.
 *
 * <p>Every structure is read through {@link #block}, so that no chain, cycle or fan of addresses
 * can cost more than {@link Hdf5Limits#MAX_STRUCTURE_BYTES} and {@link Hdf5Limits#MAX_STRUCTURES}
 * in all.
 */
final class Source {
  private final FileChannel channel;
  private final long base;
  private final long size;
  private final int offsetBytes;
  private final int lengthBytes;
  private long structureBytesLeft = Hdf5Limits.MAX_STRUCTURE_BYTES;
  private int structuresLeft = Hdf5Limits.MAX_STRUCTURES;
  private long valuesLeft = Hdf5Limits.MAX_VALUES;

  /**
   * @param base position of address 0 in the file (a user block may lie before it)
   * @param size bytes from the base to the file's end
   */
  Source(FileChannel channel, long base, long size, int offsetBytes, int lengthBytes) {
    this.channel = channel;
    this.base = base;
    this.size = size;
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
  }

  long size() {
    return size;
  }

  int offsetBytes() {
    return offsetBytes;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  /** A structure's bytes; {@code what} names it in the error. */
  Block block(String what, long address, long length) throws IOException {
    requireInside(what, address, length);
    structureBytesLeft -= length;
    if (length > Hdf5Limits.MAX_STRUCTURE_BYTES || structureBytesLeft < 0 || --structuresLeft < 0) {
      throw new Hdf5Exception(
          "the file's structure is larger than any model's (" + what + " at byte " + address + ")");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length);
    read(buffer, address);
    return new Block(what, buffer.array(), offsetBytes, lengthBytes);
  }

  /** As {@link #block}, but cut at the file's end where the structure's size is not known yet. */
  Block blockUpTo(String what, long address, long length) throws IOException {
    requireInside(what, address, 1);
    return block(what, address, Math.min(length, size - address));
  }

  /** Fills the buffer with data, which is charged by {@link #chargeValues} instead. */
  void read(ByteBuffer buffer, long address) throws IOException {
    requireInside("data", address, buffer.remaining());
    long position = base + address;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position);
      if (read <= 0) {
        throw new Hdf5Exception("the file was cut while it was read");
      }
      position += read;
    }
    buffer.flip();
  }

  void requireInside(String what, long address, long length) throws Hdf5Exception {
    if (address < 0 || length < 0 || address > size || length > size - address) {
      throw new Hdf5Exception(
          "%s at byte %d with %d bytes lies outside the file's %d bytes"
              .formatted(what, address, length, size));
    }
  }

  /** Takes {@code count} values of a dataset from the file's budget, before they are allocated. */
  void chargeValues(long count) throws Hdf5Exception {
    valuesLeft -= count;
    if (count > Hdf5Limits.MAX_VALUES || valuesLeft < 0) {
      throw new Hdf5Exception(
          "more than " + Hdf5Limits.MAX_VALUES + " numbers would have to be read from it");
    }
  }
}

package io.tplus1.rnn.hdf5;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * An open HDF5 file; owned by one thread, closed by whoever opened it.
 *
 * <p>Reading costs at most {@link Hdf5Limits}, whatever the file says: about 300 MB of reads and,
 * in memory, the numbers that the caller asked for and one structure at a time.
 */
public final class Hdf5File implements Closeable {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private final FileChannel channel;
  private final Hdf5Group root;

  private Hdf5File(FileChannel channel, Hdf5Group root) {
    this.channel = channel;
    this.root = root;
  }

  /**
   * Opens a file and reads its superblock.
   *
   * @throws Hdf5Exception if it is not HDF5, cut short, too large or of an unknown version
   */
  public static Hdf5File open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Hdf5File(channel, root(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether a file has HDF5's signature. */
  public static boolean isHdf5(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return signature(channel) >= 0;
    }
  }

  public Hdf5Group root() {
    return root;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Section II.A: the superblock lies at 0, 512, 1024, 2048 and so on. */
  private static Hdf5Group root(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size > Hdf5Limits.MAX_FILE_BYTES) {
      throw new Hdf5Exception(
          "the file has "
              + size
              + " bytes, and at most "
              + Hdf5Limits.MAX_FILE_BYTES
              + " are read");
    }
    long at = signature(channel);
    if (at < 0) {
      throw new Hdf5Exception("it has no HDF5 signature");
    }
    return superblock(channel, at, size);
  }

  /** Where the superblock lies; -1 in what is no HDF5. */
  private static long signature(FileChannel channel) throws IOException {
    long size = channel.size();
    for (long at = 0; at + SIGNATURE.length <= size; at = at == 0 ? 512 : 2 * at) {
      ByteBuffer signature = ByteBuffer.allocate(SIGNATURE.length);
      channel.read(signature, at);
      if (Arrays.equals(signature.array(), SIGNATURE)) {
        return at;
      }
    }
    return -1;
  }

  private static Hdf5Group superblock(FileChannel channel, long at, long fileSize)
      throws IOException {
    // The widths of addresses are among what is read; 8 serves until they are known.
    Source unsized = new Source(channel, at, fileSize - at, 8, 8);
    Block head = unsized.blockUpTo("the superblock", 0, 16);
    head.skip(SIGNATURE.length);
    int version = head.u8();
    boolean old = version <= 1;
    if (version > 3) {
      throw new Hdf5Exception("its superblock has the unknown version " + version);
    }
    if (old) {
      head.skip(4);
    }
    int offsetBytes = head.u8();
    int lengthBytes = head.u8();
    if ((offsetBytes != 4 && offsetBytes != 8) || (lengthBytes != 4 && lengthBytes != 8)) {
      throw new Hdf5Exception("its addresses are neither 4 nor 8 bytes wide");
    }
    Source source = new Source(channel, at, fileSize - at, offsetBytes, lengthBytes);
    Block block = source.blockUpTo("the superblock", 0, 128);
    block.skip(old ? (version == 0 ? 24 : 28) : 12);
    long base = block.offset();
    block.offset();
    long end = block.offset();
    if (base != at) {
      throw new Hdf5Exception("its base address is " + base + ", but its superblock lies at " + at);
    }
    // The end of file is counted from the file's beginning when there is a user block.
    if (end == Block.UNDEFINED || end > fileSize) {
      throw new Hdf5Exception("it says that it has " + end + " bytes, but has " + fileSize);
    }
    if (old) {
      block.offset();
      block.offset();
    }
    return new Hdf5Group(source, ObjectHeader.read(source, block.offset()));
  }
}

package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A data set stored in chunks, each perhaps compressed (sections III.A.1, IV.A.2.i and l).
 *
 * <p>Such a data set may be larger than the file, by deflate's best ratio at most; beyond that the
 * dimensions are a lie and nothing is allocated.
 */
final class Chunks {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;
  private static final int CHECKSUM_BYTES = 4;

  /** One byte of deflate stands for 1,032 bytes at best. */
  private static final int MAX_RATIO = 1032;

  private static final int MAX_CHUNK_BYTES = 16 << 20;

  private final Source source;
  private final Datatype type;
  private final Dataspace space;
  private final List<Integer> filters = new ArrayList<>();
  private final long tree;
  private final int[] chunk;
  private final Set<List<Long>> placed = new HashSet<>();
  private long chunksLeft;
  private int chunkValues = 1;
  private float[] values;

  /**
   * @param filters the filter message, or null
   * @param layout the layout message, behind its class
   */
  Chunks(Source source, Datatype type, Dataspace space, Block filters, Block layout)
      throws Hdf5Exception {
    this.source = source;
    this.type = type;
    this.space = space;
    int rank = layout.u8() - 1;
    if (rank != space.dimensions().length || rank < 1) {
      throw new Hdf5Exception("a data set's chunks have another rank than the data set");
    }
    tree = layout.offset();
    chunk = new int[rank];
    chunksLeft = 1;
    for (int i = 0; i < rank; i++) {
      long side = layout.u32();
      if (side < 1 || side * chunkValues * type.bytes() > MAX_CHUNK_BYTES) {
        throw new Hdf5Exception("a data set has chunks of more than " + MAX_CHUNK_BYTES + " bytes");
      }
      chunk[i] = (int) side;
      chunkValues *= chunk[i];
      chunksLeft *= (space.dimensions()[i] + side - 1) / side;
    }
    if (layout.u32() != type.bytes()) {
      throw new Hdf5Exception("a data set's chunks have elements of another size");
    }
    if (filters != null) {
      readFilters(filters);
    }
  }

  float[] floats() throws IOException {
    long bytes = space.count() * type.bytes();
    if (bytes > source.size() * MAX_RATIO) {
      throw new Hdf5Exception(
          "a data set declares %d bytes in a file of %d".formatted(bytes, source.size()));
    }
    // A chunk at the edge is decoded whole, so it is charged whole.
    source.chargeValues(Math.max(0, chunksLeft * chunkValues - space.count()));
    values = new float[(int) space.count()];
    if (values.length > 0) {
      int keyBytes = 8 + 8 * (chunk.length + 1);
      new BTree(source, "a data set's B-tree", 1, keyBytes).walk(tree, this::chunk);
      if (chunksLeft != 0) {
        throw new Hdf5Exception("a data set lacks " + chunksLeft + " of its chunks");
      }
    }
    return values;
  }

  private void readFilters(Block block) throws Hdf5Exception {
    int version = block.u8();
    int count = block.u8();
    if (version == 1) {
      block.skip(6);
    } else if (version != 2) {
      throw new Hdf5Exception("a data set has filters of the unknown version " + version);
    }
    for (int i = 0; i < count; i++) {
      int id = block.u16();
      int nameBytes = version == 1 || id >= 256 ? block.u16() : 0;
      block.skip(2);
      int parameters = block.u16();
      block.skip(version == 1 ? (nameBytes + 7) / 8 * 8 : nameBytes);
      block.skip(4L * parameters);
      if (version == 1 && parameters % 2 == 1) {
        block.skip(4);
      }
      if ((id != DEFLATE && id != SHUFFLE && id != FLETCHER32) || filters.contains(id)) {
        throw new Hdf5Exception(
            "a data set uses filter " + id + " (gzip, shuffle and Fletcher-32 are read)");
      }
      filters.add(id);
    }
  }

  private void chunk(Block key, long address) throws IOException {
    long stored = key.u32();
    long mask = key.u32();
    List<Long> at = new ArrayList<>();
    for (int d = 0; d < chunk.length; d++) {
      at.add(key.unsigned(8));
    }
    place(at, unfiltered(address, stored, mask));
  }

  /** Undoes the filters, the last applied first. */
  private byte[] unfiltered(long address, long stored, long mask) throws IOException {
    int whole = chunkValues * type.bytes();
    byte[] bytes = source.block("a chunk", address, stored).bytes(stored);
    for (int i = filters.size() - 1; i >= 0; i--) {
      if (i < 32 && (mask & (1L << i)) != 0) {
        continue;
      }
      bytes =
          switch (filters.get(i)) {
            case DEFLATE -> inflated(bytes, whole);
            case SHUFFLE -> unshuffled(bytes, type.bytes());
            default -> checked(bytes);
          };
    }
    if (bytes.length != whole) {
      throw new Hdf5Exception("a chunk has " + bytes.length + " bytes instead of " + whole);
    }
    return bytes;
  }

  /** At most {@code whole} bytes and a checksum come out, whatever goes in. */
  private static byte[] inflated(byte[] bytes, int whole) throws Hdf5Exception {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes);
      byte[] out = new byte[whole + CHECKSUM_BYTES];
      int length = 0;
      while (!inflater.finished() && length < out.length) {
        int n = inflater.inflate(out, length, out.length - length);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw new Hdf5Exception("a compressed chunk ends too early");
        }
        length += n;
      }
      return Arrays.copyOf(out, length);
    } catch (DataFormatException e) {
      throw new Hdf5Exception("a chunk cannot be decompressed", e);
    } finally {
      inflater.end();
    }
  }

  /** Bytes without the checksum behind them, HDF5's of big-endian words of 16 bits. */
  private static byte[] checked(byte[] bytes) throws Hdf5Exception {
    int length = Math.max(0, bytes.length - CHECKSUM_BYTES);
    int sum = 0;
    int sums = 0;
    for (int i = 0; i < length; i += 2) {
      int low = i + 1 < length ? bytes[i + 1] & 0xff : 0;
      sum = folded(sum + ((bytes[i] & 0xff) << 8 | low));
      sums = folded(sums + sum);
    }
    if (bytes.length < CHECKSUM_BYTES
        || ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(length)
            != (sums << 16 | sum)) {
      throw new Hdf5Exception("a chunk does not have the checksum that is stored with it");
    }
    return Arrays.copyOf(bytes, length);
  }

  private static int folded(int sum) {
    return (sum & 0xffff) + (sum >>> 16);
  }

  /** All first bytes of the elements come first, then all second ones, and so on. */
  private static byte[] unshuffled(byte[] bytes, int width) {
    int count = bytes.length / width;
    byte[] out = bytes.clone();
    for (int b = 0; b < width; b++) {
      for (int i = 0; i < count; i++) {
        out[i * width + b] = bytes[b * count + i];
      }
    }
    return out;
  }

  /** Copies the part of a chunk that lies inside the data set; chunks at the edge stand out. */
  private void place(List<Long> at, byte[] bytes) throws Hdf5Exception {
    long[] dimensions = space.dimensions();
    for (int d = 0; d < chunk.length; d++) {
      if (at.get(d) >= dimensions[d] || at.get(d) % chunk[d] != 0) {
        throw new Hdf5Exception("a chunk lies outside its data set");
      }
    }
    if (!placed.add(at)) {
      throw new Hdf5Exception("a data set has one chunk twice");
    }
    chunksLeft--;
    float[] decoded = new float[chunkValues];
    Floats.decode(type, ByteBuffer.wrap(bytes), decoded, 0, chunkValues);
    for (int i = 0; i < chunkValues; i++) {
      long target = 0;
      long stride = 1;
      int rest = i;
      boolean inside = true;
      for (int d = chunk.length - 1; d >= 0; d--) {
        long position = at.get(d) + rest % chunk[d];
        rest /= chunk[d];
        inside &= position < dimensions[d];
        target += position * stride;
        stride *= dimensions[d];
      }
      if (inside) {
        values[(int) target] = decoded[i];
      }
    }
  }
}

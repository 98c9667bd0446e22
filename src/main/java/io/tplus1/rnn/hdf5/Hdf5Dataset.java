package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An array of numbers in an open file; nothing of it is read before it is asked for. */
public final class Hdf5Dataset {
  private static final int COMPACT = 0;
  private static final int CONTIGUOUS = 1;
  private static final int CHUNKED = 2;
  private static final int PIECE_BYTES = 1 << 16;

  private final Source source;
  private final ObjectHeader header;
  private final Datatype type;
  private final Dataspace space;

  private Hdf5Dataset(Source source, ObjectHeader header, Datatype type, Dataspace space) {
    this.source = source;
    this.header = header;
    this.type = type;
    this.space = space;
  }

  static Hdf5Dataset of(Source source, ObjectHeader header) throws Hdf5Exception {
    Block type = header.first(ObjectHeader.DATATYPE);
    Block space = header.first(ObjectHeader.DATASPACE);
    if (type == null || space == null) {
      throw new Hdf5Exception("a data set has no type or no dimensions");
    }
    return new Hdf5Dataset(source, header, Datatype.read(type), Dataspace.read(space));
  }

  /** As declared, a copy; nothing is promised of whether the file holds that much. */
  public long[] dimensions() {
    return space.dimensions().clone();
  }

  /**
   * All elements, row-major, rounded to float where they are wider.
   *
   * @throws Hdf5Exception if the numbers are not IEEE floats, the file does not hold as many as it
   *     declares, or {@link Hdf5Limits#MAX_VALUES} would be exceeded
   */
  public float[] floats() throws IOException {
    if (type.kind() != Datatype.Kind.FLOAT) {
      throw new Hdf5Exception("a data set holds something other than float numbers");
    }
    source.chargeValues(space.count());
    Block layout = header.first(ObjectHeader.LAYOUT);
    int version = layout.u8();
    if (version != 3 && version != 4) {
      throw new Hdf5Exception("a data set has the unknown layout version " + version);
    }
    int kind = layout.u8();
    int count = (int) space.count();
    if (kind == COMPACT) {
      byte[] data = layout.bytes(layout.u16());
      requireHeld(data.length);
      float[] values = new float[count];
      decode(ByteBuffer.wrap(data), values, 0, count);
      return values;
    } else if (kind == CONTIGUOUS) {
      return contiguous(layout.offset(), layout.length(), count);
    } else if (kind == CHUNKED && version == 3) {
      return new Chunks(source, type, space, header.first(ObjectHeader.FILTERS), layout).floats();
    }
    throw new Hdf5Exception("a data set has the unknown layout " + kind + " of version " + version);
  }

  private float[] contiguous(long address, long bytes, int count) throws IOException {
    if (count == 0) {
      return new float[0];
    }
    if (header.first(ObjectHeader.FILTERS) != null) {
      throw new Hdf5Exception("a data set is filtered, but not chunked");
    }
    if (address == Block.UNDEFINED) {
      throw new Hdf5Exception("a data set was declared, but never written");
    }
    requireHeld(bytes);
    // Before the allocation: what is declared must be in the file.
    source.requireInside("a data set", address, (long) count * type.bytes());
    float[] values = new float[count];
    int each = PIECE_BYTES / type.bytes();
    for (int at = 0; at < count; at += each) {
      int n = Math.min(each, count - at);
      ByteBuffer piece = ByteBuffer.allocate(n * type.bytes());
      source.read(piece, address + (long) at * type.bytes());
      decode(piece, values, at, n);
    }
    return values;
  }

  private void requireHeld(long bytes) throws Hdf5Exception {
    if (bytes < space.count() * type.bytes()) {
      throw new Hdf5Exception(
          "a data set of dimensions %s holds only %d bytes"
              .formatted(Arrays.toString(space.dimensions()), bytes));
    }
  }

  private void decode(ByteBuffer from, float[] values, int at, int count) {
    Floats.decode(type, from, values, at, count);
  }
}

package io.tplus1.rnn.hdf5;

import java.util.Arrays;

/**
 * How many elements there are, by dimension (section IV.A.2.b).
 *
 * @param dimensions none for a scalar
 * @param count product of the dimensions: 1 for a scalar, 0 for a null space
 */
record Dataspace(long[] dimensions, long count) {
  /** Weights have at most two dimensions, attributes one. */
  private static final int MAX_RANK = 8;

  static Dataspace read(Block block) throws Hdf5Exception {
    int version = block.u8();
    int rank = block.u8();
    block.skip(1);
    boolean none = false;
    if (version == 1) {
      block.skip(5);
    } else if (version == 2) {
      none = block.u8() == 2;
    } else {
      throw new Hdf5Exception("a data space has the unknown version " + version);
    }
    if (rank > MAX_RANK) {
      throw new Hdf5Exception("something in it has " + rank + " dimensions");
    }
    long[] dimensions = new long[rank];
    long count = none ? 0 : 1;
    for (int i = 0; i < rank; i++) {
      dimensions[i] = block.length();
      try {
        count = Math.multiplyExact(count, dimensions[i]);
      } catch (ArithmeticException e) {
        throw new Hdf5Exception(
            "it declares dimensions beyond any file: " + Arrays.toString(dimensions), e);
      }
    }
    return new Dataspace(dimensions, count);
  }
}

package io.tplus1.rnn.hdf5;

import java.nio.ByteOrder;

/**
 * What one element is (section IV.A.2.d).
 *
 * @param kind what of it is read here
 * @param bytes size of an element
 * @param order byte order of a number
 */
record Datatype(Kind kind, int bytes, ByteOrder order) {
  enum Kind {
    /** IEEE 754, of 2, 4 or 8 bytes. */
    FLOAT,
    /** As many bytes each, padded with zeros or blanks. */
    FIXED_STRING,
    /** Length and place in a global heap. */
    VARIABLE_STRING,
    OTHER
  }

  private static final int CLASS_FLOAT = 1;
  private static final int CLASS_STRING = 3;
  private static final int CLASS_VARIABLE_LENGTH = 9;

  static Datatype read(Block block) throws Hdf5Exception {
    int type = block.u8() & 0x0f;
    int bits = block.u8();
    block.skip(2);
    long bytes = block.u32();
    if (bytes < 1 || bytes > Hdf5Limits.MAX_STRUCTURE_BYTES) {
      throw new Hdf5Exception("it has elements of " + bytes + " bytes");
    }
    Kind kind =
        switch (type) {
          case CLASS_FLOAT -> isIeee(block, (int) bytes, bits) ? Kind.FLOAT : Kind.OTHER;
          case CLASS_STRING -> Kind.FIXED_STRING;
          case CLASS_VARIABLE_LENGTH -> (bits & 0x0f) == 1 ? Kind.VARIABLE_STRING : Kind.OTHER;
          default -> Kind.OTHER;
        };
    ByteOrder order = (bits & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    return new Datatype(kind, (int) bytes, order);
  }

  /** Whether exponent and mantissa lie as IEEE 754 has them; bfloat16, of 2 bytes too, has not. */
  private static boolean isIeee(Block block, int bytes, int bits) throws Hdf5Exception {
    int bitOffset = block.u16();
    int precision = block.u16();
    block.skip(1);
    int exponentBits = block.u8();
    block.skip(1);
    int mantissaBits = block.u8();
    int expected =
        switch (bytes) {
          case 2 -> 5;
          case 4 -> 8;
          case 8 -> 11;
          default -> -1;
        };
    boolean vax = (bits & 0x40) != 0;
    return !vax
        && bitOffset == 0
        && precision == 8 * bytes
        && exponentBits == expected
        && mantissaBits == precision - 1 - expected;
  }
}

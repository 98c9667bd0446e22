package io.tplus1.rnn.hdf5;

/** Budgets of what one file may cost, whatever it says of itself. */
final class Hdf5Limits {
  /**
   * Largest file; a model with {@link #MAX_VALUES} weights and its optimizer's state is smaller.
   */
  static final long MAX_FILE_BYTES = 512L << 20;

  /** Numbers of all datasets read from one file, 64 MiB as floats: four times a whole artifact. */
  static final int MAX_VALUES = 16 << 20;

  /** Bytes of all headers, nodes, heaps and attributes read from one file, and of each of them. */
  static final int MAX_STRUCTURE_BYTES = 64 << 20;

  /** Number of all headers, nodes and heaps read from one file. */
  static final int MAX_STRUCTURES = 1 << 18;

  /** Members of a group, and strings of an attribute: a model has at most thousands of layers. */
  static final int MAX_NAMES = 1 << 14;

  /** Keras' names have some twenty characters; many long ones could overlap in few bytes. */
  static final int MAX_NAME_BYTES = 1024;

  /** Text of one attribute; the largest is a model's config. */
  static final int MAX_TEXT_BYTES = 8 << 20;

  private Hdf5Limits() {}
}

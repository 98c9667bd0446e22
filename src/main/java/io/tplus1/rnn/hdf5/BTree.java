package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A B-tree of version 1 (section III.A.1). Levels must fall by one, and a node counts once, so that
 * neither cycles nor shared nodes cost anything. Whoever reads the children guards them, with
 * {@link #requireOnce}, where they must differ.
 */
final class BTree {
  /** A tree of so many levels would hold more children than addresses exist. */
  private static final int MOST_LEVELS = 32;

  private final Source source;
  private final String what;
  private final int type;
  private final int keyBytes;
  private final Set<Long> seen = new HashSet<>();

  /** Reads what a leaf names. */
  @FunctionalInterface
  interface Child {
    void read(Block key, long address) throws IOException;
  }

  /**
   * @param what names it in errors
   * @param type of its nodes
   * @param keyBytes that stand before a child's address
   */
  BTree(Source source, String what, int type, int keyBytes) {
    this.source = source;
    this.what = what;
    this.type = type;
    this.keyBytes = keyBytes;
  }

  /** Reads the children of all leaves, in their order. */
  void walk(long root, Child child) throws IOException {
    node(root, -1, child);
  }

  /** Refuses an address that was given before, be it of a node or of a child. */
  void requireOnce(long address) throws Hdf5Exception {
    if (!seen.add(address)) {
      throw new Hdf5Exception(what + " names one node twice");
    }
  }

  /**
   * @param level the level that the parent asks for, or −1 at the root
   */
  private void node(long address, int level, Child child) throws IOException {
    requireOnce(address);
    int width = source.offsetBytes();
    Block head = source.block(what, address, 8 + 2 * width);
    head.expect("TREE");
    int foundType = head.u8();
    int found = head.u8();
    int entries = head.u16();
    if (foundType != type || found > MOST_LEVELS || (level >= 0 && found != level)) {
      throw new Hdf5Exception(
          "%s has a node of type %d, level %d".formatted(what, foundType, found));
    }
    long body = (long) entries * (keyBytes + width);
    Block block = source.block(what, address + 8 + 2L * width, body);
    for (int i = 0; i < entries; i++) {
      Block key = block.slice(keyBytes);
      long next = block.offset();
      if (found > 0) {
        node(next, found - 1, child);
      } else {
        child.read(key, next);
      }
    }
  }
}

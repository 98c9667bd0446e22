package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Finds the members of a group: name to address of the member's object header. */
final class Links {
  private static final int CACHED_SOFT_LINK = 2;
  private static final int HARD_LINK = 0;

  private final Source source;
  private final Map<String, Long> addresses = new TreeMap<>();

  private Links(Source source) {
    this.source = source;
  }

  static Map<String, Long> read(Source source, ObjectHeader group) throws IOException {
    Links links = new Links(source);
    Block table = group.first(ObjectHeader.SYMBOL_TABLE);
    if (table != null) {
      long root = table.offset();
      Block names = links.heap(table.offset());
      BTree tree = new BTree(source, "a group's B-tree", 0, source.lengthBytes());
      tree.walk(
          root,
          (key, address) -> {
            tree.requireOnce(address);
            links.symbols(address, names);
          });
    }
    Block info = group.first(ObjectHeader.LINK_INFO);
    if (info != null) {
      requireCompact(info);
    }
    for (Block link : group.all(ObjectHeader.LINK)) {
      links.message(link);
    }
    return links.addresses;
  }

  /** Section III.D: the names of an old-style group, one after the other. */
  private Block heap(long address) throws IOException {
    Block head = source.block("a local heap", address, 8 + 2 * source.lengthBytes() + 8);
    head.expect("HEAP");
    head.skip(4);
    long size = head.length();
    head.length();
    return source.block("a local heap", head.offset(), size);
  }

  /** Section III.B: what a leaf names, the members themselves. */
  private void symbols(long address, Block names) throws IOException {
    Block head = source.block("a group's symbols", address, 8);
    head.expect("SNOD");
    head.skip(2);
    int entries = head.u16();
    int width = 2 * source.offsetBytes() + 24;
    Block block = source.block("a group's symbols", address + 8, (long) entries * width);
    for (int i = 0; i < entries; i++) {
      long name = block.offset();
      long header = block.offset();
      long cached = block.u32();
      block.skip(20);
      // Keras writes no soft links; what they name is simply not there.
      if (cached != CACHED_SOFT_LINK) {
        add(names.name(name), header);
      }
    }
  }

  /** Section IV.A.2.c: links beyond a few are stored in a fractal heap. */
  private static void requireCompact(Block info) throws Hdf5Exception {
    info.skip(1);
    int flags = info.u8();
    if ((flags & 1) != 0) {
      info.skip(8);
    }
    if (info.offset() != Block.UNDEFINED) {
      throw new Hdf5Exception("it stores a group in a fractal heap, which Keras does not write");
    }
  }

  /** Section IV.A.2.g. */
  private void message(Block link) throws Hdf5Exception {
    link.skip(1);
    int flags = link.u8();
    int type = (flags & 0x08) != 0 ? link.u8() : HARD_LINK;
    if ((flags & 0x04) != 0) {
      link.skip(8);
    }
    if ((flags & 0x10) != 0) {
      link.skip(1);
    }
    long length = link.unsigned(1 << (flags & 3));
    if (length > Hdf5Limits.MAX_NAME_BYTES) {
      throw new Hdf5Exception("a link has a name of " + length + " bytes");
    }
    String name = new String(link.bytes(length), StandardCharsets.UTF_8);
    if (type == HARD_LINK) {
      add(name, link.offset());
    }
  }

  private void add(String name, long header) throws Hdf5Exception {
    if (addresses.size() == Hdf5Limits.MAX_NAMES) {
      throw new Hdf5Exception("a group has more than " + Hdf5Limits.MAX_NAMES + " members");
    }
    addresses.put(name, header);
  }
}

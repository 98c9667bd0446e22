package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Where strings of variable length lie (section III.E). */
final class GlobalHeap {
  private GlobalHeap() {}

  /** The objects of one collection by their index. */
  static Map<Integer, Block> read(Source source, long address) throws IOException {
    int headBytes = 8 + source.lengthBytes();
    Block head = source.block("a global heap", address, headBytes);
    head.expect("GCOL");
    head.skip(4);
    long size = head.length();
    if (size < headBytes) {
      throw new Hdf5Exception("a global heap is smaller than its own head");
    }
    Block block = source.block("a global heap", address + headBytes, size - headBytes);
    Map<Integer, Block> objects = new HashMap<>();
    while (block.remaining() >= headBytes) {
      int index = block.u16();
      block.skip(6);
      long length = block.length();
      if (index == 0) {
        break;
      }
      objects.put(index, block.slice(length));
      block.skip(Math.min(block.remaining(), (8 - length % 8) % 8));
    }
    return objects;
  }
}

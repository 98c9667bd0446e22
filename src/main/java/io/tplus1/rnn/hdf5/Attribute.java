package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A named value of an object, of which only strings are of interest (section IV.A.2.m). */
record Attribute(String name, Datatype type, Dataspace space, Block data) {

  static Attribute read(Block block) throws Hdf5Exception {
    int version = block.u8();
    int flags = block.u8();
    if (version < 1 || version > 3) {
      throw new Hdf5Exception("an attribute has the unknown version " + version);
    }
    if (version > 1 && flags != 0) {
      throw new Hdf5Exception("it shares an attribute's type between objects");
    }
    int nameBytes = block.u16();
    int typeBytes = block.u16();
    int spaceBytes = block.u16();
    if (version == 3) {
      block.skip(1);
    }
    // Version 1 pads each part to eight bytes.
    int align = version == 1 ? 8 : 1;
    Block nameBlock = block.slice(roundUp(nameBytes, align));
    Block type = block.slice(roundUp(typeBytes, align));
    Block space = block.slice(roundUp(spaceBytes, align));
    Block data = block.slice(block.remaining());
    return new Attribute(nameBlock.name(0), Datatype.read(type), Dataspace.read(space), data);
  }

  /** Refuses an object whose attributes are in a fractal heap, where they would not be seen. */
  static void requireCompact(ObjectHeader header) throws Hdf5Exception {
    Block info = header.first(ObjectHeader.ATTRIBUTE_INFO);
    if (info == null) {
      return;
    }
    info.skip(1);
    int flags = info.u8();
    if ((flags & 1) != 0) {
      info.skip(2);
    }
    if (info.offset() != Block.UNDEFINED) {
      throw new Hdf5Exception("it stores attributes in a fractal heap, which Keras does not write");
    }
  }

  List<String> strings(Source source) throws IOException {
    if (space.count() == 0) {
      return List.of();
    }
    if (space.count() > Hdf5Limits.MAX_NAMES) {
      throw new Hdf5Exception("attribute %s has %d strings".formatted(name, space.count()));
    }
    int count = (int) space.count();
    return switch (type.kind()) {
      case FIXED_STRING -> fixed(count);
      case VARIABLE_STRING -> variable(source, count);
      default -> throw new Hdf5Exception("attribute " + name + " should be text, and is not");
    };
  }

  private List<String> fixed(int count) throws Hdf5Exception {
    List<String> strings = new ArrayList<>();
    Block rest = data.copy();
    for (int i = 0; i < count; i++) {
      byte[] bytes = rest.bytes(type.bytes());
      int length = bytes.length;
      while (length > 0 && bytes[length - 1] == 0) {
        length--;
      }
      strings.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }
    return strings;
  }

  private List<String> variable(Source source, int count) throws IOException {
    List<String> strings = new ArrayList<>();
    // Neighbours lie in one collection; only the last is kept, as each may be as large as a file.
    Map<Integer, Block> heap = Map.of();
    long heapAddress = Block.UNDEFINED;
    long charged = 0;
    Block rest = data.copy();
    for (int i = 0; i < count; i++) {
      long length = rest.u32();
      long collection = rest.offset();
      long index = rest.u32();
      if (length == 0) {
        strings.add("");
        continue;
      }
      // One long string may be named by every element: their sum is bounded as well.
      charged += length;
      if (charged > Hdf5Limits.MAX_TEXT_BYTES) {
        throw new Hdf5Exception("attribute %s has more text than any model".formatted(name));
      }
      if (collection != heapAddress) {
        heap = GlobalHeap.read(source, collection);
        heapAddress = collection;
      }
      Block object = index > 0xffff ? null : heap.get((int) index);
      if (object == null) {
        throw new Hdf5Exception("attribute %s names text that is not there".formatted(name));
      }
      byte[] bytes = object.copy().bytes(length);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] == 0) {
        end--;
      }
      strings.add(new String(bytes, 0, end, StandardCharsets.UTF_8));
    }
    return strings;
  }

  private static int roundUp(int bytes, int align) {
    return (bytes + align - 1) / align * align;
  }
}

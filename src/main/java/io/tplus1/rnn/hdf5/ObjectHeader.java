package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The messages of one object, which say all that is known of it (section IV.A). */
final class ObjectHeader {
  static final int DATASPACE = 0x01;
  static final int LINK_INFO = 0x02;
  static final int DATATYPE = 0x03;
  static final int LINK = 0x06;
  static final int LAYOUT = 0x08;
  static final int FILTERS = 0x0b;
  static final int ATTRIBUTE = 0x0c;
  static final int CONTINUATION = 0x10;
  static final int SYMBOL_TABLE = 0x11;
  static final int ATTRIBUTE_INFO = 0x15;

  private static final int FLAG_SHARED = 2;

  /** A group of Keras has a dozen; beyond, a small file could cost much memory. */
  private static final int MAX_MESSAGES = 1 << 12;

  private record Message(int type, int flags, Block body) {}

  private record Piece(long address, long length) {}

  private final List<Message> messages = new ArrayList<>();

  private ObjectHeader() {}

  static ObjectHeader read(Source source, long address) throws IOException {
    ObjectHeader header = new ObjectHeader();
    Block start = source.blockUpTo("an object header", address, 64);
    int first = start.u8();
    if (first == 1) {
      header.readVersion1(source, address, start);
    } else if (first == 'O') {
      header.readVersion2(source, address);
    } else {
      throw new Hdf5Exception("there is no object header at byte " + address);
    }
    return header;
  }

  /** A message's body, read from its beginning; null if there is none. */
  Block first(int type) throws Hdf5Exception {
    List<Block> all = all(type);
    return all.isEmpty() ? null : all.get(0);
  }

  /** Bodies of all messages of a type, each read from its beginning. */
  List<Block> all(int type) throws Hdf5Exception {
    List<Block> bodies = new ArrayList<>();
    for (Message message : messages) {
      if (message.type == type) {
        if ((message.flags & FLAG_SHARED) != 0) {
          throw new Hdf5Exception("it shares header messages between objects");
        }
        bodies.add(message.body.copy());
      }
    }
    return bodies;
  }

  private void readVersion1(Source source, long address, Block start) throws IOException {
    start.skip(7);
    long length = start.u32();
    Deque<Piece> pieces = new ArrayDeque<>(List.of(new Piece(address + 16, length)));
    Set<Long> seen = new HashSet<>();
    while (!pieces.isEmpty()) {
      Piece piece = take(pieces, seen);
      Block block = source.block("an object header", piece.address, piece.length);
      while (block.remaining() >= 8) {
        int type = block.u16();
        int size = block.u16();
        int flags = block.u8();
        block.skip(3);
        add(new Message(type, flags, block.slice(size)), pieces);
      }
    }
  }

  private void readVersion2(Source source, long address) throws IOException {
    Block prefix = source.blockUpTo("an object header", address, 64);
    prefix.expect("OHDR");
    int version = prefix.u8();
    if (version != 2) {
      throw new Hdf5Exception("an object header has the unknown version " + version);
    }
    int flags = prefix.u8();
    if ((flags & 0x20) != 0) {
      prefix.skip(16);
    }
    if ((flags & 0x10) != 0) {
      prefix.skip(4);
    }
    long length = prefix.unsigned(1 << (flags & 3));
    boolean ordered = (flags & 4) != 0;
    Deque<Piece> pieces = new ArrayDeque<>(List.of(new Piece(address + prefix.position(), length)));
    Set<Long> seen = new HashSet<>();
    boolean continued = false;
    while (!pieces.isEmpty()) {
      Piece piece = take(pieces, seen);
      Block block = source.block("an object header", piece.address, piece.length);
      int trailer = 0;
      if (continued) {
        block.expect("OCHK");
        trailer = 4;
      }
      continued = true;
      int head = ordered ? 6 : 4;
      while (block.remaining() - trailer >= head) {
        int type = block.u8();
        int size = block.u16();
        int messageFlags = block.u8();
        if (ordered) {
          block.skip(2);
        }
        add(new Message(type, messageFlags, block.slice(size)), pieces);
      }
    }
  }

  private static Piece take(Deque<Piece> pieces, Set<Long> seen) throws Hdf5Exception {
    Piece piece = pieces.remove();
    if (!seen.add(piece.address)) {
      throw new Hdf5Exception("an object header continues into itself");
    }
    return piece;
  }

  private void add(Message message, Deque<Piece> pieces) throws Hdf5Exception {
    if (messages.size() == MAX_MESSAGES) {
      throw new Hdf5Exception("an object header has more than " + MAX_MESSAGES + " messages");
    }
    messages.add(message);
    if (message.type == CONTINUATION) {
      Block body = message.body.copy();
      pieces.add(new Piece(body.offset(), body.length()));
    }
  }
}

package io.tplus1.rnn.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of a learner as bytes, big-endian: magic, version, updates that counted as done at its
 * start, number of members, and each member's own state with its length before it.
 *
 * @param learntBefore updates that count as done beside the members' own
 * @param members state of each, not looked into
 */
record LearnerState(long learntBefore, List<byte[]> members) {
  private static final int MAGIC = 0x7431_524c; // t1RL
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 20;

  static byte[] write(long learntBefore, List<byte[]> members) {
    int bytes = members.stream().mapToInt(member -> Integer.BYTES + member.length).sum();
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + bytes)
            .putInt(MAGIC)
            .putInt(VERSION)
            .putLong(learntBefore)
            .putInt(members.size());
    for (byte[] member : members) {
      out.putInt(member.length).put(member);
    }
    return out.array();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is cut off, or of another version or number of members
   */
  static LearnerState read(byte[] state, int members) {
    ByteBuffer in = ByteBuffer.wrap(state);
    if (state.length < HEADER_BYTES || in.getInt() != MAGIC) {
      throw new IllegalArgumentException(
          "not a learner's state: %d bytes do not begin as one does".formatted(state.length));
    }
    int version = in.getInt();
    long learntBefore = in.getLong();
    int count = in.getInt();
    if (version != VERSION || count != members || learntBefore < 0) {
      throw new IllegalArgumentException(
          "a learner's state of version %d with %d members was expected, found version %d with %d"
              .formatted(VERSION, members, version, count));
    }
    List<byte[]> read = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("a learner's state is cut off in member " + (i + 1));
      }
      byte[] member = new byte[length];
      in.get(member);
      read.add(member);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(
          "a learner's state has %d bytes too many".formatted(in.remaining()));
    }
    return new LearnerState(learntBefore, List.copyOf(read));
  }
}

package io.tplus1.rnn.learn;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes and reads what a learner has learnt: magic and version; the architecture and rule in
 * words; updates so far; weights and running means, each as a length and floats, big-endian.
 */
final class StateCodec {
  private static final int MAGIC = 0x7431_4c53; // t1LS
  private static final int VERSION = 1;

  private StateCodec() {}

  static byte[] write(String words, float[] weights, Optimizer optimizer) {
    byte[] text = words.getBytes(StandardCharsets.UTF_8);
    int floats = weights.length + optimizer.mean.length + optimizer.square.length;
    ByteBuffer out = ByteBuffer.allocate(32 + text.length + Float.BYTES * floats);
    out.putInt(MAGIC).putInt(VERSION).putInt(text.length).put(text).putLong(optimizer.steps);
    for (float[] array : new float[][] {weights, optimizer.mean, optimizer.square}) {
      out.putInt(array.length);
      for (float value : array) {
        out.putFloat(value);
      }
    }
    return out.array();
  }

  /**
   * Overwrites weights and optimiser, or nothing at all.
   *
   * @throws IllegalArgumentException if the bytes are not a state of such a learner, saying why
   */
  static void read(byte[] state, String words, float[] weights, Optimizer optimizer) {
    byte[] text = words.getBytes(StandardCharsets.UTF_8);
    ByteBuffer in = ByteBuffer.wrap(state);
    if (state.length < 12 || in.getInt() != MAGIC) {
      throw refuse("these %d bytes do not begin as one does".formatted(state.length));
    }
    int version = in.getInt();
    if (version != VERSION) {
      throw refuse("expected version %d, found %d".formatted(VERSION, version));
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw refuse("it is cut off");
    }
    byte[] found = new byte[length];
    in.get(found);
    if (!Arrays.equals(found, text)) {
      throw refuse(
          "it is of '%s', this learner is of '%s'"
              .formatted(new String(found, StandardCharsets.UTF_8), words));
    }
    float[][] targets = {weights, optimizer.mean, optimizer.square};
    int floats = Arrays.stream(targets).mapToInt(a -> a.length).sum();
    int expected = Long.BYTES + Integer.BYTES * targets.length + Float.BYTES * floats;
    if (in.remaining() != expected) {
      throw refuse("expected %d bytes of numbers, found %d".formatted(expected, in.remaining()));
    }
    long steps = in.getLong();
    if (steps < 0) {
      throw refuse("it has taken %d updates".formatted(steps));
    }
    float[][] values = new float[targets.length][];
    for (int i = 0; i < targets.length; i++) {
      values[i] = floats(in, targets[i].length, i == 2);
    }
    for (int i = 0; i < targets.length; i++) {
      System.arraycopy(values[i], 0, targets[i], 0, targets[i].length);
    }
    optimizer.steps = steps;
  }

  private static float[] floats(ByteBuffer in, int expected, boolean positive) {
    int length = in.getInt();
    if (length != expected) {
      throw refuse("expected an array of %d numbers, found %d".formatted(expected, length));
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = in.getFloat();
      if (!Float.isFinite(values[i]) || (positive && values[i] < 0)) {
        throw refuse("found %s at index %d of an array".formatted(values[i], i));
      }
    }
    return values;
  }

  private static IllegalArgumentException refuse(String reason) {
    return new IllegalArgumentException("not a state of this learner: " + reason);
  }
}

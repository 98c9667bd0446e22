package io.tplus1.expert;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * By how much the mix of a series' experts missed its newest vector: {@code float[numbers]}, actual
 * minus forecast of t+1, raw units, of the targets that are numbers; 0 where that is not known. For
 * one thread.
 */
public final class LastErrors {
  private final float[] errors;

  /** Of a series of which nothing is known. */
  public LastErrors(StackedShape shape) {
    this.errors = new float[shape.numbers()];
  }

  double get(int number) {
    return errors[number];
  }

  /** What is not finite is not known. */
  void set(int number, double error) {
    float rounded = (float) error;
    errors[number] = Float.isFinite(rounded) ? rounded : 0;
  }

  /** Forgets them, where the newest vector was not forecast, or did not come. */
  public void clear() {
    Arrays.fill(errors, 0);
  }

  /** Bytes that {@link #write} puts. */
  public static int bytes(StackedShape shape) {
    return Float.BYTES * shape.numbers();
  }

  /** Puts them as they are; whoever keeps them keeps their version. */
  public void write(ByteBuffer bytes) {
    for (float error : errors) {
      bytes.putFloat(error);
    }
  }

  /**
   * Takes what {@link #write} put.
   *
   * @throws java.nio.BufferUnderflowException if there are fewer bytes
   */
  public static LastErrors read(StackedShape shape, ByteBuffer bytes) {
    LastErrors last = new LastErrors(shape);
    for (int i = 0; i < last.errors.length; i++) {
      last.set(i, bytes.getFloat());
    }
    return last;
  }
}

package io.tplus1.rnn.network;

/**
 * The shape of what one layer hands to the next: a sequence or a vector.
 *
 * @param steps number of steps; {@link #VECTOR} for a vector, {@link #ANY_STEPS} for a sequence
 *     whose length is known only when it comes
 * @param width features of a step, or length of the vector
 */
public record Shape(int steps, int width) {
  public static final int VECTOR = 0;
  public static final int ANY_STEPS = -1;

  public static Shape vector(int width) {
    return new Shape(VECTOR, width);
  }

  public static Shape sequence(int steps, int width) {
    return new Shape(steps, width);
  }

  public boolean isSequence() {
    return steps != VECTOR;
  }

  @Override
  public String toString() {
    if (!isSequence()) {
      return "[" + width + "]";
    }
    return "[" + (steps == ANY_STEPS ? "any" : steps) + "][" + width + "]";
  }
}

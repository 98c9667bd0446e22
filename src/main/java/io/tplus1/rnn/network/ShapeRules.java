package io.tplus1.rnn.network;

/** Which shape each layer accepts and hands on, and how long its weight arrays must be. */
public final class ShapeRules {
  private ShapeRules() {}

  /**
   * The shape after {@code layer}.
   *
   * @throws IllegalArgumentException saying what was found and what was expected
   */
  public static Shape after(Layer layer, Shape in) {
    if (layer instanceof Layer.Embedding embedding) {
      return embedding(embedding, in);
    } else if (layer instanceof Layer.Recurrent recurrent) {
      return recurrent(recurrent, in);
    } else if (layer instanceof Layer.Bidirectional pair) {
      return bidirectional(pair, in);
    } else if (layer instanceof Layer.Dense dense) {
      requirePositive("units", dense.units());
      requireLength("kernel", dense.kernel(), (long) in.width() * dense.units());
      requireLength("bias", dense.bias(), dense.units());
      return new Shape(in.steps(), dense.units());
    } else if (layer instanceof Layer.RepeatVector repeat) {
      requirePositive("times", repeat.times());
      if (in.isSequence()) {
        throw new IllegalArgumentException("needs a vector, found the sequence " + in);
      }
      return Shape.sequence(repeat.times(), in.width());
    } else if (layer instanceof Layer.Flatten) {
      return flatten(in);
    } else if (layer instanceof Layer.Masking masking) {
      if (!Float.isFinite(masking.value())) {
        throw new IllegalArgumentException("masks a value that is no float: " + masking.value());
      }
      requireSequence(in);
      return in;
    }
    return in;
  }

  private static Shape embedding(Layer.Embedding layer, Shape in) {
    requireSequence(in);
    requirePositive("vocabulary", layer.vocabulary());
    requirePositive("width", layer.width());
    if (in.width() != 1) {
      throw new IllegalArgumentException("needs one category id per step, found " + in);
    }
    requireLength("weights", layer.weights(), (long) layer.vocabulary() * layer.width());
    return Shape.sequence(in.steps(), layer.width());
  }

  private static Shape recurrent(Layer.Recurrent layer, Shape in) {
    requireSequence(in);
    requirePositive("units", layer.units());
    long units = layer.units();
    if (layer instanceof Layer.SimpleRnn rnn) {
      requireWeights(in, units, 1, rnn.kernel(), rnn.recurrentKernel(), rnn.bias(), units);
    } else if (layer instanceof Layer.Lstm lstm) {
      requireWeights(in, units, 4, lstm.kernel(), lstm.recurrentKernel(), lstm.bias(), 4 * units);
    } else if (layer instanceof Layer.Gru gru) {
      long bias = gru.resetAfter() ? 6 * units : 3 * units;
      requireWeights(in, units, 3, gru.kernel(), gru.recurrentKernel(), gru.bias(), bias);
    }
    return new Shape(layer.returnSequences() ? in.steps() : Shape.VECTOR, layer.units());
  }

  private static Shape bidirectional(Layer.Bidirectional pair, Shape in) {
    Shape forward = recurrent(pair.forward(), in);
    Shape backward = recurrent(pair.backward(), in);
    if (!forward.equals(backward)) {
      throw new IllegalArgumentException(
          "both directions must have one shape, found " + forward + " and " + backward);
    }
    if (pair.forward().goBackwards() == pair.backward().goBackwards()) {
      throw new IllegalArgumentException("one direction must go backwards and the other forwards");
    }
    int factor = pair.merge() == Layer.Merge.CONCAT ? 2 : 1;
    return new Shape(forward.steps(), Math.multiplyExact(factor, forward.width()));
  }

  private static Shape flatten(Shape in) {
    if (!in.isSequence()) {
      return in;
    }
    if (in.steps() == Shape.ANY_STEPS) {
      throw new IllegalArgumentException("needs a known number of steps, found " + in);
    }
    return Shape.vector(Math.multiplyExact(in.steps(), in.width()));
  }

  private static void requireWeights(
      Shape in,
      long units,
      int gates,
      float[] kernel,
      float[] recurrent,
      float[] bias,
      long biases) {
    requireLength("kernel", kernel, (long) in.width() * gates * units);
    requireLength("recurrent kernel", recurrent, units * gates * units);
    requireLength("bias", bias, biases);
  }

  private static void requireSequence(Shape in) {
    if (!in.isSequence()) {
      throw new IllegalArgumentException("needs a sequence, found the vector " + in);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, found " + value);
    }
  }

  private static void requireLength(String name, float[] array, long expected) {
    if (array.length != expected) {
      throw new IllegalArgumentException(
          "%s must have %d values, found %d".formatted(name, expected, array.length));
    }
    for (int i = 0; i < array.length; i++) {
      if (!Float.isFinite(array[i])) {
        throw new IllegalArgumentException(
            "%s must be finite, found %s at index %d".formatted(name, array[i], i));
      }
    }
  }
}

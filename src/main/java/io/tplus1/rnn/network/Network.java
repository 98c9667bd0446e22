package io.tplus1.rnn.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A stack of layers with its weights: {@code float[steps][inputs]} in, {@code float[outputs]} or
 * {@code float[steps][outputs]} out.
 *
 * <p>Immutable by contract: nobody writes into the weight arrays after construction. The
 * constructor checks every shape, so that whoever holds a network may index without checking again.
 *
 * @param inputs features of an input step (1 for a network that begins with an {@link
 *     Layer.Embedding}: the category id)
 * @param steps number of input steps, or {@link Shape#ANY_STEPS}
 * @param layers first to last
 */
public record Network(int inputs, int steps, List<Layer> layers) {
  /**
   * Most values that all layers of all networks of an artifact may hand on of a window where they
   * serve, so that none fills the heap.
   */
  public static final long MOST_SERVED_VALUES = 1L << 24;

  /**
   * @throws IllegalArgumentException if neighbouring shapes do not fit, a weight array has the
   *     wrong length, or a weight is not finite
   */
  public Network {
    layers = List.copyOf(layers);
    if (inputs < 1) {
      throw new IllegalArgumentException("inputs must be at least 1, found " + inputs);
    }
    if (steps < 1 && steps != Shape.ANY_STEPS) {
      throw new IllegalArgumentException(
          "steps must be at least 1, or ANY_STEPS (-1), found " + steps);
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a network needs at least one layer, found none");
    }
    shapes(inputs, steps, layers);
  }

  /** The shape that comes out of the last layer. */
  public Shape output() {
    List<Shape> shapes = shapes();
    return shapes.get(shapes.size() - 1);
  }

  /**
   * The shape after each layer, in the order of {@link #layers()}. Each call goes over all weights
   * again: ask once, not for each layer.
   */
  public List<Shape> shapes() {
    return shapes(inputs, steps, layers);
  }

  /** Whether each row that it puts out is of one step of its window. */
  public boolean isStepwise() {
    return shapes().stream().allMatch(Shape::isSequence);
  }

  /** Number of weights and biases of all layers together. */
  public long parameters() {
    return layers.stream()
        .flatMap(layer -> Weights.of(layer).stream())
        .mapToLong(w -> w.length)
        .sum();
  }

  /**
   * Where the output has a row for each step of the window, this network as one of full windows
   * alone: it pads shorter ones, so that the row of the newest step is always the last.
   */
  public Network ofSteps(int steps) {
    return output().steps() == Shape.ANY_STEPS ? new Network(inputs, steps, layers) : this;
  }

  /** This network with another layer in the place of one. */
  public Network with(int layer, Layer other) {
    List<Layer> others = new ArrayList<>(layers);
    others.set(layer, other);
    return new Network(inputs, steps, others);
  }

  private static List<Shape> shapes(int inputs, int steps, List<Layer> layers) {
    List<Shape> shapes = new ArrayList<>(layers.size());
    Shape shape = Shape.sequence(steps, inputs);
    for (int i = 0; i < layers.size(); i++) {
      try {
        shape = ShapeRules.after(layers.get(i), shape);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "layer %d (%s): %s"
                .formatted(i, layers.get(i).getClass().getSimpleName(), e.getMessage()),
            e);
      }
      shapes.add(shape);
    }
    return shapes;
  }
}

package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tplus1.rnn.network.Shape;

/** Finds out what a model takes in; Keras has written it in different places over time. */
final class InputShape {
  private InputShape() {}

  /**
   * The shape of one input, without the batch.
   *
   * @param first the model's first layer, perhaps an InputLayer
   * @param computing the first layer that computes; an Embedding takes ids, so has no width
   * @param model the model's config
   */
  static Shape of(KerasLayer first, KerasLayer computing, JsonNode model)
      throws KerasImportException {
    if (first.flag("sparse", false) || first.flag("ragged", false)) {
      throw first.refuse("sparse and ragged inputs are not supported, dense ones are", "use one");
    }
    boolean ids = computing.kind().equals("Embedding");
    JsonNode shape = declared(first, model);
    if (shape.isMissingNode()) {
      return undeclared(first, ids);
    }
    int rank = ids ? 2 : 3;
    if (!shape.isArray() || shape.size() != rank) {
      throw first.refuse(
          "its input shape is %s; supported is %s"
              .formatted(
                  KerasLayer.show(shape), ids ? "[batch, steps]" : "[batch, steps, features]"),
          "begin with such an input");
    }
    int steps = size(first, shape.path(1));
    if (ids) {
      int length = length(computing);
      return Shape.sequence(steps == Shape.ANY_STEPS ? length : steps, 1);
    }
    int width = size(first, shape.path(2));
    if (width == Shape.ANY_STEPS) {
      throw first.refuse(
          "its input shape %s leaves the number of features open".formatted(KerasLayer.show(shape)),
          "declare it");
    }
    return Shape.sequence(steps, width);
  }

  /** On the layer, on the layer that it wraps, or on the model where it was built later. */
  private static JsonNode declared(KerasLayer first, JsonNode model) {
    JsonNode wrapped = first.config().path("layer").path("config");
    for (JsonNode place :
        new JsonNode[] {
          first.config().path("batch_input_shape"),
          first.config().path("batch_shape"),
          wrapped.path("batch_input_shape"),
          model.path("build_input_shape")
        }) {
      if (!place.isMissingNode() && !place.isNull()) {
        return place;
      }
    }
    return MissingNode.getInstance();
  }

  /** Keras 1's recurrent layers say input_dim and input_length, an Embedding its length. */
  private static Shape undeclared(KerasLayer first, boolean ids) throws KerasImportException {
    if (ids) {
      return Shape.sequence(length(first), 1);
    }
    if (first.has("input_dim")) {
      return Shape.sequence(length(first), first.count("input_dim", "input_dim"));
    }
    throw first.refuse("the model does not say its input's shape", "build it with an input shape");
  }

  private static int length(KerasLayer layer) throws KerasImportException {
    JsonNode length = layer.config().path("input_length");
    return size(layer, length.isArray() && length.size() == 1 ? length.path(0) : length);
  }

  /** A size, or {@link Shape#ANY_STEPS} where it is left open. */
  private static int size(KerasLayer layer, JsonNode size) throws KerasImportException {
    if (size.isMissingNode() || size.isNull()) {
      return Shape.ANY_STEPS;
    }
    if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 1) {
      throw layer.damaged("its input shape has the size " + KerasLayer.show(size));
    }
    return size.intValue();
  }
}

package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.rnn.network.Shape;

/**
 * The {@code Reshape([steps ahead, targets])} at the end of a model, as TensorFlow's tutorial of
 * time series has it: another view of the vector before it, which is read in that order anyway.
 */
final class OutputReshape {
  private OutputReshape() {}

  static boolean is(KerasLayer layer) {
    return layer.kind().equals("Reshape");
  }

  static KerasImportException refusal(KerasLayer layer) {
    return layer.refuse(
        "it is supported as the last layer alone, over a vector that it lays into [steps ahead, targets]",
        "where it is only another view, build the model without it and with these weights (of classes without the softmax behind it, too); else train one without it");
  }

  /**
   * Rows that it makes of the values of a vector; 0 where it leaves them a vector.
   *
   * @param in what the layer takes in
   */
  static int rows(KerasLayer layer, Shape in) throws KerasImportException {
    if (in.isSequence()) {
      throw refusal(layer);
    }
    JsonNode shape = layer.config().path("target_shape");
    long rows = shape.size() == 1 ? 1 : size(shape.path(0));
    long columns = size(shape.path(shape.size() - 1));
    if (rows == -1 && columns > 0) {
      rows = in.width() / columns;
    } else if (columns == -1 && rows > 0) {
      columns = in.width() / rows;
    }
    boolean view = rows > 0 && columns > 0 && rows <= in.width() && rows * columns == in.width();
    if (!view || shape.size() > 2) {
      throw layer.refuse(
          "its target_shape should be [steps ahead, targets], %d values together, found %s"
              .formatted(in.width(), KerasLayer.show(shape)),
          "build the model without it and with these weights");
    }
    return shape.size() == 1 ? 0 : Math.toIntExact(rows);
  }

  /** 0 for what is no size. */
  private static int size(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : 0;
  }
}

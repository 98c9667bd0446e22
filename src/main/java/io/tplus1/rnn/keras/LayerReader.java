package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Shape;
import java.io.IOException;
import java.util.Set;

/** Turns one layer's config and weights into a layer of the plain form. */
final class LayerReader {
  private static final String SUPPORTED =
      "SimpleRNN, LSTM, GRU, Bidirectional, TimeDistributed, Dense, Embedding, Masking,"
          + " RepeatVector, Flatten, Activation, ReLU, ELU, Softmax, Dropout, noise, and Reshape at the"
          + " end";

  private static final Set<String> CELLS = Set.of("LSTMCell", "GRUCell", "SimpleRNNCell");

  private LayerReader() {}

  /**
   * Reads a layer.
   *
   * @param in what the layer takes in
   * @param weights the layer's own; all are taken
   */
  static Layer read(KerasLayer layer, Shape in, LayerWeights weights)
      throws IOException, KerasImportException {
    layer.requireFullPrecision();
    return switch (layer.kind()) {
      case "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU" ->
          RecurrentReader.read(layer, in.width(), weights);
      case "Bidirectional" -> RecurrentReader.pair(layer, in.width(), weights);
      case "Embedding" -> embedding(layer, weights);
      case "Masking" -> new Layer.Masking((float) layer.number("mask_value", 0));
      case "RepeatVector" -> new Layer.RepeatVector(layer.count("n", "n"));
      case "Flatten" -> flatten(layer, in);
      case "TimeDistributed" -> everyStep(layer, in, weights);
      default -> pointwise(layer, in, weights);
    };
  }

  /** Layers that treat each step alike, so that TimeDistributed changes nothing about them. */
  private static Layer pointwise(KerasLayer layer, Shape in, LayerWeights weights)
      throws IOException, KerasImportException {
    return switch (layer.kind()) {
      case "Dense", "TimeDistributedDense" -> dense(layer, in, weights);
      case "Activation" -> new Layer.Activation(layer.activation("activation", "activation"));
      case "ReLU" -> relu(layer);
      case "ELU" -> elu(layer);
      case "LeakyReLU" -> leaky(layer);
      case "Softmax" -> softmax(layer, in);
      case "Dropout", "SpatialDropout1D" -> dropout(layer);
      // Identities in forecasting; their noise is not Dropout's, so no rate is kept.
      case "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization" ->
          new Layer.Dropout(0);
      // To leave these out is another function: their figures have another place, or none.
      case "Normalization", "Rescaling" ->
          throw layer.refuse(
              "scaling within the model is not supported, and NAME.scaling.json beside it is",
              "put its figures there (%s), build the model without it and with these weights,"
                  .formatted(
                      layer.kind().equals("Rescaling")
                          ? "as first layer shift -offset/scale, scale 1/scale of inputs; as last shift offset, scale scale of targets"
                          : "shift its mean, scale the root of its variance"));
      case "Reshape" -> throw OutputReshape.refusal(layer);
      // Their weights lie as in the layers that stand for them.
      case "RNN" -> throw unsupported(layer, inPlaceOf(layer.config().path("cell")));
      case "Identity" ->
          throw unsupported(layer, "build the model without it and with these weights");
      default -> throw unsupported(layer, "train a model without it");
    };
  }

  /** What to do about an RNN around a cell. */
  private static String inPlaceOf(JsonNode cell) {
    String kind = cell.path("class_name").asText();
    return CELLS.contains(kind)
        ? "build the model with %s in place of it, with the cell's settings (activations among them) and with these weights,"
            .formatted(kind.substring(0, kind.length() - "Cell".length()))
        : "train a model without it";
  }

  private static KerasImportException unsupported(KerasLayer layer, String remedy) {
    return layer.refuse(
        "layers of this class are not supported (%s are)".formatted(SUPPORTED), remedy);
  }

  private static Layer everyStep(KerasLayer wrapper, Shape in, LayerWeights weights)
      throws IOException, KerasImportException {
    KerasLayer inner = wrapper.inner("layer");
    if (!in.isSequence()) {
      throw wrapper.refuse("it needs a sequence, found the vector " + in, "leave the wrapper out");
    }
    if (RecurrentReader.KINDS.contains(inner.kind())) {
      throw wrapper.refuse(
          "a recurrent layer over each step's own sequence is not supported, over the steps it is",
          "build the model with %s in place of the wrapper, train it".formatted(inner.kind()));
    }
    return pointwise(inner, in, weights);
  }

  private static Layer dense(KerasLayer layer, Shape in, LayerWeights weights)
      throws IOException, KerasImportException {
    int units = layer.count("units", "output_dim");
    ActivationFunction activation = layer.activation("activation", "activation");
    float[] kernel = weights.take("kernel", in.width(), units);
    boolean bias = layer.flag("use_bias", layer.flag("bias", true));
    return new Layer.Dense(
        units, activation, kernel, bias ? weights.take("bias", units) : new float[units]);
  }

  private static Layer embedding(KerasLayer layer, LayerWeights weights)
      throws IOException, KerasImportException {
    int vocabulary = layer.count("input_dim", "input_dim");
    int width = layer.count("output_dim", "output_dim");
    return new Layer.Embedding(
        vocabulary,
        width,
        layer.flag("mask_zero", false),
        weights.take("embeddings", vocabulary, width));
  }

  private static Layer flatten(KerasLayer layer, Shape in) throws KerasImportException {
    JsonNode format = layer.config().path("data_format");
    if (in.isSequence() && format.asText("").equals("channels_first")) {
      throw layer.refuse(
          "data_format channels_first turns steps and features round, and channels_last is"
              + " supported",
          "use that");
    }
    return new Layer.Flatten();
  }

  /** Of noise that values share, such as all of a column, no rate is kept either. */
  private static Layer dropout(KerasLayer layer) throws KerasImportException {
    double rate = rate(layer);
    boolean each = layer.kind().equals("Dropout") && !layer.has("noise_shape");
    return new Layer.Dropout(each ? rate : 0);
  }

  private static double rate(KerasLayer layer) throws KerasImportException {
    double rate = layer.number("rate", layer.number("p", 0));
    if (!(rate >= 0 && rate < 1)) {
      throw layer.damaged("its rate should be in [0, 1), found " + rate);
    }
    return rate;
  }

  private static Layer relu(KerasLayer layer) throws KerasImportException {
    double max = layer.number("max_value", Double.POSITIVE_INFINITY);
    boolean plain = layer.number("negative_slope", 0) == 0 && layer.number("threshold", 0) == 0;
    if (plain && max == Double.POSITIVE_INFINITY) {
      return new Layer.Activation(ActivationFunction.RELU);
    } else if (plain && max == 6) {
      return new Layer.Activation(ActivationFunction.RELU6);
    }
    throw layer.refuse(
        "only max(0, x), and that cut at 6, is supported", "use relu without slope and threshold");
  }

  private static Layer elu(KerasLayer layer) throws KerasImportException {
    if (layer.number("alpha", 1) != 1) {
      throw layer.refuse("only alpha=1 is supported", "use it");
    }
    return new Layer.Activation(ActivationFunction.ELU);
  }

  private static Layer leaky(KerasLayer layer) throws KerasImportException {
    if (layer.number("negative_slope", layer.number("alpha", 0.3)) != 0) {
      throw layer.refuse(
          "a slope below zero is not supported, relu and elu are", "use one of them");
    }
    return new Layer.Activation(ActivationFunction.RELU);
  }

  private static Layer softmax(KerasLayer layer, Shape in) throws KerasImportException {
    JsonNode axis = layer.config().path("axis");
    JsonNode one = axis.isArray() && axis.size() == 1 ? axis.path(0) : axis;
    int last = in.isSequence() ? 2 : 1;
    if (!one.isMissingNode() && one.asInt(0) != -1 && one.asInt(0) != last) {
      throw layer.refuse("only softmax over the last axis is supported", "use axis=-1");
    }
    return new Layer.Activation(ActivationFunction.SOFTMAX);
  }
}

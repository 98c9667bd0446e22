package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * Reads recurrent layers, whose weights Keras has laid out in three ways.
 *
 * <ul>
 *   <li>Keras 2: kernel, recurrent kernel, bias, the gates side by side (LSTM i, f, c, o; GRU z, r,
 *       h); Keras 1 with {@code consume_less="gpu"} the same.
 *   <li>Keras 1 otherwise: W, U and b of one gate after the other, LSTM in the order i, c, f, o.
 *   <li>CuDNN: as Keras 2, but each gate's recurrent kernel transposed, each gate's kernel the
 *       transpose's memory read in the other order, and input and recurrent bias both.
 * </ul>
 */
final class RecurrentReader {
  static final Set<String> KINDS = Set.of("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU");

  private static final int[] LSTM_KERAS1_ORDER = {0, 2, 1, 3};
  private static final int[] GRU_KERAS1_ORDER = {0, 1, 2};

  /**
   * What the weights of one cell are.
   *
   * @param bias {@code float[gates · units]}, or twice that with two biases
   */
  private record Cell(float[] kernel, float[] recurrent, float[] bias) {}

  private RecurrentReader() {}

  /** Reads a layer that stands alone. */
  static Layer.Recurrent read(KerasLayer layer, int inputs, LayerWeights weights)
      throws IOException, KerasImportException {
    return read(layer, inputs, weights, 1, false);
  }

  /**
   * Reads one recurrent layer.
   *
   * @param inputs width of an input step
   * @param cells how many cells share {@code weights}: 2 inside a Bidirectional
   * @param turned whether it reads in the other direction than it says
   */
  private static Layer.Recurrent read(
      KerasLayer layer, int inputs, LayerWeights weights, int cells, boolean turned)
      throws IOException, KerasImportException {
    if (!KINDS.contains(layer.kind())) {
      throw layer.refuse(
          "only SimpleRNN, LSTM and GRU are supported inside a Bidirectional", "use one of them");
    }
    layer.requireOff("stateful", "as a forecast begins with an empty state");
    layer.requireOff("return_state", "as only the output is handed on");
    layer.requireOff("time_major", "as inputs are [batch, steps, features]");
    if (cells == 1) {
      // TensorFlow sets it inside a Bidirectional by itself, and that is what is computed there.
      layer.requireOff("zero_output_for_mask", "as a masked step repeats the last output");
    }
    int units = layer.count("units", "output_dim");
    boolean sequences = layer.flag("return_sequences", false);
    boolean backwards = layer.flag("go_backwards", false) != turned;
    boolean cudnn = layer.kind().startsWith("CuDNN");
    ActivationFunction activation = cudnn ? ActivationFunction.TANH : cellActivation(layer);
    ActivationFunction gate =
        layer.kind().equals("SimpleRNN") ? activation : gateActivation(layer, cudnn);
    switch (layer.kind()) {
      case "SimpleRNN" -> {
        Cell cell = joined(layer, inputs, units, 1, 1, weights);
        return new Layer.SimpleRnn(
            units, activation, sequences, backwards, cell.kernel, cell.recurrent, cell.bias);
      }
      case "LSTM", "CuDNNLSTM" -> {
        Cell cell;
        if (cudnn) {
          cell = cudnn(inputs, units, 4, weights);
          float[] bias = new float[4 * units];
          for (int i = 0; i < bias.length; i++) {
            bias[i] = cell.bias[i] + cell.bias[bias.length + i];
          }
          cell = new Cell(cell.kernel, cell.recurrent, bias);
        } else if (weights.count() == 12 * cells) {
          cell = separate(inputs, units, LSTM_KERAS1_ORDER, weights);
        } else {
          cell = joined(layer, inputs, units, 4, 1, weights);
        }
        return new Layer.Lstm(
            units, activation, gate, sequences, backwards, cell.kernel, cell.recurrent, cell.bias);
      }
      case "GRU", "CuDNNGRU" -> {
        boolean resetAfter = cudnn || layer.flag("reset_after", false);
        Cell cell;
        if (cudnn) {
          cell = cudnn(inputs, units, 3, weights);
        } else if (weights.count() == 9 * cells) {
          cell = separate(inputs, units, GRU_KERAS1_ORDER, weights);
        } else {
          cell = joined(layer, inputs, units, 3, resetAfter ? 2 : 1, weights);
        }
        return new Layer.Gru(
            units,
            activation,
            gate,
            resetAfter,
            sequences,
            backwards,
            cell.kernel,
            cell.recurrent,
            cell.bias);
      }
      default -> throw new IllegalStateException(layer.kind());
    }
  }

  /** Reads a Bidirectional: the forward cell's weights come first, unless it alone is frozen. */
  static Layer pair(KerasLayer wrapper, int inputs, LayerWeights weights)
      throws IOException, KerasImportException {
    KerasLayer inner = wrapper.inner("layer");
    Layer.Merge merge = merge(wrapper);
    Layer.Recurrent forward;
    Layer.Recurrent backward;
    if (!wrapper.has("backward_layer")) {
      forward = read(inner, inputs, weights, 2, false);
      backward = read(inner, inputs, weights, 2, true);
    } else if (forwardAloneIsFrozen(wrapper, inner)) {
      backward = read(wrapper.inner("backward_layer"), inputs, weights, 2, false);
      forward = read(inner, inputs, weights, 2, false);
    } else {
      forward = read(inner, inputs, weights, 2, false);
      backward = read(wrapper.inner("backward_layer"), inputs, weights, 2, false);
    }
    if (forward.goBackwards() == backward.goBackwards()
        || forward.returnSequences() != backward.returnSequences()
        || forward.units() != backward.units()) {
      throw wrapper.refuse(
          "its two directions differ in more than the direction, which is not supported",
          "give both the same units and return_sequences");
    }
    return new Layer.Bidirectional(forward, backward, merge);
  }

  /** Keras writes what is trained before what is not, whichever of the two that is. */
  private static boolean forwardAloneIsFrozen(KerasLayer wrapper, KerasLayer forward)
      throws KerasImportException {
    return wrapper.flag("trainable", true)
        && !forward.flag("trainable", true)
        && wrapper.inner("backward_layer").flag("trainable", true);
  }

  private static Layer.Merge merge(KerasLayer wrapper) throws KerasImportException {
    JsonNode mode = wrapper.config().path("merge_mode");
    if (mode.isMissingNode()) {
      return Layer.Merge.CONCAT;
    }
    for (Layer.Merge merge : Layer.Merge.values()) {
      if (merge.name().toLowerCase(Locale.ROOT).equals(mode.asText(""))) {
        return merge;
      }
    }
    throw wrapper.refuse(
        "merge_mode %s is not among concat, sum, mul and ave".formatted(KerasLayer.show(mode)),
        "use one of them");
  }

  private static ActivationFunction cellActivation(KerasLayer layer) throws KerasImportException {
    return layer.activation("activation", "activation");
  }

  private static ActivationFunction gateActivation(KerasLayer layer, boolean cudnn)
      throws KerasImportException {
    return cudnn
        ? ActivationFunction.SIGMOID
        : layer.activation("recurrent_activation", "inner_activation");
  }

  /** Keras 2, and Keras 1 with all gates in one array. */
  private static Cell joined(
      KerasLayer layer, int inputs, int units, int gates, int biases, LayerWeights weights)
      throws IOException, KerasImportException {
    long columns = (long) gates * units;
    float[] kernel = weights.take("kernel", inputs, columns);
    float[] recurrent = weights.take("recurrent kernel", units, columns);
    float[] bias;
    if (!layer.flag("use_bias", true)) {
      bias = new float[Math.toIntExact(biases * columns)];
    } else if (biases == 2) {
      bias = weights.take("bias", 2, columns);
    } else {
      bias = weights.take("bias", columns);
    }
    return new Cell(kernel, recurrent, bias);
  }

  /**
   * Keras 1, gate after gate.
   *
   * @param order which gate of ours each gate of the file is
   */
  private static Cell separate(int inputs, int units, int[] order, LayerWeights weights)
      throws IOException, KerasImportException {
    int gates = order.length;
    float[][] kernels = new float[gates][];
    float[][] recurrents = new float[gates][];
    float[][] biases = new float[gates][];
    for (int gate : order) {
      kernels[gate] = weights.take("kernel of gate " + gate, inputs, units);
      recurrents[gate] = weights.take("recurrent kernel of gate " + gate, units, units);
      biases[gate] = weights.take("bias of gate " + gate, units);
    }
    return new Cell(
        sideBySide(kernels, inputs, units),
        sideBySide(recurrents, units, units),
        sideBySide(biases, 1, units));
  }

  private static float[] sideBySide(float[][] gates, int rows, int units) {
    float[] out = new float[Math.multiplyExact(rows, Math.multiplyExact(gates.length, units))];
    for (int row = 0; row < rows; row++) {
      for (int gate = 0; gate < gates.length; gate++) {
        System.arraycopy(gates[gate], row * units, out, (row * gates.length + gate) * units, units);
      }
    }
    return out;
  }

  private static Cell cudnn(int inputs, int units, int gates, LayerWeights weights)
      throws IOException, KerasImportException {
    long columns = (long) gates * units;
    float[] kernel = weights.take("kernel", inputs, columns);
    float[] recurrent = weights.take("recurrent kernel", units, columns);
    float[] bias = weights.take("bias", 2 * columns);
    return new Cell(
        // Keras' own conversion reads a gate's kernel row by row and writes it column by column.
        columnByColumn(kernel, inputs, units, gates),
        columnByColumn(recurrent, units, units, gates),
        bias);
  }

  /**
   * Per gate: the block's values in row order, laid down in column order (for a square block, its
   * transpose).
   */
  private static float[] columnByColumn(float[] kernel, int rows, int units, int gates) {
    float[] out = new float[kernel.length];
    int width = gates * units;
    for (int gate = 0; gate < gates; gate++) {
      for (int i = 0; i < rows * units; i++) {
        int from = i / units * width + gate * units + i % units;
        int to = i % rows * width + gate * units + i / rows;
        out[to] = kernel[from];
      }
    }
    return out;
  }
}

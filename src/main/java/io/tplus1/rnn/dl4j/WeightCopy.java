package io.tplus1.rnn.dl4j;

import io.tplus1.rnn.network.Layer;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights between our layers and DL4J's parameter table, whose keys are {@code <layer>_<name>}.
 *
 * <p>DL4J's matrices are {@code [in][out]} as ours. Only the LSTM's gates are in another order:
 * ours (Keras') is i, f, c, o, DL4J's is c, f, o, i.
 */
final class WeightCopy {
  /** DL4J's k-th gate is ours of this index. */
  private static final int[] OURS_OF_DL4J = {2, 1, 3, 0};

  /** Our k-th gate is DL4J's of this index. */
  private static final int[] DL4J_OF_OURS = {3, 1, 0, 2};

  private WeightCopy() {}

  /** Overwrites a layer's parameters. */
  static void write(Map<String, INDArray> table, int index, Layer layer) {
    String prefix = index + "_";
    if (layer instanceof Layer.Embedding e) {
      assign(table, prefix + "W", e.weights());
    } else if (layer instanceof Layer.Dense d) {
      assign(table, prefix + "W", d.kernel());
      assign(table, prefix + "b", d.bias());
    } else if (layer instanceof Layer.Recurrent recurrent) {
      write(table, prefix, recurrent);
    } else if (layer instanceof Layer.Bidirectional pair) {
      write(table, prefix + "f", pair.forward());
      write(table, prefix + "b", pair.backward());
    }
  }

  private static void write(Map<String, INDArray> table, String prefix, Layer.Recurrent layer) {
    if (layer instanceof Layer.SimpleRnn rnn) {
      assign(table, prefix + "W", rnn.kernel());
      assign(table, prefix + "RW", rnn.recurrentKernel());
      assign(table, prefix + "b", rnn.bias());
    } else if (layer instanceof Layer.Lstm lstm) {
      assign(table, prefix + "W", gates(lstm.kernel(), lstm.units(), OURS_OF_DL4J));
      assign(table, prefix + "RW", gates(lstm.recurrentKernel(), lstm.units(), OURS_OF_DL4J));
      assign(table, prefix + "b", gates(lstm.bias(), lstm.units(), OURS_OF_DL4J));
    }
  }

  private static void assign(Map<String, INDArray> table, String key, float[] values) {
    INDArray parameter = table.get(key);
    parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
  }

  /** A parameter's values, row-major. */
  static float[] read(Map<String, INDArray> table, String key) {
    INDArray parameter = table.get(key);
    if (parameter == null) {
      throw new IllegalArgumentException("DL4J's network has no parameter " + key);
    }
    return parameter.dup('c').data().asFloat();
  }

  /** An LSTM's parameter in our order of gates. */
  static float[] readGates(Map<String, INDArray> table, String key, int units) {
    return gates(read(table, key), units, DL4J_OF_OURS);
  }

  private static float[] gates(float[] from, int units, int[] order) {
    float[] to = new float[from.length];
    int columns = 4 * units;
    for (int row = 0; row < from.length / columns; row++) {
      for (int gate = 0; gate < 4; gate++) {
        System.arraycopy(
            from, row * columns + order[gate] * units, to, row * columns + gate * units, units);
      }
    }
    return to;
  }
}

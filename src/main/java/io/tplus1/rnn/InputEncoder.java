package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.List;

/**
 * What a network reads of a vector: numbers scaled, categories one-hot, in the order of the
 * schema's inputs. A network that begins with an embedding reads the one input's id instead.
 * Immutable and thread-safe.
 */
final class InputEncoder {
  private final int[] fields;
  private final int[] widths;
  private final boolean[] categories;
  private final Scaling scaling;
  private final int columns;

  /**
   * @param scaling a column per input; a category's is not used
   * @param ids whether a category is read as its id rather than one-hot
   */
  InputEncoder(FeatureSchema schema, Scaling scaling, boolean ids) {
    List<Integer> inputs = schema.inputs();
    this.fields = inputs.stream().mapToInt(Integer::intValue).toArray();
    this.widths = new int[fields.length];
    this.categories = new boolean[fields.length];
    this.scaling = scaling;
    int sum = 0;
    for (int i = 0; i < fields.length; i++) {
      Feature feature = schema.feature(fields[i]);
      categories[i] = feature.isCategory() && !ids;
      widths[i] = categories[i] ? feature.width() : 1;
      sum += widths[i];
    }
    this.columns = sum;
  }

  /** Whether a network's inputs are ids. */
  static boolean readsIds(Network network) {
    return network.layers().get(0) instanceof Layer.Embedding;
  }

  /** Number of values that the network reads of one vector. */
  int columns() {
    return columns;
  }

  /** Writes what the network reads of one step of a window to {@code out} from {@code at}. */
  void encode(FeatureWindow window, int step, float[] out, int at) {
    int column = at;
    for (int i = 0; i < fields.length; i++) {
      float raw = window.value(step, fields[i]);
      if (categories[i]) {
        for (int k = 0; k < widths[i]; k++) {
          out[column + k] = 0f;
        }
        int id = (int) raw;
        out[column + (id >= 0 && id < widths[i] ? id : Feature.UNKNOWN)] = 1f;
      } else {
        out[column] = scaling.scale(i, raw);
      }
      column += widths[i];
    }
  }

  /** Writes the newest {@code steps} steps of a window, oldest first. */
  void encodeNewest(FeatureWindow window, int steps, float[] out, int at) {
    int from = window.steps() - steps;
    for (int s = 0; s < steps; s++) {
      encode(window, from + s, out, at + s * columns);
    }
  }
}

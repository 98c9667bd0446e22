package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.List;

/**
 * What a network reads of a vector: numbers scaled, and cut where the network says so, categories
 * one-hot, in the order of the schema's inputs. A network that begins with an embedding reads the
 * one input's id instead. Learning and forecasts both read by this. Immutable and thread-safe.
 */
public final class InputEncoder {
  /** Values that are scaled in one loop, if rows are read whole. */
  private static final int TILE = 256;

  private final int[] fields;
  private final int[] widths;
  private final boolean[] categories;
  private final Scaling scaling;
  private final int columns;
  private final boolean ids;
  private final int unknowns;
  private final float limit;

  /** Of as many rows as fit: a row as it is read whole; empty where rows are not. */
  private final float[] shifts;

  private final float[] scales;

  /**
   * What a network reads that has a value for the unknown word of each category, as those trained
   * here have; uncut.
   *
   * @param scaling a column per input; a category's is not used
   * @param ids whether a category is read as its id rather than one-hot
   */
  public InputEncoder(FeatureSchema schema, Scaling scaling, boolean ids) {
    this(schema, scaling, ids, true, ModelManifest.UNCUT);
  }

  private InputEncoder(
      FeatureSchema schema, Scaling scaling, boolean ids, boolean unknowns, float limit) {
    this.ids = ids;
    this.limit = ids ? ModelManifest.UNCUT : limit;
    this.unknowns = unknowns ? 0 : 1;
    List<Integer> inputs = schema.inputs();
    this.fields = inputs.stream().mapToInt(Integer::intValue).toArray();
    this.widths = new int[fields.length];
    this.categories = new boolean[fields.length];
    this.scaling = scaling;
    int sum = 0;
    for (int i = 0; i < fields.length; i++) {
      Feature feature = schema.feature(fields[i]);
      categories[i] = feature.isCategory() && !ids;
      widths[i] = categories[i] ? feature.width() - this.unknowns : 1;
      sum += widths[i];
    }
    this.columns = sum;
    boolean whole = columns == schema.size();
    for (int i = 0; i < fields.length; i++) {
      whole &= fields[i] == i && !categories[i];
    }
    this.shifts = whole ? tiled(scaling.shift()) : new float[0];
    this.scales = whole ? tiled(scaling.scale()) : new float[0];
  }

  /**
   * What a network reads; one that was trained elsewhere may have no value for unknown words, which
   * are zeros to it.
   *
   * @param inputs values that it reads of a step
   * @throws IllegalArgumentException if these are not the schema's inputs
   */
  public static InputEncoder of(ModelManifest manifest, int inputs, boolean ids) {
    FeatureSchema schema = manifest.schema();
    Scaling scaling = manifest.inputScaling();
    float limit = manifest.inputLimit();
    InputEncoder whole = new InputEncoder(schema, scaling, ids, true, limit);
    InputEncoder known = new InputEncoder(schema, scaling, ids, false, limit);
    if (inputs != whole.columns && inputs != known.columns) {
      throw new IllegalArgumentException(
          "the network reads %d %s a step, and the schema's inputs are %d%s (%s)"
              .formatted(
                  inputs,
                  ids ? "category id" : "values",
                  whole.columns,
                  known.columns < whole.columns
                      ? ", or %d without unknown words".formatted(known.columns)
                      : "",
                  schema));
    }
    return inputs == whole.columns ? whole : known;
  }

  private static float[] tiled(float[] row) {
    float[] tiles = new float[Math.max(1, TILE / row.length) * row.length];
    for (int i = 0; i < tiles.length; i++) {
      tiles[i] = row[i % row.length];
    }
    return tiles;
  }

  /** Whether a network's inputs are ids. */
  public static boolean readsIds(Network network) {
    return network.layers().get(0) instanceof Layer.Embedding;
  }

  /** Whether a category is read as its id. */
  public boolean ids() {
    return ids;
  }

  /** Number of values that the network reads of one vector. */
  public int columns() {
    return columns;
  }

  /** Writes what the network reads of one step of a window to {@code out} from {@code at}. */
  public void encode(FeatureWindow window, int step, float[] out, int at) {
    int column = at;
    for (int i = 0; i < fields.length; i++) {
      float raw = window.value(step, fields[i]);
      if (categories[i]) {
        for (int k = 0; k < widths[i]; k++) {
          out[column + k] = 0f;
        }
        int id = (int) raw;
        boolean known = id >= 0 && id < widths[i] + unknowns;
        int place = (known ? id : Feature.UNKNOWN) - unknowns;
        if (place >= 0) {
          out[column + place] = 1f;
        }
      } else {
        out[column] = number(i, raw);
      }
      column += widths[i];
    }
  }

  /**
   * What the network reads of a number.
   *
   * @param input its place among the schema's inputs
   */
  float number(int input, float raw) {
    return Math.min(limit, Math.max(-limit, scaling.scale(input, raw)));
  }

  /** Writes the newest {@code steps} steps of a window, oldest first. */
  public void encodeNewest(FeatureWindow window, int steps, float[] out, int at) {
    int from = window.steps() - steps;
    if (shifts.length > 0 && window.features() == columns) {
      encodeWhole(window.buffer(), window.offset() + from * columns, steps * columns, out, at);
      return;
    }
    for (int s = 0; s < steps; s++) {
      encode(window, from + s, out, at + s * columns);
    }
  }

  /** Scales rows that lie side by side, and cuts them; the compiler makes vectors of it. */
  private void encodeWhole(float[] in, int inAt, int count, float[] out, int outAt) {
    for (int done = 0; done < count; done += shifts.length) {
      int length = Math.min(shifts.length, count - done);
      scale(in, inAt + done, shifts, scales, out, outAt + done, length);
    }
    if (limit != ModelManifest.UNCUT) {
      cut(out, outAt, count, limit);
    }
  }

  private static void scale(
      float[] in, int inAt, float[] shift, float[] scale, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i++) {
      out[outAt + i] = (in[inAt + i] - shift[i]) / scale[i];
    }
  }

  private static void cut(float[] values, int at, int count, float limit) {
    for (int i = at; i < at + count; i++) {
      values[i] = Math.min(limit, Math.max(-limit, values[i]));
    }
  }
}

package io.tplus1.rnn.keras;

import io.tplus1.model.Shown;
import io.tplus1.rnn.hdf5.Hdf5Dataset;
import io.tplus1.rnn.hdf5.Hdf5Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The weight arrays of one layer, taken in Keras' order.
 *
 * <p>By order and not by name, because Keras itself loads so, and because the names have changed
 * ({@code lstm_1_W_i}, {@code lstm_1/kernel:0}, {@code lstm/lstm_cell_2/kernel:0}). Shapes are
 * compared with what the config asks for before anything is read.
 */
final class LayerWeights {
  private final KerasLayer layer;
  private final Hdf5Group group;
  private final List<String> names;
  private int next;

  private LayerWeights(KerasLayer layer, Hdf5Group group, List<String> names) {
    this.layer = layer;
    this.group = group;
    this.names = names;
  }

  static LayerWeights of(Hdf5Group model, KerasLayer layer)
      throws IOException, KerasImportException {
    Optional<Hdf5Group> group = model.group(layer.name());
    if (group.isEmpty()) {
      // Layers without weights need no group; the others will find nothing to take.
      return new LayerWeights(layer, model, List.of());
    }
    return new LayerWeights(layer, group.get(), names(group.get()));
  }

  /** Keras splits lists of names beyond 64 kB into weight_names0, weight_names1 and so on. */
  private static List<String> names(Hdf5Group group) throws IOException {
    if (group.hasAttribute("weight_names")) {
      return group.strings("weight_names");
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 1000 && group.hasAttribute("weight_names" + i); i++) {
      names.addAll(group.strings("weight_names" + i));
    }
    return names;
  }

  /** How many arrays the file has for the layer. */
  int count() {
    return names.size();
  }

  /**
   * The next array.
   *
   * @param role what it is, for messages
   * @param dimensions what the config asks for
   * @return row-major
   */
  float[] take(String role, long... dimensions) throws IOException, KerasImportException {
    if (next >= names.size()) {
      throw layer.damaged(
          "its %s is missing, the file has %d weight arrays for it".formatted(role, names.size()));
    }
    String name = names.get(next++);
    Optional<Hdf5Dataset> found = group.dataset(name);
    if (found.isEmpty()) {
      throw layer.damaged("its %s (%s) is missing".formatted(role, Shown.quote(name)));
    }
    long[] shape = found.get().dimensions();
    if (!Arrays.equals(shape, dimensions)) {
      throw layer.damaged(
          "its %s has the shape %s, its config asks for %s"
              .formatted(role, Arrays.toString(shape), Arrays.toString(dimensions)));
    }
    float[] values = found.get().floats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw layer.refuse(
            "its %s holds %s, and all weights must be finite".formatted(role, value),
            "train the model again");
      }
    }
    return values;
  }

  /** Refuses arrays that nothing asked for: the config describes another layer than the weights. */
  void requireNoneLeft() throws KerasImportException {
    if (next < names.size()) {
      throw layer.damaged(
          "the file has %d weight arrays for it, its config asks for %d"
              .formatted(names.size(), next));
    }
  }
}

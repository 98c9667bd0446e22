package io.tplus1.rnn.network;

import java.util.ArrayList;
import java.util.List;

/** The weight arrays of layers, in one fixed order: that of the layer's record components. */
public final class Weights {
  private Weights() {}

  /** The layer's own arrays, not copies; empty for a layer without weights. */
  public static List<float[]> of(Layer layer) {
    if (layer instanceof Layer.Embedding e) {
      return List.of(e.weights());
    } else if (layer instanceof Layer.SimpleRnn r) {
      return List.of(r.kernel(), r.recurrentKernel(), r.bias());
    } else if (layer instanceof Layer.Lstm l) {
      return List.of(l.kernel(), l.recurrentKernel(), l.bias());
    } else if (layer instanceof Layer.Gru g) {
      return List.of(g.kernel(), g.recurrentKernel(), g.bias());
    } else if (layer instanceof Layer.Dense d) {
      return List.of(d.kernel(), d.bias());
    } else if (layer instanceof Layer.Bidirectional b) {
      List<float[]> both = new ArrayList<>(of(b.forward()));
      both.addAll(of(b.backward()));
      return List.copyOf(both);
    }
    return List.of();
  }
}

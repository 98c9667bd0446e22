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

  /**
   * The layer with other weights.
   *
   * @param w as {@link #of} has them; not copied
   */
  public static Layer in(Layer layer, List<float[]> w) {
    if (layer instanceof Layer.Embedding e) {
      return new Layer.Embedding(e.vocabulary(), e.width(), e.maskZero(), w.get(0));
    } else if (layer instanceof Layer.SimpleRnn r) {
      return new Layer.SimpleRnn(
          r.units(),
          r.activation(),
          r.returnSequences(),
          r.goBackwards(),
          w.get(0),
          w.get(1),
          w.get(2));
    } else if (layer instanceof Layer.Lstm l) {
      return new Layer.Lstm(
          l.units(),
          l.activation(),
          l.recurrentActivation(),
          l.returnSequences(),
          l.goBackwards(),
          w.get(0),
          w.get(1),
          w.get(2));
    } else if (layer instanceof Layer.Gru g) {
      return new Layer.Gru(
          g.units(),
          g.activation(),
          g.recurrentActivation(),
          g.resetAfter(),
          g.returnSequences(),
          g.goBackwards(),
          w.get(0),
          w.get(1),
          w.get(2));
    } else if (layer instanceof Layer.Dense d) {
      return new Layer.Dense(d.units(), d.activation(), w.get(0), w.get(1));
    } else if (layer instanceof Layer.Bidirectional b) {
      int first = of(b.forward()).size();
      return new Layer.Bidirectional(
          (Layer.Recurrent) in(b.forward(), w.subList(0, first)),
          (Layer.Recurrent) in(b.backward(), w.subList(first, w.size())),
          b.merge());
    }
    return layer;
  }
}

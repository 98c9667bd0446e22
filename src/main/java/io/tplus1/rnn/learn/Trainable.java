package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A network of the one form that can be trained here: at most one embedding, recurrent layers,
 * dense layers; and its weights as one array, layer by layer in the order of {@link Weights}.
 *
 * @param network the weights it began with
 * @param embedding the first layer, if it is one
 */
record Trainable(
    Network network,
    Optional<Layer.Embedding> embedding,
    List<Layer.Recurrent> recurrent,
    List<Layer.Dense> dense) {

  /** Why a network is not of that form, in one sentence; empty if it is. */
  static Optional<String> refusal(Network network) {
    boolean dense = false;
    int recurrent = 0;
    List<Layer> layers = network.layers();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Optional<String> reason = refusal(layer);
      if (reason.isPresent()) {
        return reason;
      }
      if (layer instanceof Layer.Embedding && i > 0) {
        return Optional.of("an embedding can be trained only as the first layer");
      } else if (layer instanceof Layer.Recurrent) {
        if (dense) {
          return Optional.of("a recurrent layer behind a dense one cannot be trained here");
        }
        recurrent++;
      } else if (layer instanceof Layer.Dense) {
        dense = true;
      }
    }
    if (recurrent == 0 || !dense) {
      return Optional.of(
          "only networks that have a recurrent layer and end with a dense one can be trained here");
    }
    return Optional.empty();
  }

  private static Optional<String> refusal(Layer layer) {
    if (layer instanceof Layer.Embedding embedding) {
      return embedding.maskZero()
          ? Optional.of("an embedding that masks id 0 cannot be trained here")
          : Optional.empty();
    } else if (layer instanceof Layer.SimpleRnn rnn) {
      return backwards(rnn).or(() -> refusal(rnn.activation()));
    } else if (layer instanceof Layer.Lstm lstm) {
      return backwards(lstm)
          .or(() -> refusal(lstm.activation()))
          .or(() -> refusal(lstm.recurrentActivation()));
    } else if (layer instanceof Layer.Gru gru) {
      return backwards(gru)
          .or(() -> refusal(gru.activation()))
          .or(() -> refusal(gru.recurrentActivation()));
    } else if (layer instanceof Layer.Dense dense) {
      return refusal(dense.activation());
    }
    return Optional.of(
        "a layer of the kind " + layer.getClass().getSimpleName() + " cannot be trained here");
  }

  private static Optional<String> backwards(Layer.Recurrent layer) {
    return layer.goBackwards()
        ? Optional.of("a recurrent layer that reads its sequence backwards cannot be trained here")
        : Optional.empty();
  }

  private static Optional<String> refusal(ActivationFunction function) {
    return Slopes.known(function)
        ? Optional.empty()
        : Optional.of("the activation " + function.kerasName() + " cannot be trained here");
  }

  /**
   * @throws IllegalArgumentException if there is a {@link #refusal}
   */
  static Trainable of(Network network) {
    refusal(network)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    List<Layer.Recurrent> recurrent = new ArrayList<>();
    List<Layer.Dense> dense = new ArrayList<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Recurrent r) {
        recurrent.add(r);
      } else if (layer instanceof Layer.Dense d) {
        dense.add(d);
      }
    }
    Optional<Layer.Embedding> embedding =
        network.layers().get(0) instanceof Layer.Embedding e ? Optional.of(e) : Optional.empty();
    return new Trainable(network, embedding, List.copyOf(recurrent), List.copyOf(dense));
  }

  /** Columns of the widest recurrent layer's gates. */
  int widestGates() {
    int widest = 1;
    for (Layer.Recurrent layer : recurrent) {
      widest = Math.max(widest, Math.multiplyExact(gates(layer), layer.units()));
    }
    return widest;
  }

  /** Gates of a layer; 1 for what has none. */
  static int gates(Layer.Recurrent layer) {
    return layer instanceof Layer.Lstm ? 4 : layer instanceof Layer.Gru ? 3 : 1;
  }

  /** Number of weights. */
  int length() {
    return Math.toIntExact(network.parameters());
  }

  int outputs() {
    return dense.get(dense.size() - 1).units();
  }

  static int length(Layer layer) {
    return Weights.of(layer).stream().mapToInt(w -> w.length).sum();
  }

  /** A copy of all weights, one after another. */
  float[] weights() {
    float[] all = new float[length()];
    int at = 0;
    for (Layer layer : network.layers()) {
      for (float[] w : Weights.of(layer)) {
        System.arraycopy(w, 0, all, at, w.length);
        at += w.length;
      }
    }
    return all;
  }

  /** Which weights belong to kernels and recurrent kernels. */
  boolean[] kernels() {
    boolean[] kernels = new boolean[length()];
    int at = 0;
    for (Layer layer : network.layers()) {
      List<float[]> arrays = Weights.of(layer);
      for (int i = 0; i < arrays.size(); i++) {
        // The bias is always the last.
        boolean kernel = !(layer instanceof Layer.Embedding) && i < arrays.size() - 1;
        int to = at + arrays.get(i).length;
        Arrays.fill(kernels, at, to, kernel);
        at = to;
      }
    }
    return kernels;
  }

  /** The same layers with other weights, copied. */
  Network with(float[] weights) {
    List<Layer> layers = new ArrayList<>();
    int at = 0;
    for (Layer layer : network.layers()) {
      List<float[]> arrays = new ArrayList<>();
      for (float[] w : Weights.of(layer)) {
        arrays.add(Arrays.copyOfRange(weights, at, at + w.length));
        at += w.length;
      }
      layers.add(Weights.in(layer, arrays));
    }
    return new Network(network.inputs(), network.steps(), layers);
  }

  /**
   * Shapes and activations in words, without weights: two networks whose weights mean the same have
   * the same words.
   */
  String architecture() {
    StringBuilder words = new StringBuilder().append(network.inputs()).append(" inputs");
    for (Layer layer : network.layers()) {
      words.append(", ");
      if (layer instanceof Layer.Embedding e) {
        words.append("embedding ").append(e.vocabulary()).append(" x ").append(e.width());
      } else if (layer instanceof Layer.SimpleRnn r) {
        words.append("simple rnn ").append(r.units()).append(' ').append(r.activation());
      } else if (layer instanceof Layer.Lstm l) {
        words.append("lstm ").append(l.units()).append(' ').append(l.activation());
        words.append(' ').append(l.recurrentActivation());
      } else if (layer instanceof Layer.Gru g) {
        words.append(g.resetAfter() ? "gru reset after " : "gru ").append(g.units());
        words.append(' ').append(g.activation()).append(' ').append(g.recurrentActivation());
      } else if (layer instanceof Layer.Dense d) {
        words.append("dense ").append(d.units()).append(' ').append(d.activation());
      }
    }
    return words.toString();
  }
}

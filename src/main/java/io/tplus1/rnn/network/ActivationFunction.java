package io.tplus1.rnn.network;

import java.util.Locale;

/** An elementwise (or, for {@link #SOFTMAX}, row-wise) activation, with Keras' definition. */
public enum ActivationFunction {
  LINEAR,
  TANH,
  /** 1 / (1 + e⁻ˣ). */
  SIGMOID,
  /** Keras 2's piecewise form: 0.2 x + 0.5, clipped to [0, 1]. */
  HARD_SIGMOID,
  RELU,
  /** max(0, min(6, x)). */
  RELU6,
  /** x for x > 0, else eˣ − 1. */
  ELU,
  /** {@link #SELU_SCALE} · (x for x > 0, else {@link #SELU_ALPHA} · (eˣ − 1)). */
  SELU,
  /** x · sigmoid(x), also called swish. */
  SILU,
  /** ½ x (1 + erf(x / √2)). */
  GELU,
  /** ln(1 + eˣ). */
  SOFTPLUS,
  /** x / (1 + |x|). */
  SOFTSIGN,
  /** eˣ. */
  EXPONENTIAL,
  /** eˣ / Σ eˣ over the last axis. */
  SOFTMAX;

  public static final float SELU_SCALE = 1.050701f;
  public static final float SELU_ALPHA = 1.6732632f;

  /** The name Keras writes into a model's configuration, such as {@code hard_sigmoid}. */
  public String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

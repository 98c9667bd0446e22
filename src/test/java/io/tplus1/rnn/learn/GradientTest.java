package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Loss and gradient against the reference in doubles, over random networks and batches. */
class GradientTest {
  private static final int MAX_STEPS = 6;
  private static final int MAX_BATCH = 20;

  /** A power of two, so that a weight moves by it exactly, or nearly. */
  private static final float STEP = 1f / 512;

  @Property(tries = 150, seed = "20261124")
  void gradient_smoothNetwork_equalsCentralDifferences(@ForAll long seed) {
    LearnNetworks draw = new LearnNetworks(seed, false);
    Network network = draw.network();
    LossSpec loss = draw.loss(network);
    SequenceBatch batch = draw.batch(network, loss, MAX_STEPS, MAX_BATCH);
    Trainable trainable = Trainable.of(network);
    float[] weights = trainable.weights();
    float[] gradient = gradient(trainable, loss, batch, KernelKind.AUTO);
    Random random = draw.random();
    for (int n = 0; n < 25; n++) {
      int i = random.nextInt(weights.length);
      double expected = difference(trainable, loss, batch, weights, i);
      assertThat(Math.abs(gradient[i] - expected))
          .as("%s, weight %d: %s, expected %s", names(network), i, gradient[i], expected)
          .isLessThan(3e-5 + 2e-3 * Math.abs(expected));
    }
  }

  @Property(tries = 300, seed = "20261124")
  void loss_anyNetwork_equalsTheReference(@ForAll long seed) {
    LearnNetworks draw = new LearnNetworks(seed, true);
    Network network = draw.network();
    LossSpec loss = draw.loss(network);
    SequenceBatch batch = draw.batch(network, loss, MAX_STEPS, MAX_BATCH);
    double expected = ReferenceLoss.of(network, loss, batch);
    for (KernelKind kind : new KernelKind[] {KernelKind.PLAIN, KernelKind.VECTOR}) {
      NetworkLearner learner =
          new NetworkLearner(
              network,
              loss,
              PlainLearning.adam(1),
              new BatchSize(MAX_STEPS, MAX_BATCH, MAX_STEPS),
              kind);
      assertThat(Math.abs(learner.loss(batch) - expected))
          .as("%s on %s", names(network), kind)
          .isLessThan(1e-5 * (1 + Math.abs(expected)));
    }
  }

  @Property(tries = 300, seed = "20261124")
  void gradient_plainAndVector_agree(@ForAll long seed) {
    LearnNetworks draw = new LearnNetworks(seed, true);
    Network network = draw.network();
    LossSpec loss = draw.loss(network);
    SequenceBatch batch = draw.batch(network, loss, MAX_STEPS, MAX_BATCH);
    Trainable trainable = Trainable.of(network);
    float[] plain = gradient(trainable, loss, batch, KernelKind.PLAIN);
    float[] vector = gradient(trainable, loss, batch, KernelKind.VECTOR);
    double largest = 0;
    for (float g : plain) {
      largest = Math.max(largest, Math.abs(g));
    }
    for (int i = 0; i < plain.length; i++) {
      assertThat((double) Math.abs(plain[i] - vector[i]))
          .as("%s, weight %d", names(network), i)
          .isLessThan(1e-5 * (1 + largest));
    }
  }

  private static float[] gradient(
      Trainable trainable, LossSpec loss, SequenceBatch batch, KernelKind kind) {
    float[] gradient = new float[trainable.length()];
    BackwardPass pass =
        new BackwardPass(
            trainable, loss, new BatchSize(MAX_STEPS, MAX_BATCH, MAX_STEPS), Arithmetics.of(kind));
    pass.gradient(batch, trainable.weights(), gradient);
    float[] again = new float[gradient.length];
    pass.gradient(batch, trainable.weights(), again);
    assertThat(again).isEqualTo(gradient);
    return gradient;
  }

  private static double difference(
      Trainable trainable, LossSpec loss, SequenceBatch batch, float[] weights, int i) {
    float[] moved = weights.clone();
    moved[i] = weights[i] + STEP;
    float up = moved[i];
    double above = ReferenceLoss.of(trainable.with(moved), loss, batch);
    moved[i] = weights[i] - STEP;
    double below = ReferenceLoss.of(trainable.with(moved), loss, batch);
    return (above - below) / ((double) up - moved[i]);
  }

  private static String names(Network network) {
    StringBuilder names = new StringBuilder(Trainable.of(network).architecture());
    for (Layer layer : network.layers()) {
      names.append(' ').append(layer.getClass().getSimpleName());
    }
    return names.toString();
  }
}

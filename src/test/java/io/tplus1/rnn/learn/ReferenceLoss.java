package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.ReferenceNetwork;
import java.util.ArrayList;
import java.util.List;

/** The loss of a batch in doubles, sequence by sequence, each without its padding. */
final class ReferenceLoss {
  private ReferenceLoss() {}

  static double of(Network network, LossSpec spec, SequenceBatch batch) {
    Network everyStep = everyStep(network);
    double sum = 0;
    double total = 0;
    int outputs = batch.outputWidth();
    for (int b = 0; b < batch.batch(); b++) {
      int start = batch.starts()[b];
      double[][] window = new double[batch.steps() - start][batch.inputWidth()];
      for (int t = start; t < batch.steps(); t++) {
        for (int j = 0; j < batch.inputWidth(); j++) {
          window[t - start][j] = batch.inputs()[(t * batch.batch() + b) * batch.inputWidth() + j];
        }
      }
      double[] out = ReferenceNetwork.forward(everyStep, window);
      for (int t = start; t < batch.steps(); t++) {
        int row = t * batch.batch() + b;
        double weight = batch.weights()[row];
        total += weight;
        sum +=
            weight * row(spec, out, (t - start) * outputs, batch.targets(), row * outputs, outputs);
      }
    }
    return sum / total;
  }

  /** The same weights, with an output at every step. */
  static Network everyStep(Network network) {
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.SimpleRnn r) {
        layers.add(
            new Layer.SimpleRnn(
                r.units(), r.activation(), true, false, r.kernel(), r.recurrentKernel(), r.bias()));
      } else if (layer instanceof Layer.Lstm l) {
        layers.add(
            new Layer.Lstm(
                l.units(),
                l.activation(),
                l.recurrentActivation(),
                true,
                false,
                l.kernel(),
                l.recurrentKernel(),
                l.bias()));
      } else if (layer instanceof Layer.Gru g) {
        layers.add(
            new Layer.Gru(
                g.units(),
                g.activation(),
                g.recurrentActivation(),
                g.resetAfter(),
                true,
                false,
                g.kernel(),
                g.recurrentKernel(),
                g.bias()));
      } else {
        layers.add(layer);
      }
    }
    return new Network(network.inputs(), network.steps(), layers);
  }

  private static double row(LossSpec spec, double[] z, int at, float[] y, int yAt, int outputs) {
    double categories = 0;
    boolean[] category = new boolean[outputs];
    for (LossSpec.Slice slice : spec.categories()) {
      double sum = 0;
      double hit = 0;
      for (int j = slice.from(); j < slice.from() + slice.width(); j++) {
        category[j] = true;
        sum += Math.exp(z[at + j]);
        hit += y[yAt + j] * z[at + j];
      }
      categories += (Math.log(sum) - hit) / spec.categories().size();
    }
    double numbers = 0;
    int count = 0;
    for (int j = 0; j < outputs; j++) {
      if (!category[j]) {
        double e = Math.abs(z[at + j] - y[yAt + j]);
        count++;
        numbers +=
            switch (spec.numbers()) {
              case MSE -> e * e;
              case MAE -> e;
              case HUBER ->
                  e <= spec.huberDelta()
                      ? e * e / 2
                      : spec.huberDelta() * (e - spec.huberDelta() / 2);
            };
      }
    }
    return categories + (count == 0 ? 0 : numbers / count);
  }
}

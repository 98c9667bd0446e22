package io.tplus1.rnn.dl4j;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads a DL4J network into the plain form. */
final class ConfigurationReader {
  private final Map<String, INDArray> table;
  private final List<Layer> layers = new ArrayList<>();

  private ConfigurationReader(Map<String, INDArray> table) {
    this.table = table;
  }

  /**
   * @throws IllegalArgumentException if the network has a layer that the plain form does not know
   */
  static Network read(MultiLayerNetwork network, int inputs, int steps) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    ConfigurationReader reader = new ConfigurationReader(network.paramTable());
    for (int i = 0; i < network.getnLayers(); i++) {
      reader.preProcessor(configuration.getInputPreProcess(i));
      reader.layer(i, configuration.getConf(i).getLayer());
    }
    if (reader.layers.isEmpty()) {
      reader.layers.add(new Layer.Activation(ActivationFunction.LINEAR));
    }
    return new Network(inputs, steps, reader.layers);
  }

  /** The last layer alone, on a vector; empty where the plain form does not know it. */
  static Optional<Network> end(MultiLayerNetwork network) {
    int last = network.getnLayers() - 1;
    if (!(network.getLayerWiseConfigurations().getConf(last).getLayer()
        instanceof FeedForwardLayer layer)) {
      return Optional.empty();
    }
    try {
      ConfigurationReader reader = new ConfigurationReader(network.paramTable());
      reader.layer(last, layer);
      return Optional.of(new Network(size(layer.getNIn()), 1, reader.layers));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void preProcessor(InputPreProcessor preProcessor) {
    if (preProcessor instanceof FlattenSequence) {
      layers.add(new Layer.Flatten());
    } else if (preProcessor != null
        && !(preProcessor instanceof RnnToFeedForwardPreProcessor)
        && !(preProcessor instanceof FeedForwardToRnnPreProcessor)) {
      throw unknown(preProcessor);
    }
  }

  private void layer(int index, org.deeplearning4j.nn.conf.layers.Layer layer) {
    String prefix = index + "_";
    // Of an embedding, which has to stand first, DL4J never drops an id.
    if (input(layer).getIDropout() instanceof Dropout dropout
        && !(layer instanceof DropoutLayer)
        && !(layer instanceof EmbeddingSequenceLayer)) {
      layers.add(new Layer.Dropout(1 - dropout.getP()));
    }
    if (layer instanceof EmbeddingSequenceLayer e && !e.isHasBias()) {
      float[] weights = WeightCopy.read(table, prefix + "W");
      layers.add(new Layer.Embedding(size(e.getNIn()), size(e.getNOut()), false, weights));
      activation(e.getActivationFn());
    } else if (layer instanceof LastTimeStep last) {
      layers.add(cell(last.getUnderlying(), prefix, false, false));
    } else if (layer instanceof BaseRecurrentLayer) {
      layers.add(cell(layer, prefix, true, false));
    } else if (layer instanceof Bidirectional pair) {
      layers.add(bidirectional(pair, prefix));
    } else if (layer instanceof DenseLayer dense && !dense.hasLayerNorm()) {
      layers.add(dense(prefix, dense, dense.getActivationFn()));
    } else if (layer instanceof BaseOutputLayer output
        && (layer instanceof OutputLayer || layer instanceof RnnOutputLayer)) {
      layers.add(dense(prefix, output, output.getActivationFn()));
    } else if (layer instanceof LossLayer loss) {
      activation(loss.getActivationFn());
    } else if (layer instanceof RnnLossLayer loss) {
      activation(loss.getActivationFn());
    } else if (layer instanceof ActivationLayer activation) {
      activation(activation.getActivationFn());
    } else if (layer instanceof DropoutLayer dropout
        && dropout.getIDropout() instanceof Dropout rate) {
      layers.add(new Layer.Dropout(1 - rate.getP()));
    } else if (layer instanceof RepeatVector repeat && repeat.getDataFormat() == RNNFormat.NCW) {
      layers.add(new Layer.RepeatVector(repeat.getN()));
    } else {
      throw unknown(layer);
    }
  }

  private Layer.Dense dense(String prefix, FeedForwardLayer layer, IActivation activation) {
    return new Layer.Dense(
        size(layer.getNOut()),
        function(activation),
        WeightCopy.read(table, prefix + "W"),
        table.containsKey(prefix + "b")
            ? WeightCopy.read(table, prefix + "b")
            : new float[size(layer.getNOut())]);
  }

  private Layer.Bidirectional bidirectional(Bidirectional pair, String prefix) {
    boolean sequences = !(pair.getFwd() instanceof LastTimeStep);
    Layer.Merge merge =
        switch (pair.getMode()) {
          case CONCAT -> Layer.Merge.CONCAT;
          case ADD -> Layer.Merge.SUM;
          case MUL -> Layer.Merge.MUL;
          case AVERAGE -> Layer.Merge.AVE;
        };
    return new Layer.Bidirectional(
        cell(unwrap(pair.getFwd()), prefix + "f", sequences, false),
        cell(unwrap(pair.getBwd()), prefix + "b", sequences, true),
        merge);
  }

  /** The layer whose settings say what happens to the input. */
  private static org.deeplearning4j.nn.conf.layers.Layer input(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    return unwrap(layer instanceof Bidirectional pair ? pair.getFwd() : layer);
  }

  private static org.deeplearning4j.nn.conf.layers.Layer unwrap(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof LastTimeStep last ? last.getUnderlying() : layer;
  }

  private Layer.Recurrent cell(
      org.deeplearning4j.nn.conf.layers.Layer layer,
      String prefix,
      boolean sequences,
      boolean backwards) {
    if (layer instanceof SimpleRnn rnn
        && !rnn.hasLayerNorm()
        && rnn.getRnnDataFormat() == RNNFormat.NCW) {
      return new Layer.SimpleRnn(
          size(rnn.getNOut()),
          function(rnn.getActivationFn()),
          sequences,
          backwards,
          WeightCopy.read(table, prefix + "W"),
          WeightCopy.read(table, prefix + "RW"),
          WeightCopy.read(table, prefix + "b"));
    }
    if (layer instanceof LSTM lstm && lstm.getRnnDataFormat() == RNNFormat.NCW) {
      int units = size(lstm.getNOut());
      return new Layer.Lstm(
          units,
          function(lstm.getActivationFn()),
          function(lstm.getGateActivationFn()),
          sequences,
          backwards,
          WeightCopy.readGates(table, prefix + "W", units),
          WeightCopy.readGates(table, prefix + "RW", units),
          WeightCopy.readGates(table, prefix + "b", units));
    }
    throw unknown(layer);
  }

  private void activation(IActivation activation) {
    ActivationFunction function = function(activation);
    if (function != ActivationFunction.LINEAR) {
      layers.add(new Layer.Activation(function));
    }
  }

  private static ActivationFunction function(IActivation activation) {
    return Activations.of(activation)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the plain form of networks has no activation like DL4J's " + activation));
  }

  private static int size(long size) {
    return Math.toIntExact(size);
  }

  private static IllegalArgumentException unknown(Object what) {
    return new IllegalArgumentException(
        "the plain form of networks has no layer like this %s of DL4J"
            .formatted(what.getClass().getSimpleName()));
  }
}

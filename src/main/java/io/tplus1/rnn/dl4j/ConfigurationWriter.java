package io.tplus1.rnn.dl4j;

import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
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
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Writes a network's layers as DL4J's configuration, with a trainable layer at its end.
 *
 * <p>DL4J passes sequences as {@code [batch][width][steps]} to recurrent layers and as {@code
 * [batch × steps][width]} to dense ones; the writer follows which form holds and puts DL4J's
 * preprocessors in between. Weights begin as zeros, to be overwritten: DL4J's orthogonal
 * initialiser, Keras' default for recurrent weights, kills the JVM.
 */
final class ConfigurationWriter {
  private final Network network;
  private final TrainingSettings settings;
  private final IUpdater updater;
  private final List<org.deeplearning4j.nn.conf.layers.Layer> layers = new ArrayList<>();
  private final List<InputPreProcessor> preProcessors = new ArrayList<>();
  private final List<Layer> weighted = new ArrayList<>();
  private boolean rank3 = true;
  private boolean sequence = true;
  private FlattenSequence pendingFlatten;
  private double retain = 1;

  private ConfigurationWriter(Network network, TrainingSettings settings) {
    this.network = network;
    this.settings = settings;
    this.updater = settings == null ? new NoOp() : updater(settings);
  }

  /**
   * What was written.
   *
   * @param configuration DL4J's
   * @param weighted for each of DL4J's layers, ours with its weights; null without weights
   */
  record Written(MultiLayerConfiguration configuration, List<Layer> weighted) {}

  /**
   * @param loss of the last layer; null for the one that fits its activation
   * @param settings how it learns; null if it never will
   */
  static Written write(Network network, TargetLoss loss, TrainingSettings settings) {
    Refusals.ofComputing(network)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException("DL4J cannot compute this network: " + reason);
            });
    ConfigurationWriter writer = new ConfigurationWriter(network, settings);
    writer.layers(loss);
    return new Written(writer.configuration(), writer.weighted);
  }

  private void layers(TargetLoss loss) {
    NetworkEnd end = NetworkEnd.of(network);
    List<Layer> ours = end.before();
    List<Shape> shapes = network.shapes();
    Shape in = Shape.sequence(network.steps(), network.inputs());
    for (int i = 0; i < ours.size(); i++) {
      layer(ours.get(i), in);
      in = shapes.get(i);
    }
    output(end.dense(), activation(end.activation()), in.width(), loss);
  }

  private void output(Layer.Dense dense, IActivation activation, int width, TargetLoss targetLoss) {
    int columns = dense == null ? width : dense.units();
    ILossFunction loss =
        targetLoss != null
            ? targetLoss.simplest(columns)
            : activation.equals(activation(ActivationFunction.SOFTMAX))
                ? new LossMCXENT()
                : new LossMSE();
    if (dense == null && sequence) {
      add(new RnnLossLayer.Builder(loss).activation(activation).build(), null, true);
    } else if (dense == null) {
      add(new LossLayer.Builder(loss).activation(activation).build(), null, false);
    } else if (sequence) {
      add(
          new RnnOutputLayer.Builder(loss)
              .dataFormat(RNNFormat.NCW)
              .activation(activation)
              .nIn(width)
              .nOut(columns)
              .build(),
          dense,
          true);
    } else {
      add(
          new OutputLayer.Builder(loss).activation(activation).nIn(width).nOut(columns).build(),
          dense,
          false);
    }
  }

  private void layer(Layer layer, Shape in) {
    if (layer instanceof Layer.Embedding e) {
      add(
          new EmbeddingSequenceLayer.Builder()
              .nIn(e.vocabulary())
              .nOut(e.width())
              .hasBias(false)
              .activation(new ActivationIdentity())
              .build(),
          e,
          true);
    } else if (layer instanceof Layer.Recurrent recurrent) {
      BaseRecurrentLayer cell = cell(recurrent, in.width());
      add(recurrent.returnSequences() ? cell : new LastTimeStep(cell), recurrent, true);
      became(recurrent.returnSequences());
    } else if (layer instanceof Layer.Bidirectional pair) {
      BaseRecurrentLayer cell = cell(pair.forward(), in.width());
      boolean sequences = pair.forward().returnSequences();
      add(
          new Bidirectional(mode(pair.merge()), sequences ? cell : new LastTimeStep(cell)),
          pair,
          true);
      became(sequences);
    } else if (layer instanceof Layer.Dense dense) {
      add(
          new DenseLayer.Builder()
              .nIn(in.width())
              .nOut(dense.units())
              .activation(activation(dense.activation()))
              .build(),
          dense,
          false);
    } else if (layer instanceof Layer.Activation activation) {
      boolean rowWise = activation.function() == ActivationFunction.SOFTMAX;
      add(new ActivationLayer(activation(activation.function())), null, rank3 && !rowWise);
    } else if (layer instanceof Layer.Dropout dropout) {
      retain *= 1 - dropout.rate();
    } else if (layer instanceof Layer.RepeatVector repeat) {
      add(
          new RepeatVector.Builder<>(repeat.times()).nIn(in.width()).nOut(in.width()).build(),
          null,
          false);
      rank3 = true;
      sequence = true;
    } else if (in.isSequence()) { // Flatten
      if (!rank3 || pendingFlatten != null) {
        add(new ActivationLayer(new ActivationIdentity()), null, true);
      }
      pendingFlatten = new FlattenSequence(in.steps(), in.width());
      became(false);
    }
  }

  private void became(boolean stillSequence) {
    sequence = stillSequence;
    rank3 = stillSequence;
  }

  private void add(
      org.deeplearning4j.nn.conf.layers.Layer layer, Layer weights, boolean needsRank3) {
    InputPreProcessor preProcessor = null;
    if (pendingFlatten != null) {
      preProcessor = pendingFlatten;
      pendingFlatten = null;
    } else if (needsRank3 && !rank3) {
      preProcessor = new FeedForwardToRnnPreProcessor();
    } else if (!needsRank3 && rank3) {
      preProcessor = new RnnToFeedForwardPreProcessor();
    }
    // Without weights DL4J drops nothing, or takes the way back as if it had not; so what is to
    // learn drops behind such layers, what is not keeps its dropout in its place.
    if (weights != null || settings == null) {
      if (retain > 0 && retain < 1) {
        dropInput(layer, new Dropout(retain));
      }
      retain = 1;
    }
    layers.add(layer);
    preProcessors.add(preProcessor);
    weighted.add(weights);
    rank3 = needsRank3;
  }

  /**
   * Dropout as DL4J's layers have it, on their input. Its layer of dropout fails behind a layer
   * whose output lies outside the workspace. Each direction has one of its own, since what was
   * drawn on the way forwards is kept in it for the way back, and is gone after that.
   */
  private static void dropInput(org.deeplearning4j.nn.conf.layers.Layer layer, IDropout dropout) {
    if (layer instanceof LastTimeStep last) {
      dropInput(last.getUnderlying(), dropout);
    } else if (layer instanceof Bidirectional pair) {
      dropInput(pair.getFwd(), dropout);
      dropInput(pair.getBwd(), dropout.clone());
    } else {
      layer.setIDropout(dropout);
    }
  }

  private MultiLayerConfiguration configuration() {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .weightInit(WeightInit.ZERO)
            // Some layers of DL4J put their output outside the workspace, and the next one throws.
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .seed(settings == null ? 0 : settings.seed())
            .updater(updater);
    if (settings != null && settings.l2() > 0) {
      builder.l2(settings.l2());
    }
    if (settings != null && settings.clipNorm() > 0) {
      builder
          .gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(settings.clipNorm());
    }
    NeuralNetConfiguration.ListBuilder list = builder.list();
    for (int i = 0; i < layers.size(); i++) {
      list.layer(i, layers.get(i));
      if (preProcessors.get(i) != null) {
        list.inputPreProcessor(i, preProcessors.get(i));
      }
    }
    return list.validateOutputLayerConfig(false).build();
  }

  /** Decay and ε are Keras' defaults, where DL4J's differ (0.95 and 1e-8 for RMSProp). */
  private static IUpdater updater(TrainingSettings settings) {
    return switch (settings.optimizer()) {
      case RMSPROP -> new RmsProp(settings.learningRate(), 0.9, 1e-7);
      case ADAM -> new Adam(settings.learningRate(), 0.9, 0.999, 1e-7);
    };
  }

  /** Names initialiser and updater itself: what is set for all layers does not reach into pairs. */
  private BaseRecurrentLayer cell(Layer.Recurrent layer, int in) {
    if (layer instanceof Layer.SimpleRnn rnn) {
      return new SimpleRnn.Builder()
          .nIn(in)
          .nOut(rnn.units())
          .activation(activation(rnn.activation()))
          .weightInit(WeightInit.ZERO)
          .updater(updater)
          .build();
    }
    Layer.Lstm lstm = (Layer.Lstm) layer;
    return new LSTM.Builder()
        .nIn(in)
        .nOut(lstm.units())
        .activation(activation(lstm.activation()))
        .gateActivationFunction(activation(lstm.recurrentActivation()))
        .weightInit(WeightInit.ZERO)
        .updater(updater)
        .build();
  }

  private static Bidirectional.Mode mode(Layer.Merge merge) {
    return switch (merge) {
      case CONCAT -> Bidirectional.Mode.CONCAT;
      case SUM -> Bidirectional.Mode.ADD;
      case MUL -> Bidirectional.Mode.MUL;
      case AVE -> Bidirectional.Mode.AVERAGE;
    };
  }

  private static IActivation activation(ActivationFunction function) {
    return Activations.of(function).orElseThrow();
  }
}

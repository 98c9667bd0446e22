package io.tplus1.rnn.dl4j;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.FwdPassReturn;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.layers.recurrent.LSTMHelpers;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's LSTM with the mask of its input, which DL4J's own passes on without using it.
 *
 * <p>DL4J's LSTM runs over padded steps as over any other (behind {@code LastTimeStep} it masks the
 * forward pass alone, and learns from padding), while its SimpleRNN masks both. Its helpers can
 * mask, for bidirectional layers; so this layer hands them the mask. It takes the place of DL4J's
 * at run time and shares its parameters: configuration and files stay DL4J's own.
 */
final class MaskedLstm extends LSTM {
  private static final long serialVersionUID = 1L;

  private MaskedLstm(NeuralNetConfiguration configuration) {
    super(configuration, DataType.FLOAT);
  }

  /** Puts masked layers in the place of DL4J's, wherever they stand alone. */
  static void replaceIn(MultiLayerNetwork network) {
    Layer[] layers = network.getLayers();
    for (int i = 0; i < layers.length; i++) {
      if (layers[i] instanceof LastTimeStepLayer last && isPlain(last.getUnderlying())) {
        last.setUnderlying(like((LSTM) last.getUnderlying()));
      } else if (isPlain(layers[i])) {
        layers[i] = like((LSTM) layers[i]);
      }
    }
  }

  private static boolean isPlain(Layer layer) {
    return layer.getClass() == LSTM.class;
  }

  private static MaskedLstm like(LSTM layer) {
    MaskedLstm masked = new MaskedLstm(layer.conf());
    masked.setIndex(layer.getIndex());
    masked.setParamsViewArray(layer.params());
    masked.setParamTable(layer.paramTable());
    return masked;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int miniBatchSize) {
    setMaskArray(mask);
    return super.feedForwardMaskArray(mask, state, miniBatchSize);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (maskArray == null) {
      return super.backpropGradient(epsilon, workspaces);
    }
    assertInputSet(true);
    INDArray inputWeights =
        getParamWithNoise(LSTMParamInitializer.INPUT_WEIGHT_KEY, true, workspaces);
    INDArray recurrentWeights =
        getParamWithNoise(LSTMParamInitializer.RECURRENT_WEIGHT_KEY, true, workspaces);
    INDArray biases = getParamWithNoise(LSTMParamInitializer.BIAS_KEY, true, workspaces);
    FwdPassReturn forward =
        LSTMHelpers.activateHelper(
            this,
            conf,
            layerConf().getGateActivationFn(),
            input,
            recurrentWeights,
            inputWeights,
            biases,
            true,
            null,
            null,
            true,
            true,
            LSTMParamInitializer.INPUT_WEIGHT_KEY,
            maskArray,
            false,
            null,
            CacheMode.NONE,
            workspaces,
            layerConf().isHelperAllowFallback());
    Pair<Gradient, INDArray> gradient =
        LSTMHelpers.backpropGradientHelper(
            this,
            conf,
            layerConf().getGateActivationFn(),
            input,
            recurrentWeights,
            inputWeights,
            epsilon,
            false,
            -1,
            forward,
            true,
            LSTMParamInitializer.INPUT_WEIGHT_KEY,
            LSTMParamInitializer.RECURRENT_WEIGHT_KEY,
            LSTMParamInitializer.BIAS_KEY,
            gradientViews,
            maskArray,
            false,
            null,
            workspaces,
            layerConf().isHelperAllowFallback());
    weightNoiseParams.clear();
    gradient.setSecond(backpropDropOutIfPresent(gradient.getSecond()));
    return gradient;
  }
}

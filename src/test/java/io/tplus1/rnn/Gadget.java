package io.tplus1.rnn;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A class whose code runs when somebody initialises it, makes one, or deserialises one. It is a
 * preprocessor, so that DL4J's own reader makes one gladly.
 */
public final class Gadget implements InputPreProcessor, Serializable {
  private static final long serialVersionUID = 1L;

  static {
    Alarm.COUNT.incrementAndGet();
  }

  /** Apart, because to look at a counter in the gadget would initialise the gadget. */
  static final class Alarm {
    static final AtomicInteger COUNT = new AtomicInteger();

    private Alarm() {}
  }

  public Gadget() {
    Alarm.COUNT.incrementAndGet();
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    Alarm.COUNT.incrementAndGet();
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return input;
  }

  @Override
  public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return output;
  }

  @Override
  public InputPreProcessor clone() {
    return this;
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return inputType;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray maskArray, MaskState currentMaskState, int minibatchSize) {
    return Pair.of(maskArray, currentMaskState);
  }
}

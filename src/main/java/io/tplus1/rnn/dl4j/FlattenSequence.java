package io.tplus1.rnn.dl4j;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Joins the steps of a sequence into one vector, oldest first, as Keras' Flatten does; DL4J's own
 * pieces would put a feature's steps beside each other.
 */
public final class FlattenSequence implements InputPreProcessor {
  private static final long serialVersionUID = 1L;

  private final int steps;
  private final int width;

  public FlattenSequence(@JsonProperty("steps") int steps, @JsonProperty("width") int width) {
    this.steps = steps;
    this.width = width;
  }

  @JsonProperty("steps")
  public int getSteps() {
    return steps;
  }

  @JsonProperty("width")
  public int getWidth() {
    return width;
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    INDArray byStep = input.permute(0, 2, 1).dup('c');
    return workspaces.leverageTo(
        ArrayType.ACTIVATIONS, byStep.reshape('c', input.size(0), input.size(1) * input.size(2)));
  }

  @Override
  public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    INDArray byStep = output.dup('c').reshape('c', output.size(0), steps, width);
    return workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, byStep.permute(0, 2, 1).dup('f'));
  }

  @Override
  public FlattenSequence clone() {
    return new FlattenSequence(steps, width);
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return InputType.feedForward((long) steps * width);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int miniBatchSize) {
    return new Pair<>(null, state);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlattenSequence that && steps == that.steps && width == that.width;
  }

  @Override
  public int hashCode() {
    return 31 * steps + width;
  }
}

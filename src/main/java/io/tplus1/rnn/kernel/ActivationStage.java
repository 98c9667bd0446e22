package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;

/** An activation on its own. */
record ActivationStage(Arithmetic arithmetic, ActivationFunction function, int width, int maxSteps)
    implements Stage {

  @Override
  public Object newMemory() {
    return new float[maxSteps * width];
  }

  @Override
  public void run(Flow flow, Object memory) {
    float[] out = (float[]) memory;
    System.arraycopy(flow.data, flow.offset, out, 0, flow.steps * width);
    if (function == ActivationFunction.SOFTMAX) {
      for (int t = 0; t < flow.steps; t++) {
        Activations.softmax(out, t * width, width);
      }
    } else {
      arithmetic.activate(function, out, 0, flow.steps * width);
    }
    flow.data = out;
    flow.offset = 0;
  }
}

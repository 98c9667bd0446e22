package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Layer;

/**
 * Looks a row up for each category id, cut to a whole number; an id outside the vocabulary takes
 * row 0. With {@code maskZero} the value 0 masks its step.
 */
record EmbeddingStage(Layer.Embedding layer, int maxSteps) implements Stage {

  @Override
  public Object newMemory() {
    return new float[maxSteps * layer.width()];
  }

  @Override
  public void run(Flow flow, Object memory) {
    float[] out = (float[]) memory;
    int width = layer.width();
    for (int t = 0; t < flow.steps; t++) {
      int id = (int) flow.data[flow.offset + t];
      int row = id >= 0 && id < layer.vocabulary() ? id : 0;
      System.arraycopy(layer.weights(), row * width, out, t * width, width);
    }
    if (layer.maskZero()) {
      for (int t = 0; t < flow.steps; t++) {
        flow.maskRoom[t] =
            flow.data[flow.offset + t] != 0 && (flow.present == null || flow.present[t]);
      }
      flow.mask = flow.maskRoom;
    } else {
      flow.mask = flow.present;
    }
    flow.data = out;
    flow.offset = 0;
  }
}

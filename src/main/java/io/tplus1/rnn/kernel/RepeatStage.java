package io.tplus1.rnn.kernel;

/** Repeats a vector as the steps of a sequence. */
record RepeatStage(int times, int width) implements Stage {

  @Override
  public Object newMemory() {
    return new float[times * width];
  }

  @Override
  public void run(Flow flow, Object memory) {
    float[] out = (float[]) memory;
    for (int t = 0; t < times; t++) {
      System.arraycopy(flow.data, flow.offset, out, t * width, width);
    }
    flow.data = out;
    flow.offset = 0;
    flow.steps = times;
  }
}

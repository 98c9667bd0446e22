package io.tplus1.rnn.kernel;

import java.util.Arrays;

/** Masks the steps whose features all equal {@code value}, and turns them into zeros. */
record MaskingStage(float value, int width, int maxSteps) implements Stage {

  @Override
  public Object newMemory() {
    return new float[maxSteps * width];
  }

  @Override
  public void run(Flow flow, Object memory) {
    float[] out = (float[]) memory;
    System.arraycopy(flow.data, flow.offset, out, 0, flow.steps * width);
    for (int t = 0; t < flow.steps; t++) {
      boolean any = false;
      for (int j = t * width; j < (t + 1) * width; j++) {
        any |= out[j] != value;
      }
      if (!any) {
        Arrays.fill(out, t * width, (t + 1) * width, 0f);
      }
      flow.maskRoom[t] = any && (flow.present == null || flow.present[t]);
    }
    flow.mask = flow.maskRoom;
    flow.data = out;
    flow.offset = 0;
  }
}

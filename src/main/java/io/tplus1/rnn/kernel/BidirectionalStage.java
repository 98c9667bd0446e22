package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Layer;

/** Two directions over one flow, and their merge. */
final class BidirectionalStage implements Stage {
  private final RecurrentStage forward;
  private final RecurrentStage backward;
  private final Layer.Merge merge;
  private final int units;
  private final int width;
  private final int maxSteps;
  private final boolean sequences;
  private final boolean turned;

  BidirectionalStage(Arithmetic arithmetic, Layer.Bidirectional layer, int inputs, int maxSteps) {
    merge = layer.merge();
    units = layer.forward().units();
    width = merge == Layer.Merge.CONCAT ? 2 * units : units;
    sequences = layer.forward().returnSequences();
    turned = layer.forward().goBackwards();
    this.maxSteps = sequences ? maxSteps : 1;
    forward = new RecurrentStage(arithmetic, layer.forward(), inputs, maxSteps, sequences);
    backward = new RecurrentStage(arithmetic, layer.backward(), inputs, maxSteps, sequences);
  }

  int projectionWidth() {
    return forward.projectionWidth() + backward.projectionWidth();
  }

  @Override
  public Memory newMemory() {
    return new Memory(forward.newMemory(), backward.newMemory(), new float[maxSteps * width]);
  }

  @Override
  public void run(Flow flow, Object memory) {
    Memory m = (Memory) memory;
    forward.compute(flow, m.forward);
    backward.compute(flow, m.backward);
    merge(flow, m);
  }

  void project(float[] vector, int offset, float[] out, int at, Memory m) {
    forward.project(vector, offset, out, at, m.forward);
    backward.project(vector, offset, out, at + forward.projectionWidth(), m.backward);
  }

  void runProjected(Flow flow, float[] projections, int offset, Memory m) {
    int stride = projectionWidth();
    forward.computeProjected(flow, projections, offset, stride, m.forward);
    backward.computeProjected(
        flow, projections, offset + forward.projectionWidth(), stride, m.backward);
    merge(flow, m);
  }

  private void merge(Flow flow, Memory m) {
    float[] a = m.forward.result();
    float[] b = m.backward.result();
    int rows = sequences ? flow.steps : 1;
    for (int t = 0; t < rows; t++) {
      merge(a, t * units, b, (rows - 1 - t) * units, m.out, t * width);
    }
    if (sequences) {
      flow.data = m.out;
      flow.offset = 0;
      if (turned) {
        flow.turnPadding();
      }
    } else {
      flow.vector(m.out);
    }
  }

  private void merge(float[] a, int ai, float[] b, int bi, float[] out, int at) {
    switch (merge) {
      case CONCAT -> {
        System.arraycopy(a, ai, out, at, units);
        System.arraycopy(b, bi, out, at + units, units);
      }
      case SUM -> {
        for (int j = 0; j < units; j++) {
          out[at + j] = a[ai + j] + b[bi + j];
        }
      }
      case MUL -> {
        for (int j = 0; j < units; j++) {
          out[at + j] = a[ai + j] * b[bi + j];
        }
      }
      case AVE -> {
        for (int j = 0; j < units; j++) {
          out[at + j] = 0.5f * (a[ai + j] + b[bi + j]);
        }
      }
    }
  }

  /** Working memory of both directions and the merged rows. */
  record Memory(RecurrentStage.Memory forward, RecurrentStage.Memory backward, float[] out) {}
}

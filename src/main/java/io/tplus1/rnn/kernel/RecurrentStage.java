package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Layer;
import java.util.Arrays;

/** A recurrent layer: all input projections first, then step by step. */
final class RecurrentStage implements Stage {
  private final Arithmetic arithmetic;
  private final Arithmetic unclamped;
  private final Cell cell;
  private final int inputs;
  private final int maxSteps;
  private final int units;
  private final boolean sequences;
  private final boolean backwards;
  private final boolean zeroWhereMasked;

  /**
   * Compiles a layer.
   *
   * @param zeroWhereMasked whether a masked step puts out zeros, as in Keras' Bidirectional, and
   *     not the output before it
   */
  RecurrentStage(
      Arithmetic arithmetic,
      Layer.Recurrent layer,
      int inputs,
      int maxSteps,
      boolean zeroWhereMasked) {
    this.arithmetic = arithmetic;
    unclamped = arithmetic.unclamped();
    cell = Cell.of(arithmetic, layer, inputs);
    this.inputs = inputs;
    this.maxSteps = maxSteps;
    units = layer.units();
    sequences = layer.returnSequences();
    backwards = layer.goBackwards();
    this.zeroWhereMasked = zeroWhereMasked;
  }

  int projectionWidth() {
    return cell.columns();
  }

  @Override
  public Memory newMemory() {
    return new Memory(
        cell.newMemory(),
        new float[maxSteps * cell.columns()],
        new float[sequences ? maxSteps * units : 0]);
  }

  @Override
  public void run(Flow flow, Object memory) {
    Memory m = (Memory) memory;
    compute(flow, m);
    handOn(flow, m);
  }

  /** Runs on the flow without changing it: the outputs stay in memory. */
  void compute(Flow flow, Memory m) {
    int from = 0;
    if (flow.mask != null) {
      while (from < flow.steps && !flow.mask[from]) {
        from++;
      }
    }
    int width = cell.columns();
    cell.input()
        .apply(
            flow.data,
            flow.offset + from * inputs,
            flow.steps - from,
            m.projections,
            from * width,
            width,
            m.cell.gates);
    computeProjected(flow, m.projections, 0, width, m);
  }

  /** Projects one vector. */
  void project(float[] vector, int offset, float[] out, int at, Memory m) {
    cell.input().apply(vector, offset, 1, out, at, cell.columns(), m.cell.gates);
  }

  /**
   * Runs on projections that lie {@code stride} apart; those of masked steps are not read.
   *
   * @param offset where step 0 lies, or would lie
   */
  void computeProjected(Flow flow, float[] projections, int offset, int stride, Memory m) {
    steps(unclamped, flow, projections, offset, stride, m);
    if (unclamped != arithmetic && isAnyNaN(m.cell.h)) {
      steps(arithmetic, flow, projections, offset, stride, m);
    }
  }

  /** What is not a number in one step is in every later one, whatever the cell. */
  private boolean isAnyNaN(float[] h) {
    for (int j = 0; j < units; j++) {
      if (Float.isNaN(h[j])) {
        return true;
      }
    }
    return false;
  }

  private void steps(
      Arithmetic arithmetic, Flow flow, float[] projections, int offset, int stride, Memory m) {
    boolean[] mask = flow.mask;
    Cell.Memory state = m.cell;
    Arrays.fill(state.h, 0f);
    Arrays.fill(state.c, 0f);
    int steps = flow.steps;
    int t = backwards ? steps - 1 : 0;
    int direction = backwards ? -1 : 1;
    int step = 0;
    for (int i = 0; i < steps; i++, t += direction) {
      boolean masked = mask != null && !mask[t];
      if (!masked) {
        cell.step(arithmetic, projections, offset + t * stride, step++, state);
      }
      if (sequences) {
        if (masked && zeroWhereMasked) {
          Arrays.fill(m.out, i * units, (i + 1) * units, 0f);
        } else {
          System.arraycopy(state.h, 0, m.out, i * units, units);
        }
      }
    }
  }

  /** Puts the outputs that {@link #compute} left in memory into the flow. */
  void handOn(Flow flow, Memory m) {
    if (sequences) {
      flow.data = m.out;
      flow.offset = 0;
      if (backwards) {
        flow.turnPadding();
      }
    } else {
      flow.vector(m.cell.h);
    }
  }

  /**
   * Working memory of one layer.
   *
   * @param out the sequence that is put out, in the order of reading
   */
  record Memory(Cell.Memory cell, float[] projections, float[] out) {
    /** The sequence's rows, or the last output. */
    float[] result() {
      return out.length > 0 ? out : cell.h;
    }
  }
}

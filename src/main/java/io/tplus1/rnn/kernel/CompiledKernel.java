package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network as a row of stages over one arithmetic.
 *
 * <p>A window shorter than a fixed number of steps becomes that many steps with zeros at the old
 * end and a mask over them, so that every layer sees what Keras would: recurrent layers run over
 * the present steps from the zero state, and hand zeros on for the others, or their last output
 * where they read these last; Dense computes those rows like any, and Flatten joins all of them.
 * Behind a layer that turns its output round, the padding is at the other end. No Embedding or
 * Masking can unmask it.
 */
final class CompiledKernel implements Kernel {
  private final Arithmetic arithmetic;
  private final int inputs;
  private final int maxSteps;
  private final boolean fixedSteps;
  private final int longest;
  private final int outputWidth;
  private final int outputs;
  private final Stage[] stages;
  private final int projectionWidth;

  CompiledKernel(Network network, int maxSteps, Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    inputs = network.inputs();
    this.maxSteps = maxSteps;
    fixedSteps = network.steps() != Shape.ANY_STEPS;
    List<Stage> built = new ArrayList<>();
    List<Shape> shapes = network.shapes();
    Shape shape = Shape.sequence(maxSteps, inputs);
    int most = maxSteps;
    for (int i = 0; i < network.layers().size(); i++) {
      Stage stage = stage(arithmetic, network.layers().get(i), shape);
      if (stage != null) {
        built.add(stage);
      }
      Shape after = shapes.get(i);
      shape = after.steps() == Shape.ANY_STEPS ? Shape.sequence(maxSteps, after.width()) : after;
      most = Math.max(most, shape.steps());
    }
    stages = built.toArray(new Stage[0]);
    longest = most;
    outputWidth = shape.width();
    outputs = Math.multiplyExact(Math.max(1, shape.steps()), outputWidth);
    if (stages.length > 0 && stages[0] instanceof RecurrentStage first) {
      projectionWidth = first.projectionWidth();
    } else if (stages.length > 0 && stages[0] instanceof BidirectionalStage first) {
      projectionWidth = first.projectionWidth();
    } else {
      projectionWidth = 0;
    }
  }

  private static Stage stage(Arithmetic arithmetic, Layer layer, Shape in) {
    int steps = Math.max(1, in.steps());
    if (layer instanceof Layer.Embedding embedding) {
      return new EmbeddingStage(embedding, steps);
    } else if (layer instanceof Layer.Masking masking) {
      return new MaskingStage(masking.value(), in.width(), steps);
    } else if (layer instanceof Layer.Recurrent recurrent) {
      return new RecurrentStage(arithmetic, recurrent, in.width(), steps, false);
    } else if (layer instanceof Layer.Bidirectional pair) {
      return new BidirectionalStage(arithmetic, pair, in.width(), steps);
    } else if (layer instanceof Layer.Dense dense) {
      return new DenseStage(arithmetic, dense, in.width(), steps);
    } else if (layer instanceof Layer.Activation activation) {
      return activation.function() == ActivationFunction.LINEAR
          ? null
          : new ActivationStage(arithmetic, activation.function(), in.width(), steps);
    } else if (layer instanceof Layer.RepeatVector repeat) {
      return new RepeatStage(repeat.times(), in.width());
    } else if (layer instanceof Layer.Flatten) {
      return new FlattenStage();
    } else if (layer instanceof Layer.Dropout) {
      return null;
    }
    throw new IllegalArgumentException("the kernel knows no layer " + layer.getClass().getName());
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public String version() {
    return arithmetic.version();
  }

  @Override
  public String name() {
    return arithmetic.name();
  }

  @Override
  public Scratch newScratch() {
    Object[] memories = new Object[stages.length];
    for (int i = 0; i < memories.length; i++) {
      memories[i] = stages[i].newMemory();
    }
    return new Memory(
        this,
        memories,
        new Stage.Flow(longest),
        new float[fixedSteps ? maxSteps * inputs : 0],
        new boolean[fixedSteps ? maxSteps : 0]);
  }

  @Override
  public void forward(float[] window, int offset, int steps, Scratch scratch, float[] output) {
    Memory memory = memory(scratch);
    Stage.Flow flow = memory.flow;
    int padding = begin(flow, steps, memory);
    if (padding == 0) {
      flow.data = window;
      flow.offset = offset;
    } else {
      Arrays.fill(memory.padded, 0, padding * inputs, 0f);
      System.arraycopy(window, offset, memory.padded, padding * inputs, steps * inputs);
      flow.data = memory.padded;
      flow.offset = 0;
    }
    run(0, memory, output);
  }

  @Override
  public int projectionWidth() {
    return projectionWidth;
  }

  @Override
  public boolean projectionsPay() {
    return projectionWidth > 0 && arithmetic instanceof PlainArithmetic;
  }

  @Override
  public void project(float[] vector, int offset, Scratch scratch, float[] projections, int at) {
    Memory memory = memory(scratch);
    if (projectionWidth == 0) {
      Kernel.super.project(vector, offset, scratch, projections, at);
    } else if (stages[0] instanceof RecurrentStage first) {
      first.project(vector, offset, projections, at, (RecurrentStage.Memory) memory.stages[0]);
    } else if (stages[0] instanceof BidirectionalStage first) {
      first.project(vector, offset, projections, at, (BidirectionalStage.Memory) memory.stages[0]);
    }
  }

  @Override
  public void forwardProjected(
      float[] projections, int offset, int steps, Scratch scratch, float[] output) {
    Memory memory = memory(scratch);
    if (projectionWidth == 0) {
      Kernel.super.forwardProjected(projections, offset, steps, scratch, output);
    }
    Stage.Flow flow = memory.flow;
    int from = offset - begin(flow, steps, memory) * projectionWidth;
    if (stages[0] instanceof RecurrentStage first) {
      RecurrentStage.Memory m = (RecurrentStage.Memory) memory.stages[0];
      first.computeProjected(flow, projections, from, projectionWidth, m);
      first.handOn(flow, m);
    } else if (stages[0] instanceof BidirectionalStage first) {
      first.runProjected(flow, projections, from, (BidirectionalStage.Memory) memory.stages[0]);
    }
    run(1, memory, output);
  }

  /** Sets steps and mask, and returns how many steps are padding. */
  private int begin(Stage.Flow flow, int steps, Memory memory) {
    if (steps < 1 || steps > maxSteps) {
      throw new IllegalArgumentException("steps must be 1 to " + maxSteps + ", found " + steps);
    }
    flow.mask = null;
    flow.present = null;
    flow.steps = steps;
    if (!fixedSteps || steps == maxSteps) {
      return 0;
    }
    int padding = maxSteps - steps;
    Arrays.fill(memory.present, 0, padding, false);
    Arrays.fill(memory.present, padding, maxSteps, true);
    flow.mask = memory.present;
    flow.present = memory.present;
    flow.steps = maxSteps;
    return padding;
  }

  private void run(int from, Memory memory, float[] output) {
    Stage.Flow flow = memory.flow;
    for (int i = from; i < stages.length; i++) {
      stages[i].run(flow, memory.stages[i]);
    }
    System.arraycopy(flow.data, flow.offset, output, 0, flow.steps * outputWidth);
    flow.data = null;
  }

  private Memory memory(Scratch scratch) {
    if (scratch instanceof Memory memory && memory.owner == this) {
      return memory;
    }
    throw new IllegalArgumentException("the scratch is of another kernel");
  }

  private record Memory(
      CompiledKernel owner, Object[] stages, Stage.Flow flow, float[] padded, boolean[] present)
      implements Scratch {}
}

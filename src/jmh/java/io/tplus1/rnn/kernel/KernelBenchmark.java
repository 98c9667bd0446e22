package io.tplus1.rnn.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One forecast by the kernels, with and without kept projections.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="Kernel -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  private static final int SERIES = 16;

  @Param({"A", "B", "C"})
  public BenchmarkShape shape;

  private Kernel plain;
  private Kernel vector;
  private Kernel.Scratch plainScratch;
  private Kernel.Scratch vectorScratch;
  private float[] windows;
  private float[] projections;
  private float[] output;
  private int next;

  @Setup
  public void compile() {
    plain = Kernels.compile(shape.network(), 0, KernelKind.PLAIN);
    vector = Kernels.compile(shape.network(), 0, KernelKind.VECTOR);
    plainScratch = plain.newScratch();
    vectorScratch = vector.newScratch();
    windows = shape.windows(SERIES);
    output = new float[plain.outputs()];
    int width = vector.projectionWidth();
    projections = new float[SERIES * shape.steps * width];
    for (int t = 0; t < SERIES * shape.steps; t++) {
      vector.project(windows, t * shape.features, vectorScratch, projections, t * width);
    }
  }

  private int series() {
    next = (next + 1) % SERIES;
    return next;
  }

  @Benchmark
  public float[] plain() {
    int offset = series() * shape.steps * shape.features;
    plain.forward(windows, offset, shape.steps, plainScratch, output);
    return output;
  }

  @Benchmark
  public float[] vector() {
    int offset = series() * shape.steps * shape.features;
    vector.forward(windows, offset, shape.steps, vectorScratch, output);
    return output;
  }

  /** As the topology does it: the newest vector is projected, the others' projections are kept. */
  @Benchmark
  public float[] vectorProjected() {
    int series = series();
    int width = vector.projectionWidth();
    int last = (series + 1) * shape.steps - 1;
    vector.project(windows, last * shape.features, vectorScratch, projections, last * width);
    int offset = series * shape.steps * width;
    vector.forwardProjected(projections, offset, shape.steps, vectorScratch, output);
    return output;
  }
}

package io.tplus1.expert;

import io.tplus1.feature.FeatureSchema;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * What one vector costs the expert that stands on the others: a row learnt, a forecast made, one
 * step ahead.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="Stacked -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StackedBenchmark {
  private static final int ROWS = 256;

  @Param({"1", "4", "7"})
  public int targets;

  @Param({"3", "5"})
  public int experts;

  private final float[][] actuals = new float[ROWS][];
  private final float[][][] forecasts = new float[ROWS][][];
  private final float[][] mixed = new float[ROWS][];
  private Stacked stacked;
  private StackedWorkspace workspace;
  private LastErrors last;
  private float[] out;
  private int next;

  @Setup
  public void learn() {
    FeatureSchema schema =
        FeatureSchema.ofNumbers(
            IntStream.range(0, targets).mapToObj(i -> "f" + i).toArray(String[]::new));
    StackedShape shape =
        new StackedShape(schema, experts, Collections.nCopies(1, 0), 10, 0.998, 0.5);
    stacked = new Stacked(shape);
    workspace = new StackedWorkspace(shape);
    last = new LastErrors(shape);
    out = new float[targets];
    Random random = new Random(1);
    for (int row = 0; row < ROWS; row++) {
      actuals[row] = values(random);
      mixed[row] = values(random);
      forecasts[row] = new float[experts][];
      for (int e = 0; e < experts; e++) {
        forecasts[row][e] = values(random);
      }
      stacked.learn(workspace, 0, actuals[row], forecasts[row], mixed[row], last);
    }
  }

  private float[] values(Random random) {
    float[] values = new float[targets];
    for (int i = 0; i < targets; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Benchmark
  public float[] vector() {
    int row = next++ & (ROWS - 1);
    stacked.learn(workspace, 0, actuals[row], forecasts[row], mixed[row], last);
    stacked.forecast(workspace, forecasts[row], mixed[row], last, out);
    return out;
  }
}

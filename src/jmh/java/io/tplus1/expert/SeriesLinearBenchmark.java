package io.tplus1.expert;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
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
 * What one vector of seven targets costs the linear expert of a series alone: a window learnt, a
 * forecast made, one step ahead.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="SeriesLinear -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SeriesLinearBenchmark {
  private static final int TARGETS = 7;
  private static final int STEPS = 24;
  private static final int ROWS = 256;

  @Param({"8", "12"})
  public int lags;

  private final float[] values = new float[(ROWS + STEPS + 1) * TARGETS];
  private final long[] times = new long[ROWS + STEPS + 1];
  private final float[] out = new float[TARGETS];
  private FeatureWindow all;
  private SeriesLinear series;
  private SeriesLinear.Workspace workspace;
  private int next;

  @Setup
  public void learn() {
    FeatureSchema schema =
        FeatureSchema.ofNumbers(
            IntStream.range(0, TARGETS).mapToObj(i -> "f" + i).toArray(String[]::new));
    LinearShape shape = LinearShapes.own(schema, LinearShapes.lags(lags), 1, 0.1, 0.9995);
    series = new SeriesLinear(shape);
    workspace = new SeriesLinear.Workspace(shape);
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      double before = i < TARGETS ? 0 : values[i - TARGETS];
      values[i] = (float) (0.9 * before + random.nextGaussian());
    }
    for (int i = 0; i < times.length; i++) {
      times[i] = i;
    }
    all = FeatureWindow.over(values, times, TARGETS, 0, times.length);
    for (int row = 0; row < ROWS; row++) {
      vector();
    }
  }

  @Benchmark
  public float[] vector() {
    int row = next++ & (ROWS - 1);
    series.add(workspace, all.part(row, STEPS), all.part(row + STEPS, 1));
    series.forecast(workspace, all.part(row + 1, STEPS), out);
    return out;
  }

  @Benchmark
  public float[] forecast() {
    int row = next++ & (ROWS - 1);
    series.forecast(workspace, all.part(row + 1, STEPS), out);
    return out;
  }
}

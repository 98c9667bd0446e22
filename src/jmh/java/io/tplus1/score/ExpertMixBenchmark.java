package io.tplus1.score;

import io.tplus1.feature.FeatureSchema;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one vector of seven targets costs the mix of a series, beside the pool of all: the errors of
 * five experts learnt, their weights, one step ahead.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="ExpertMix -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExpertMixBenchmark {
  private static final int TARGETS = 7;
  private static final int EXPERTS = 5;
  private static final int ROWS = 256;

  /** Experts that have no forecast yet, as shared ones before the first training. */
  @Param({"0", "2"})
  public int silent;

  private final float[][] actuals = new float[ROWS][];
  private final float[][][] forecasts = new float[ROWS][EXPERTS][];
  private ExpertMix mix;
  private ExpertMix pool;
  private int next;

  @Setup(Level.Iteration)
  public void learn() {
    FeatureSchema schema =
        FeatureSchema.ofNumbers(
            IntStream.range(0, TARGETS).mapToObj(i -> "f" + i).toArray(String[]::new));
    MixPlan plan = new MixPlan(schema, 1, new byte[] {1, 2, 3, 4, 5}, Mixes.settings(6, .999));
    mix = plan.start();
    pool = plan.start();
    Random random = new Random(1);
    for (int row = 0; row < ROWS; row++) {
      actuals[row] = values(random);
      for (int e = silent; e < EXPERTS; e++) {
        forecasts[row][e] = values(random);
      }
      update();
    }
  }

  private static float[] values(Random random) {
    float[] values = new float[TARGETS];
    for (int i = 0; i < TARGETS; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Benchmark
  public void update() {
    int row = next++ & (ROWS - 1);
    mix.update(0, actuals[row], forecasts[row], 0, pool);
  }

  @Benchmark
  public float[][] weights() {
    return mix.weights(0, pool);
  }
}

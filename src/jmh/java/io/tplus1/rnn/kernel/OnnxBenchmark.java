package io.tplus1.rnn.kernel;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tplus1.rnn.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * ONNX Runtime on the same network with the same weights: batch 1, pinned direct buffers, one
 * thread.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="Onnx -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OnnxBenchmark {

  @Param({"A", "B", "C"})
  public BenchmarkShape shape;

  private OrtSession session;
  private float[] window;
  private float[] result;
  private FloatBuffer input;
  private FloatBuffer output;
  private OnnxTensor inputTensor;
  private OnnxTensor outputTensor;
  private Map<String, OnnxTensor> inputs;
  private Map<String, OnnxTensor> outputs;

  @Setup
  public void load() throws OrtException {
    Network network = shape.network();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    session = environment.createSession(OnnxModel.of(network), options);
    window = shape.windows(1);
    result = new float[shape.features];
    input = direct(window.length);
    output = direct(shape.features);
    inputTensor =
        OnnxTensor.createTensor(environment, input, new long[] {shape.steps, 1, shape.features});
    outputTensor = OnnxTensor.createTensor(environment, output, new long[] {1, shape.features});
    inputs = Map.of("x", inputTensor);
    outputs = Map.of("y", outputTensor);

    Kernel kernel = Kernels.compile(network, 0, KernelKind.AUTO);
    float[] expected = new float[shape.features];
    kernel.forward(window, 0, shape.steps, kernel.newScratch(), expected);
    run();
    for (int j = 0; j < expected.length; j++) {
      if (!(Math.abs(result[j] - expected[j]) <= 1e-5f)) {
        throw new IllegalStateException(
            "ONNX Runtime gives " + result[j] + ", the kernel " + expected[j]);
      }
    }
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(4 * floats).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Benchmark
  public float[] run() throws OrtException {
    input.put(0, window);
    session.run(inputs, Set.of(), outputs).close();
    output.get(0, result);
    return result;
  }

  @TearDown
  public void close() throws OrtException {
    inputTensor.close();
    outputTensor.close();
    session.close();
  }
}

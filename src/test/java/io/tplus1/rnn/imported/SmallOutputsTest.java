package io.tplus1.rnn.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Agreement;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.Prover;
import io.tplus1.rnn.proof.RawUnits;
import io.tplus1.rnn.proof.ReferenceNetwork;
import io.tplus1.rnn.proof.SmallOutputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known outputs in small units: returns, farads, parts of a million. */
class SmallOutputsTest {
  private static final DoubleUnaryOperator EXACT = DoubleUnaryOperator.identity();
  private static final int STEPS = 24;
  private static final int UNITS = 32;
  private static final int COLUMNS = 4;

  /** A head whose values of about 0.3 cancel, by its bias, to columns of the unit's size. */
  private static Network cancelling(double unit, long seed) {
    return network(unit, 1, seed);
  }

  /** A network that reads and puts out values of the unit's size, with nothing to cancel. */
  private static Network inUnit(double unit, long seed) {
    return network(unit, unit, seed);
  }

  private static Network network(double unit, double head, long seed) {
    Random random = new Random(seed);
    Layer.Lstm lstm =
        new Layer.Lstm(
            UNITS,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            false,
            false,
            RawUnits.gaussian(random, COLUMNS * 4 * UNITS, 0.3),
            RawUnits.gaussian(random, UNITS * 4 * UNITS, 1 / Math.sqrt(UNITS)),
            RawUnits.gaussian(random, 4 * UNITS, 0.1));
    float[] kernel = RawUnits.gaussian(random, UNITS * COLUMNS, 0.2 * head);
    Layer.Dense dense =
        new Layer.Dense(COLUMNS, ActivationFunction.LINEAR, kernel, new float[COLUMNS]);
    Network without = new Network(COLUMNS, STEPS, List.of(lstm, dense));
    float[] bias = new float[COLUMNS];
    double[] rest = ReferenceNetwork.forward(without, new double[STEPS][COLUMNS]);
    for (int c = 0; c < COLUMNS; c++) {
      bias[c] = (float) ((c + 1) * unit - rest[c]);
    }
    return new Network(
        COLUMNS,
        STEPS,
        List.of(lstm, new Layer.Dense(COLUMNS, ActivationFunction.LINEAR, kernel, bias)));
  }

  private static float[][][] windows(double unit) {
    Random random = new Random(5);
    float[][][] windows = new float[8][STEPS][];
    for (float[][] window : windows) {
      Arrays.setAll(window, s -> RawUnits.gaussian(random, COLUMNS, unit));
    }
    return windows;
  }

  private static Golden golden(Network network, double unit, DoubleUnaryOperator rounding) {
    return RawUnits.golden(network, windows(unit), rounding);
  }

  private static Golden with(Golden golden, UnaryOperator<float[]> change) {
    float[][] outputs = golden.outputs().clone();
    Arrays.setAll(outputs, i -> change.apply(golden.outputs()[i].clone()));
    return new Golden(golden.name(), golden.windows(), outputs, golden.raw());
  }

  private static Golden swapped(Golden golden) {
    return with(
        golden,
        row -> {
          float first = row[0];
          row[0] = row[1];
          row[1] = first;
          return row;
        });
  }

  private static Golden times(Golden golden, float factor) {
    return with(
        golden,
        row -> {
          for (int i = 0; i < row.length; i++) {
            row[i] *= factor;
          }
          return row;
        });
  }

  private static Certificate.GoldenResult certified(Network network, Golden golden) {
    return Prover.certify(
            "m",
            List.of(network),
            Math.max(1, network.steps()),
            List.of(Optional.empty()),
            List.of(golden))
        .goldens()
        .get(0);
  }

  /** What float32 makes of sums that cancel is no other model, in whatever unit. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-4, 1e-5, 1e-6})
  void certify_outputsThatCancelToASmallUnit_agreeAndOthersDiffer(double unit) {
    assertTold(cancelling(unit, 2), unit);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-6, 1e-12, 1e-30})
  void certify_networkOfASmallUnit_agreesAndOthersDiffer(double unit) {
    assertTold(inUnit(unit, 1), unit);
  }

  private static void assertTold(Network network, double unit) {
    Golden exact = golden(network, unit, EXACT);
    assertThat(certified(network, exact).agrees()).isTrue();
    assertThat(certified(network, golden(network, unit, v -> (float) v)).agrees()).isTrue();
    assertDiffers(certified(network, times(exact, 1.07f)));
    assertDiffers(certified(network, swapped(exact)));
    assertDiffers(certified(network, times(exact, 0)));
    Golden raw = new Golden("raw", exact.windows(), exact.outputs(), true);
    assertThat(inRawUnits(network, raw).agrees()).isTrue();
    assertDiffers(inRawUnits(network, times(raw, 1.07f)));
    assertDiffers(inRawUnits(network, swapped(raw)));
    assertDiffers(inRawUnits(network, times(raw, 0)));
  }

  /** A masked step that noise moves is none any more, and what that makes no rounding. */
  @Test
  void certify_maskedSteps_othersDifferInRawUnits() {
    Network plain = inUnit(1e-4, 1);
    List<Layer> layers = new ArrayList<>(plain.layers());
    layers.add(0, new Layer.Masking(0));
    Network network = new Network(COLUMNS, STEPS, layers);
    float[][][] windows = windows(1e-4);
    for (float[][] window : windows) {
      Arrays.fill(window, 0, 5, new float[COLUMNS]);
    }
    Golden golden = RawUnits.golden(network, windows, EXACT);
    Golden raw = new Golden("raw", golden.windows(), golden.outputs(), true);

    assertThat(inRawUnits(network, raw).agrees()).isTrue();
    assertDiffers(inRawUnits(network, times(raw, 1.001f)));
  }

  /** An id that noise moves is another word, and what that makes no rounding. */
  @Test
  void certify_idsAsNumbers_othersDifferInRawUnits() {
    int words = 7;
    int width = 4;
    Random random = new Random(1);
    Network network =
        new Network(
            1,
            STEPS,
            List.of(
                new Layer.Embedding(
                    words, width, false, RawUnits.gaussian(random, words * width, 1)),
                new Layer.SimpleRnn(
                    UNITS,
                    ActivationFunction.TANH,
                    false,
                    false,
                    RawUnits.gaussian(random, width * UNITS, 0.5),
                    RawUnits.gaussian(random, UNITS * UNITS, 0.5 / Math.sqrt(UNITS)),
                    new float[UNITS]),
                new Layer.Dense(
                    1,
                    ActivationFunction.LINEAR,
                    RawUnits.gaussian(random, UNITS, 2e-5),
                    new float[] {1e-4f})));
    float[][][] windows = new float[8][STEPS][1];
    float[][] outputs = new float[windows.length][];
    for (int w = 0; w < windows.length; w++) {
      double[][] ids = new double[STEPS][1];
      for (int s = 0; s < STEPS; s++) {
        windows[w][s][0] = random.nextInt(words);
        ids[s][0] = windows[w][s][0];
      }
      outputs[w] = new float[] {(float) ReferenceNetwork.forward(network, ids)[0]};
    }
    Golden raw = new Golden("raw", windows, outputs, true);

    assertThat(inRawUnits(network, raw).agrees()).isTrue();
    assertDiffers(inRawUnits(network, times(raw, 1.03f)));
  }

  private static void assertDiffers(Certificate.GoldenResult result) {
    assertThat(result.agrees()).as("%s", result).isFalse();
  }

  private static Certificate.GoldenResult inRawUnits(Network network, Golden golden) {
    String[] names = Arrays.copyOf(new String[] {"a", "b", "c", "d"}, network.inputs());
    try {
      return RawProver.measure(
          new ModelManifest(
              FeatureSchema.ofNumbers(names),
              STEPS,
              1,
              Strategy.DIRECT,
              Scaling.identity(names.length),
              Scaling.identity(names.length),
              new Provenance("test", 1, 2, 30, 1, Map.of(), Map.of())),
          network,
          golden);
    } catch (InvalidArtifactException e) {
      throw new AssertionError(e);
    }
  }

  /** There is nothing to tell of a column that is 0, or that processors may cut to it. */
  @Test
  void bySize_columnsOfNothing_stand() {
    assertThat(error(new float[] {0, 0}, new float[] {0, -0f})).isZero();
    assertThat(error(new float[] {1e-39f, 1e-5f}, new float[] {0, 1e-5f})).isZero();
    assertThat(error(new float[] {0, 1e-5f}, new float[] {0, 0})).isEqualTo(1);
    assertThat(error(new float[] {0, 1e-5f}, new float[] {0, 9e-6f})).isBetween(.09, .11);
    assertThat(error(new float[] {0, 1e-5f}, new float[] {0, 9.95e-6f})).isZero();
  }

  /** With no pass in doubles; 0 where it agrees. */
  private static double error(float[] found, float[] expected) {
    return SmallOutputs.bySize(
            new Agreement.Result(0, Certificate.TOLERANCE),
            Collections.nCopies(2, new SmallOutputs.Column(0, 1, 0)),
            List.of(new Agreement.Outputs(new float[1][1], List.of(found), expected)),
            Optional.empty())
        .error();
  }

  /** As sigmoids of other libraries are off by a rounding of one half. */
  @Test
  void certify_smallProbability_hasASizeOf1() {
    Layer.Dense head =
        new Layer.Dense(1, ActivationFunction.SIGMOID, new float[] {1, 1, 1, 1}, new float[] {-16});
    Network network = new Network(COLUMNS, 1, List.of(new Layer.Flatten(), head));
    Golden golden = new Golden("g", new float[1][1][COLUMNS], new float[][] {{5e-8f}}, false);

    assertThat(certified(network, golden).agrees()).isTrue();
  }
}

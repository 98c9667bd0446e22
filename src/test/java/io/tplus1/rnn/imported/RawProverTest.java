package io.tplus1.rnn.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.RawUnits;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RawProverTest {
  private static final FeatureSchema FOUR = FeatureSchema.ofNumbers("lat", "lon", "wind", "hPa");

  private static Network network(ActivationFunction activation) {
    return RawUnits.simple(activation, activation == ActivationFunction.RELU ? 0.5 : 0.02, 2);
  }

  /** Outputs are in the hundreds, and so is their rounding. */
  @ParameterizedTest
  @EnumSource(names = {"RELU", "TANH"})
  void measure_networkOfRawUnits_agreesInWhateverOrderItsSumsWereMade(ActivationFunction of)
      throws Exception {
    Network network = network(of);
    Scaling none = Scaling.identity(4);

    Certificate.GoldenResult float32 = measure(network, none, golden(network, v -> (float) v));
    Certificate.GoldenResult exact = measure(network, none, golden(network, v -> v));

    assertThat(float32.agrees()).as("%s", float32).isTrue();
    assertThat(exact.agrees()).as("%s", exact).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"RELU", "TANH"})
  void measure_anotherScalingOrOrder_differs(ActivationFunction of) throws Exception {
    Network network = network(of);
    Golden golden = golden(network, v -> v);
    float[] zeros = new float[4];

    assertDiffers(network, new Scaling(zeros, new float[] {1, 1, 1.001f, 1}), golden);
    assertDiffers(
        network, new Scaling(new float[] {0, 0, 0, 1}, Scaling.identity(4).scale()), golden);
    assertDiffers(network, Scaling.identity(4), reversed(golden));
  }

  private static void assertDiffers(Network network, Scaling scaling, Golden golden)
      throws Exception {
    Certificate.GoldenResult result = measure(network, scaling, golden);

    assertThat(result.agrees()).as("%s", result).isFalse();
  }

  private static Certificate.GoldenResult measure(Network network, Scaling targets, Golden golden)
      throws Exception {
    ModelManifest manifest =
        new ModelManifest(
            FOUR,
            RawUnits.STEPS,
            1,
            Strategy.DIRECT,
            Scaling.identity(4),
            targets,
            new Provenance("test", 1, 2, 30, 1, Map.of(), Map.of()));
    return RawProver.measure(manifest, network, golden);
  }

  private static Golden golden(Network network, DoubleUnaryOperator rounding) {
    Golden own = RawUnits.golden(network, RawUnits.inputs(8), rounding);
    return new Golden("raw", own.windows(), own.outputs(), true);
  }

  private static Golden reversed(Golden golden) {
    float[][][] windows = golden.windows().clone();
    for (int i = 0; i < windows.length; i++) {
      windows[i] = windows[i].clone();
      for (int s = 0; s < windows[i].length; s++) {
        float[] row = windows[i][s];
        windows[i][s] = new float[] {row[3], row[2], row[1], row[0]};
      }
    }
    return new Golden("raw", windows, golden.outputs(), true);
  }
}

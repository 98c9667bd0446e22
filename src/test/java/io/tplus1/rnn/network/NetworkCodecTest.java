package io.tplus1.rnn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.rnn.RandomNetworks;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NetworkCodecTest {
  private static final Network SMALL =
      new Network(
          2,
          3,
          List.of(
              new Layer.SimpleRnn(
                  2,
                  ActivationFunction.TANH,
                  false,
                  false,
                  new float[] {1, 2, 3, 4},
                  new float[] {5, 6, 7, 8},
                  new float[] {9, 10})));

  @Property(tries = 200, seed = "20261124")
  void read_whatWasWritten_isTheSame(@ForAll long seed) throws InvalidArtifactException {
    Network network = new RandomNetworks(seed).next(4);

    byte[] architecture = NetworkCodec.architecture(network);
    byte[] weights = NetworkCodec.weights(network);
    Network read = NetworkCodec.read(architecture, weights);

    assertThat(read.inputs()).isEqualTo(network.inputs());
    assertThat(read.steps()).isEqualTo(network.steps());
    assertThat(read.shapes()).isEqualTo(network.shapes());
    assertThat(NetworkCodec.architecture(read)).isEqualTo(architecture);
    assertThat(NetworkCodec.weights(read)).isEqualTo(weights);
  }

  @Property(tries = 500, seed = "20261124")
  void read_brokenBytes_isRefusedOrReadAndNeverFails(@ForAll long seed) {
    Network network = new RandomNetworks(seed).next(4);
    Random random = new Random(seed);
    byte[] architecture = broken(NetworkCodec.architecture(network), random);
    byte[] weights = broken(NetworkCodec.weights(network), random);

    try {
      assertThat(NetworkCodec.read(architecture, weights)).isNotNull();
    } catch (InvalidArtifactException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
  }

  private static byte[] broken(byte[] bytes, Random random) {
    byte[] broken = bytes.clone();
    switch (random.nextInt(4)) {
      case 0 -> {
        return broken;
      }
      case 1 -> {
        return Arrays.copyOf(broken, random.nextInt(broken.length + 8));
      }
      case 2 -> broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      default -> {
        for (int i = 0; i < broken.length; i++) {
          if (broken[i] >= '1' && broken[i] <= '9' && random.nextInt(4) == 0) {
            broken[i] = (byte) ('0' + random.nextInt(10));
          }
        }
      }
    }
    return broken;
  }

  @Test
  void read_hugeShape_isRefusedBeforeAnythingIsAllocated() {
    assertRefused(
        architecture(SMALL).replace("\"units\" : 2", "\"units\" : 2147483647"),
        "weights, and 10 are left");
    assertRefused(
        architecture(SMALL).replace("\"steps\" : 3", "\"steps\" : 2147483647"), "at most 16777216");
  }

  @Test
  void read_otherFormat_isRefused() {
    assertRefused(
        architecture(SMALL).replace("\"format\" : 1", "\"format\" : 2"),
        "format is 2, this version of tplus1 reads 1");
  }

  @Test
  void read_unknownLayerFieldOrActivation_isRefused() {
    assertRefused(architecture(SMALL).replace("simple_rnn", "capsule"), "layer type 'capsule'");
    assertRefused(
        architecture(SMALL).replace("\"units\"", "\"more\" : 1, \"units\""), "a field 'more'");
    assertRefused(architecture(SMALL).replace("\"tanh\"", "\"tan\""), "must be one of [linear");
    assertRefused(architecture(SMALL) + "{}", "not JSON");
  }

  @Test
  void read_weightsOfAnotherNetwork_areRefused() {
    Network other = new Network(2, 3, List.of(new Layer.Flatten()));
    assertThatThrownBy(
            () -> NetworkCodec.read(NetworkCodec.architecture(SMALL), NetworkCodec.weights(other)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("0 are left");
    assertThatThrownBy(
            () -> NetworkCodec.read(NetworkCodec.architecture(other), NetworkCodec.weights(SMALL)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("left over");
  }

  @Test
  void read_weightThatIsNotFinite_isRefused() {
    byte[] weights = NetworkCodec.weights(SMALL);
    Arrays.fill(weights, weights.length - 4, weights.length, (byte) 0xff);
    assertThatThrownBy(() -> NetworkCodec.read(NetworkCodec.architecture(SMALL), weights))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("must be finite");
  }

  private static String architecture(Network network) {
    return new String(NetworkCodec.architecture(network), StandardCharsets.UTF_8);
  }

  private static void assertRefused(String architecture, String message) {
    assertThatThrownBy(
            () ->
                NetworkCodec.read(
                    architecture.getBytes(StandardCharsets.UTF_8), NetworkCodec.weights(SMALL)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
  }

  @Test
  void network_maskOfWhatNoFloatIs_isRefused() {
    List<Layer> layers = List.of(new Layer.Masking(Float.POSITIVE_INFINITY));

    assertThatThrownBy(() -> new Network(1, 3, layers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("masks a value that is no float");
  }
}

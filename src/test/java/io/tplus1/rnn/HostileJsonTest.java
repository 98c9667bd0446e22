package io.tplus1.rnn;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ArtifactJson;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.proof.Certificate;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON that takes a hundred times its bytes, or keeps them, wherever an artifact holds some. */
class HostileJsonTest {
  private static final long MAX_BYTES = 256L << 20;

  private interface Reader {
    void read(byte[] json) throws Exception;
  }

  static Stream<Arguments> places() throws Exception {
    ModelArtifact artifact = new ConstantModels(FeatureSchema.ofNumbers("a"), 2).unproven();
    Map<String, Reader> readers =
        Map.of(
            "manifest",
            json -> ModelArtifact.read(Zipped.zip(Map.of(ModelArtifact.MANIFEST, json))),
            "certificate",
            json -> Certificate.of(artifact.with(ModelArtifact.CERTIFICATE, json)),
            "architecture",
            json -> NetworkCodec.read(json, artifact.entry(NetworkCodec.WEIGHTS)),
            "configuration of DL4J",
            json -> dl4j(json));
    return readers.entrySet().stream()
        .flatMap(
            reader ->
                Stream.of(
                    Arguments.of(reader.getKey(), "objects", reader.getValue(), objects()),
                    Arguments.of(reader.getKey(), "names", reader.getValue(), names())));
  }

  private static void dl4j(byte[] json) throws InvalidArtifactException {
    Dl4jNetwork.restore(
        Zipped.zip(Map.of("configuration.json", json, "coefficients.bin", new byte[8])), 1, 1, 1);
  }

  private static byte[] objects() {
    return ("{\"format\":[{}" + ",{}".repeat(3_000_000) + "]}").getBytes(UTF_8);
  }

  private static byte[] names() {
    String rest = "n".repeat(40_000);
    return IntStream.range(0, 300)
        .mapToObj(i -> "\"%d%s\":1".formatted(i, rest))
        .collect(Collectors.joining(",", "{", "}"))
        .getBytes(UTF_8);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("places")
  void read_littleTextThatTakesMuch_takesLittle(
      String where, String what, Reader reader, byte[] json) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Throwable refused = catchThrowable(() -> reader.read(json));

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_BYTES);
    // A certificate without a format is none.
    if (!where.equals("certificate") || what.equals("objects")) {
      assertThat(refused).isInstanceOf(InvalidArtifactException.class);
    }
  }

  @Test
  void read_muchThatIsLittleText_isNotCopied() throws Exception {
    byte[] json = ("{\"format\":\"€\"}" + " ".repeat(60 << 20)).getBytes(UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThat(ArtifactJson.read(json).path("format").asText()).isEqualTo("€");

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
  }

  @Test
  void read_byteOrderMarkAndOtherBytes_isReadAndIsRefused() throws Exception {
    assertThat(ArtifactJson.read("\uFEFF{}".getBytes(UTF_8)).isObject()).isTrue();
    assertThatThrownBy(() -> ArtifactJson.read("{\"é\":1}".getBytes(ISO_8859_1)))
        .hasMessage("UTF-8 was expected, found other bytes");
  }
}

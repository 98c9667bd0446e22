package io.tplus1.topology.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.topology.SmallArtifacts;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.slf4j.LoggerFactory;

/**
 * Any records in the topic {@code models}: none ends the global thread, and what serves changes by
 * good ones alone.
 */
class ModelStoreFuzzTest {
  private static final int TRIES = 2;

  /** One in so many values is larger than any artifact may be. */
  private static final int LARGE = 2_000;

  private static final ModelArtifact FIRST = SmallArtifacts.of(SmallPart.SCHEMA, 3, 1, "1");
  private static final ModelArtifact SECOND = SmallArtifacts.of(SmallPart.SCHEMA, 3, 1, "2");
  private static final List<byte[]> GOOD =
      List.of(
          FIRST.toBytes(),
          SECOND.toBytes(),
          pointer(FIRST.hash(), 1),
          pointer(SECOND.hash(), 2),
          pointer(FIRST.hash(), 3));
  private static final List<byte[]> KEYS =
      List.of(
          ModelKeys.artifact(FIRST.hash()).getBytes(UTF_8),
          ModelKeys.artifact(SECOND.hash()).getBytes(UTF_8),
          ModelKeys.artifact("0".repeat(64)).getBytes(UTF_8),
          ModelKeys.champion("default").getBytes(UTF_8),
          ModelKeys.champion("default").getBytes(UTF_8),
          ModelKeys.champion("other/one").getBytes(UTF_8),
          ModelKeys.linear("default", "linear").getBytes(UTF_8),
          "artifact/".getBytes(UTF_8),
          "artifact/../../etc".getBytes(UTF_8),
          "champion/".getBytes(UTF_8),
          "linear/default".getBytes(UTF_8),
          "\u0000".getBytes(UTF_8),
          new byte[0],
          new byte[] {(byte) 0xff},
          "k".repeat(100_000).getBytes(UTF_8));

  private record Input(byte[] key, byte[] value) {}

  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.tplus1");
  private static final Level LEVEL = LOGGER.getLevel();

  @BeforeContainer
  static void quieten() {
    LOGGER.setLevel(Level.ERROR);
  }

  @AfterContainer
  static void speakAgain() {
    LOGGER.setLevel(LEVEL);
  }

  private static byte[] pointer(String hash, long epoch) {
    ModelPointer pointer = new ModelPointer(hash, List.of(), false, epoch, "for a test");
    return new ModelPointerSerde().serializer().serialize("t", pointer);
  }

  private static Input input(Random random) {
    byte[] key = random.nextInt(50) == 0 ? null : KEYS.get(random.nextInt(KEYS.size()));
    byte[] good = GOOD.get(random.nextInt(GOOD.size()));
    byte[] value =
        switch (random.nextInt(6)) {
          case 0 -> good;
          case 1 -> null;
          case 2 -> noise(random);
          default -> mutated(good, random);
        };
    return new Input(key, value);
  }

  private static byte[] noise(Random random) {
    if (random.nextInt(LARGE) == 0) {
      return new byte[ModelArtifact.MAX_BYTES + 1];
    }
    byte[] noise = new byte[random.nextInt(60)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = good.clone();
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static String champion(ModelRegistry registry) {
    Forecaster champion = registry.champion();
    return champion == null ? "none" : champion.modelHash();
  }

  @Property(
      tries = TRIES,
      seed = "20261125",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void process_anyRecords_goOnAndServeGoodOnesAlone(@ForAll long seed) {
    ModelRegistry registry = new ModelRegistry(new ModelFit(SmallPart.SCHEMA, 3, 1, List.of()));
    Topology topology = new Topology();
    ModelStore.addTo(
        topology,
        "the-models",
        true,
        new ModelTools(
            "default", registry, SmallArtifacts::load, SmallPart::decode, new ModelCounters()));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "models-fuzz");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    try (TopologyTestDriver driver = new TopologyTestDriver(topology, properties)) {
      TestInputTopic<byte[], byte[]> models =
          driver.createInputTopic(
              "the-models", new ByteArraySerializer(), new ByteArraySerializer());
      int[] swaps = new int[1];
      FuzzRun.over(
          seed,
          FuzzRun.INPUTS / TRIES,
          ModelStoreFuzzTest::input,
          input -> {
            String before = champion(registry);
            models.pipeInput(input.key(), input.value());
            String after = champion(registry);
            if (!after.equals(before)) {
              swaps[0]++;
              // A change that is not in what is hashed, or in a pointer's reason, is none.
              assertThat(after).isIn(FIRST.hash(), SECOND.hash());
              assertThat(new String(input.key(), UTF_8))
                  .isIn(ModelKeys.champion("default"), ModelKeys.artifact(after));
            }
          });
      assertThat(swaps[0]).isGreaterThanOrEqualTo(FuzzRun.INPUTS / TRIES / 1_000);

      models.pipeInput(KEYS.get(0), FIRST.toBytes());
      models.pipeInput(KEYS.get(1), SECOND.toBytes());
      for (ModelArtifact artifact : List.of(FIRST, SECOND)) {
        models.pipeInput(KEYS.get(3), pointer(artifact.hash(), 4));
        assertThat(champion(registry)).isEqualTo(artifact.hash());
      }
    }
  }
}

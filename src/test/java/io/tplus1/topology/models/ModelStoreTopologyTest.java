package io.tplus1.topology.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.topology.SmallArtifacts;
import io.tplus1.topology.models.ModelCounters.Event;
import io.tplus1.topology.models.ModelCounters.Reject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTopologyTest {
  private static final FeatureSchema SCHEMA = SmallPart.SCHEMA;
  private static final ModelArtifact FIRST = artifact("1");
  private static final ModelArtifact SECOND = artifact("2");

  @TempDir Path directory;
  private ModelRegistry registry;
  private ModelCounters counters;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> models;

  private static ModelArtifact artifact(String answer) {
    return SmallArtifacts.of(SCHEMA, 3, 1, answer);
  }

  @BeforeEach
  void start() {
    start(false);
  }

  private void start(boolean inMemory) {
    registry = new ModelRegistry(new ModelFit(SCHEMA, 3, 1, List.of()));
    counters = new ModelCounters();
    Topology topology = new Topology();
    ModelStore.addTo(
        topology,
        "the-models",
        inMemory,
        new ModelTools("default", registry, SmallArtifacts::load, SmallPart::decode, counters));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "models-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver = new TopologyTestDriver(topology, properties);
    models =
        driver.createInputTopic("the-models", new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void write(String key, byte[] value) {
    models.pipeInput(key.getBytes(UTF_8), value);
  }

  private void write(ModelArtifact artifact) {
    write(ModelKeys.artifact(artifact.hash()), artifact.toBytes());
  }

  private void point(String modelName, String hash, long epoch) {
    write(ModelKeys.champion(modelName), pointer(hash, epoch));
  }

  private static byte[] pointer(String hash, long epoch) {
    ModelPointer pointer = new ModelPointer(hash, List.of(), false, epoch, "for a test");
    return new ModelPointerSerde().serializer().serialize("t", pointer);
  }

  private String champion() {
    Forecaster champion = registry.champion();
    return champion == null ? "none" : champion.modelHash();
  }

  /** Names are the upgrade contract: the state directory is named after the store. */
  @Test
  void describe_namesOfNodesAndStore_areAsTheyWere() {
    Topology topology = new Topology();
    ModelStore.addTo(
        topology,
        "the-models",
        false,
        new ModelTools("default", registry, SmallArtifacts::load, SmallPart::decode, counters));

    assertThat(topology.describe().toString().stripTrailing())
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0 for global store (will not generate tasks)
                Source: models (topics: [the-models])
                  --> load-models
                Processor: load-models (stores: [models])
                  --> none
                  <-- models""");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void process_artifactThenPointer_serves(boolean inMemory) {
    driver.close();
    start(inMemory);
    write(FIRST);
    assertThat(champion()).isEqualTo("none");

    point("default", FIRST.hash(), 1);

    assertThat(champion()).isEqualTo(FIRST.hash());
    assertThat(registry.serving().toMs()).isEqualTo(OptionalLong.of(77));
    assertThat(registry.serving().pointer().map(ModelPointer::epoch)).contains(1L);
    assertThat(counters.events(Event.SERVED)).isEqualTo(1);
    assertThat(Rejects.of(counters)).isZero();

    write(SECOND);
    point("default", SECOND.hash(), 2);
    assertThat(champion()).isEqualTo(SECOND.hash());
    point("default", FIRST.hash(), 3);
    assertThat(champion()).isEqualTo(FIRST.hash());
    assertThat(counters.events(Event.SERVED)).isEqualTo(3);
  }

  @Test
  void process_newPointerToTheSame_isNotedAndNothingIsLoaded() {
    write(FIRST);
    point("default", FIRST.hash(), 1);
    Forecaster before = registry.champion();

    point("default", FIRST.hash(), 2);

    assertThat(registry.champion()).isSameAs(before);
    assertThat(registry.serving().pointer().map(ModelPointer::epoch)).contains(2L);
    assertThat(counters.events(Event.SERVED)).isEqualTo(1);
  }

  @Test
  void process_pointerWithoutArtifact_leavesTheOldUntilItComes() {
    write(FIRST);
    point("default", FIRST.hash(), 1);

    point("default", SECOND.hash(), 2);

    assertThat(champion()).isEqualTo(FIRST.hash());
    assertThat(counters.rejects(Reject.ARTIFACT_ABSENT)).isEqualTo(1);
    write(SECOND);
    assertThat(champion()).isEqualTo(SECOND.hash());
  }

  @Test
  void process_otherModelNames_areKeptAndNotServed() {
    write(FIRST);
    point("other", FIRST.hash(), 1);
    write("linear/other/joint", "part-1".getBytes(UTF_8));

    assertThat(champion()).isEqualTo("none");
    assertThat(registry.serving().linear("joint")).isNull();
    assertThat(counters.events(Event.OTHER_MODEL)).isEqualTo(2);
    assertThat(Rejects.of(counters)).isZero();
  }

  @Test
  void process_tombstones_deleteAndTheChampionGoesOn() {
    write(FIRST);
    point("default", FIRST.hash(), 1);
    write(SECOND);

    write(ModelKeys.artifact(SECOND.hash()), null);
    write(ModelKeys.artifact(artifact("never").hash()), null);
    assertThat(counters.events(Event.DELETED)).isEqualTo(1);
    point("default", SECOND.hash(), 2);
    assertThat(counters.rejects(Reject.ARTIFACT_ABSENT)).isEqualTo(1);
    write(ModelKeys.artifact(FIRST.hash()), null);
    write(ModelKeys.champion("default"), null);

    assertThat(champion()).isEqualTo(FIRST.hash());
    assertThat(driver.getKeyValueStore(ModelStore.MODELS).all()).isExhausted();
  }

  @Test
  void process_linearParts_serveWithTheirExpertsAndGo() {
    write("linear/default/joint", "part-1".getBytes(UTF_8));
    write("linear/default/linear", "part-2".getBytes(UTF_8));
    write("linear/default/joint", "part-3".getBytes(UTF_8));
    write("linear/default/joint", "rubbish".getBytes(UTF_8));
    write("linear/default/joint", "part-other".getBytes(UTF_8));

    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-3");
    assertThat(registry.serving().linear("linear").hash()).isEqualTo("part-2");
    assertThat(counters.rejects(Reject.BROKEN_LINEAR)).isEqualTo(1);
    assertThat(counters.rejects(Reject.MISFIT)).isEqualTo(1);
    write("linear/default/joint", null);
    assertThat(registry.serving().linear("joint")).isNull();
    assertThat(registry.serving().linear("linear").hash()).isEqualTo("part-2");
  }

  @Test
  void process_brokenRecords_areCountedAndTheOldModelStays() throws IOException {
    write(FIRST);
    point("default", FIRST.hash(), 1);
    byte[] good = SECOND.toBytes();
    String key = ModelKeys.artifact(SECOND.hash());

    write(key, new byte[0]);
    write(key, new byte[100_000]);
    write(key, Arrays.copyOf(good, good.length / 2));
    write(key, zip(new byte[60 << 20], "a", "b")); // 60 kB that would unpack to 60 MB, twice.
    write(key, zip(new byte[3], "../../etc/passwd"));
    write(key, zip("{\"format\":1}".getBytes(UTF_8), "manifest.json"));
    write(key, zip("[".repeat(100_000).getBytes(UTF_8), "manifest.json"));
    write(key, zip(new byte[] {1, 2, 3}, "network.zip"));
    assertThat(counters.rejects(Reject.BROKEN_ARTIFACT)).isEqualTo(8);
    write(key, artifact("3").toBytes());
    assertThat(counters.rejects(Reject.WRONG_HASH)).isEqualTo(1);
    write(key, new byte[ModelArtifact.MAX_BYTES + 1]);
    write("linear/default/joint", new byte[ModelArtifact.MAX_BYTES + 1]);
    assertThat(counters.rejects(Reject.TOO_LARGE)).isEqualTo(2);
    write("something/else", good);
    models.pipeInput(null, good);
    models.pipeInput(new byte[] {-1, 0, 7}, good);
    assertThat(counters.rejects(Reject.UNKNOWN_KEY)).isEqualTo(3);
    write(ModelKeys.champion("default"), "{}".getBytes(UTF_8));
    write(ModelKeys.champion("default"), pointer("../../x", 2));
    write(ModelKeys.champion("default"), good);
    assertThat(counters.rejects(Reject.BROKEN_POINTER)).isEqualTo(3);
    point("default", SECOND.hash(), 2);
    assertThat(counters.rejects(Reject.ARTIFACT_ABSENT)).isEqualTo(1);
    assertThat(Rejects.of(counters)).isEqualTo(18);

    assertThat(champion()).isEqualTo(FIRST.hash());
    write(SECOND);
    assertThat(champion()).isEqualTo(SECOND.hash());
  }

  @Test
  void process_whatANewerVersionWrote_isKeptForItAndTheOldModelStays() throws IOException {
    write(FIRST);
    point("default", FIRST.hash(), 1);
    write("linear/default/joint", "part-1".getBytes(UTF_8));
    byte[] artifact = zip("{\"format\":99,\"new\":{}}".getBytes(UTF_8), "manifest.json");
    byte[] part = "newer part".getBytes(UTF_8);

    write(ModelKeys.artifact(SECOND.hash()), artifact);
    point("default", SECOND.hash(), 2);
    write("linear/default/joint", part);

    assertThat(counters.rejects(Reject.NEWER_FORMAT)).isEqualTo(3);
    assertThat(Rejects.of(counters)).isEqualTo(3);
    assertThat(champion()).isEqualTo(FIRST.hash());
    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-1");
    KeyValueStore<String, byte[]> kept = driver.getKeyValueStore(ModelStore.MODELS);
    assertThat(kept.get(ModelKeys.artifact(SECOND.hash()))).isEqualTo(artifact);
    assertThat(kept.get("linear/default/joint")).isEqualTo(part);
  }

  @Test
  void process_manyThatDoNotFit_areSaidAFewTimesByKind() {
    ModelArtifact misfit = SmallArtifacts.of(SCHEMA, 4, 1, "2");
    try (LogCapture lines = LogCapture.of(ModelProcessor.class)) {
      for (int i = 0; i < 1_000; i++) {
        write("linear/default/joint", "part-other".getBytes(UTF_8));
        write("unknown-" + i + "/x", new byte[0]);
      }
      write(misfit);
      point("default", misfit.hash(), 1);

      assertThat(Rejects.of(counters)).isEqualTo(2_001);
      assertThat(lines.messages())
          .hasSizeLessThan(30)
          .last()
          .asString()
          .contains(ModelKeys.artifact(misfit.hash()), "window.steps");
    }
  }

  @Test
  void process_artifactsThatDoNotFitOrLoad_areNotServed() {
    write(FIRST);
    point("default", FIRST.hash(), 1);
    FeatureSchema other = FeatureSchema.of(List.of(Feature.number("a"), Feature.number("c")));
    List<ModelArtifact> misfits =
        List.of(
            SmallArtifacts.of(other, 3, 1, "2"),
            SmallArtifacts.of(SCHEMA, 4, 1, "2"),
            SmallArtifacts.of(SCHEMA, 3, 2, "2"));
    List<ModelArtifact> broken = List.of(artifact("no number"), artifact(""));
    long epoch = 1;
    for (List<ModelArtifact> group : List.of(misfits, broken)) {
      for (ModelArtifact artifact : group) {
        write(artifact);
        point("default", artifact.hash(), ++epoch);
      }
    }

    assertThat(counters.rejects(Reject.MISFIT)).isEqualTo(3);
    assertThat(counters.rejects(Reject.UNLOADABLE)).isEqualTo(2);
    assertThat(champion()).isEqualTo(FIRST.hash());
    assertThat(registry.serving().pointer().map(ModelPointer::epoch)).contains(1L);
  }

  @Test
  void init_modelFileServes_untilAChampionComes() throws InvalidArtifactException {
    ModelArtifact file = artifact("9");
    registry.serve(SmallArtifacts.load(file), file.manifest(), Optional.empty());
    write(FIRST);
    assertThat(champion()).isEqualTo(file.hash());

    point("default", FIRST.hash(), 1);

    assertThat(champion()).isEqualTo(FIRST.hash());
  }

  @Test
  void process_anyBytes_neverThrows() {
    Random random = new Random(20261124);
    List<String> keys =
        List.of(
            ModelKeys.artifact(FIRST.hash()),
            ModelKeys.champion("default"),
            ModelKeys.linear("default", "joint"),
            "x");
    byte[] good = FIRST.toBytes();
    for (int i = 0; i < 2_000; i++) {
      byte[] value = new byte[random.nextInt(600)];
      random.nextBytes(value);
      if (random.nextBoolean()) {
        value = good.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      write(keys.get(random.nextInt(keys.size())), value);
    }

    assertThat(champion()).isEqualTo("none");
    assertThat(Rejects.of(counters)).isPositive();
  }

  private static byte[] zip(byte[] content, String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}

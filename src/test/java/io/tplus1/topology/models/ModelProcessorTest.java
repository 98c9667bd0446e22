package io.tplus1.topology.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.FakeForecaster;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.topology.SmallArtifacts;
import io.tplus1.topology.models.ModelCounters.Event;
import io.tplus1.topology.models.ModelCounters.Reject;
import java.io.File;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restart finds in the store, which the driver deletes when it closes. */
class ModelProcessorTest {
  private static final ModelArtifact FIRST = SmallArtifacts.of(SmallPart.SCHEMA, 3, 1, "1");
  private static final ModelArtifact SECOND = SmallArtifacts.of(SmallPart.SCHEMA, 3, 1, "2");

  @TempDir File directory;
  private MockProcessorContext<Void, Void> context;
  private KeyValueStore<String, byte[]> store;
  private ModelRegistry registry;
  private ModelCounters counters;
  private ModelProcessor processor;
  private ModelLoader loader = SmallArtifacts::load;

  @BeforeEach
  void start() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rig");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), directory);
    restart("default", 3);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /** Another instance on the store that the last one left. */
  private void restart(String modelName, int steps) {
    restart(modelName, SmallPart.SCHEMA, steps);
  }

  private void restart(String modelName, FeatureSchema schema, int steps) {
    if (store != null) {
      store.close();
    }
    store = ModelStore.builder(false).build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    registry = new ModelRegistry(new ModelFit(schema, steps, 1, List.of()));
    counters = new ModelCounters();
    processor =
        new ModelProcessor(
            new ModelTools(modelName, registry, loader, SmallPart::decode, counters));
    processor.init(context);
  }

  private void write(String key, byte[] value) {
    processor.process(new Record<>(key.getBytes(UTF_8), value, 0));
  }

  private void write(ModelArtifact artifact) {
    write(ModelKeys.artifact(artifact.hash()), artifact.toBytes());
  }

  private void point(
      String modelName, ModelArtifact artifact, long epoch, ModelArtifact... previous) {
    List<String> former = Stream.of(previous).map(ModelArtifact::hash).toList();
    ModelPointer pointer = new ModelPointer(artifact.hash(), former, false, epoch, "for a test");
    write(
        ModelKeys.champion(modelName),
        new ModelPointerSerde().serializer().serialize("t", pointer));
  }

  @Test
  void init_storeKept_servesItsChampionAndLinearParts() {
    write(FIRST);
    write(SECOND);
    point("default", FIRST, 1);
    point("default", SECOND, 2);
    write("linear/default/joint", "part-1".getBytes(UTF_8));

    restart("default", 3);

    assertThat(registry.champion().modelHash()).isEqualTo(SECOND.hash());
    assertThat(registry.serving().pointer().map(ModelPointer::epoch)).contains(2L);
    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-1");
    assertThat(counters.events(Event.SERVED)).isEqualTo(1);
    assertThat(Rejects.of(counters)).isZero();
    // As Kafka Streams does: another processor, once all is read.
    processor.init(context);
    assertThat(counters.events(Event.SERVED)).isEqualTo(1);
  }

  @Test
  void init_renamedModel_servesThatOnes() {
    write(FIRST);
    write(SECOND);
    point("default", FIRST, 1);
    point("a/b", SECOND, 1);
    write("linear/default/joint", "part-1".getBytes(UTF_8));
    write("linear/a/b/joint", "part-2".getBytes(UTF_8));
    write("linear/a/joint", "part-3".getBytes(UTF_8));

    restart("a/b", 3);
    assertThat(registry.champion().modelHash()).isEqualTo(SECOND.hash());
    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-2");
    restart("a", 3);
    assertThat(registry.champion()).isNull();
    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-3");
  }

  @Test
  void init_settingsThatNoLongerFit_serveNothingAndSaySo() {
    write(FIRST);
    point("default", FIRST, 1);

    restart("default", 5);

    assertThat(registry.champion()).isNull();
    assertThat(counters.rejects(Reject.MISFIT)).isEqualTo(1);
    restart("default", 3);
    assertThat(registry.champion().modelHash()).isEqualTo(FIRST.hash());
  }

  @ParameterizedTest
  @ValueSource(strings = {"no number", "absent"})
  void init_championThatCannotServe_theNewestFormerOneThatCanDoes(String champion) {
    ModelArtifact unloadable = SmallArtifacts.of(SmallPart.SCHEMA, 3, 1, champion);
    ModelArtifact gone = SmallArtifacts.of(SmallPart.SCHEMA, 3, 1, "7");
    ModelArtifact misfit = SmallArtifacts.of(SmallPart.SCHEMA, 4, 1, "8");
    write(FIRST);
    write(SECOND);
    write(misfit);
    if (!champion.equals("absent")) {
      write(unloadable);
    }
    point("default", unloadable, 4, gone, misfit, SECOND, FIRST);

    restart("default", 3);

    assertThat(registry.champion().modelHash()).isEqualTo(SECOND.hash());
    assertThat(registry.serving().pointer()).isEmpty();
    assertThat(registry.named()).contains(unloadable.hash());
    point("default", FIRST, 5, unloadable, SECOND);
    assertThat(registry.champion().modelHash()).isEqualTo(FIRST.hash());
    assertThat(registry.named()).contains(FIRST.hash());
    write(ModelKeys.champion("default"), null);
    assertThat(registry.named()).isEmpty();
  }

  @Test
  void init_linearPartThatDidNotFitWhenItCame_servesOnceItDoes() {
    FeatureSchema other = FeatureSchema.ofNumbers("x");
    write("linear/default/joint", "part-1".getBytes(UTF_8));
    write("linear/default/joint", "part-other".getBytes(UTF_8));
    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-1");
    assertThat(counters.rejects(Reject.MISFIT)).isEqualTo(1);

    restart("default", other, 3);

    assertThat(registry.serving().linear("joint").hash()).isEqualTo("part-other");
    assertThat(Rejects.of(counters)).isZero();
  }

  @Test
  void init_pointerKeptWithoutArtifact_servesWhenItComes() {
    point("default", FIRST, 1);

    restart("default", 3);

    assertThat(registry.champion()).isNull();
    assertThat(registry.named()).contains(FIRST.hash());
    assertThat(counters.rejects(Reject.ARTIFACT_ABSENT)).isEqualTo(1);
    write(FIRST);
    assertThat(registry.champion().modelHash()).isEqualTo(FIRST.hash());
  }

  /** It says that it forecasts from one vector, and throws on a stream thread if it is asked to. */
  @Test
  void process_modelThatThrowsWithItsShortestWindow_isNotServed() {
    loader =
        artifact -> {
          Forecaster model = SmallArtifacts.load(artifact);
          return FakeForecaster.inPlaceOf(
              model,
              (window, output) -> {
                if (window.steps() < model.steps()) {
                  throw new IllegalArgumentException("a full window was expected");
                }
              });
        };
    restart("default", 3);

    write(FIRST);
    point("default", FIRST, 1);

    assertThat(counters.rejects(Reject.UNLOADABLE)).isEqualTo(1);
    assertThat(registry.champion()).isNull();
  }
}

package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.topic.StoreContract;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainDriver;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.retrain.RetrainTools;
import io.tplus1.topology.retrain.RetrainTopology;
import io.tplus1.topology.rows.RowKeeping;
import io.tplus1.topology.state.BeforeCommit;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.ForecastStores;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names of nodes and stores are the upgrade contract: changelogs and state directories are named
 * after them. Who changes this text owes a migration note.
 */
class TopologyDescriptionTest {

  private static String describe(Map<String, String> settings) {
    return forecasts(settings).describe().toString().stripTrailing();
  }

  private static Topology forecasts(Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    return ForecastTopology.build(
        ForecastPlan.of(configuration, configuration.schema()),
        configuration.registry(configuration.schema()),
        Clock.systemUTC(),
        new ForecastCounters(ForecastListener.NONE),
        RowKeeping.WITH_TASKS);
  }

  @Test
  void describe_forecastTopology_isAsItWas() {
    assertThat(describe(Map.of("features", "x")))
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: features (topics: [features])
                  --> decode
                Processor: decode (stores: [])
                  --> forecast, features-dlq
                  <-- features
                Processor: forecast (stores: [vectors, series, before-commit])
                  --> predictions, scores
                  <-- decode
                Sink: features-dlq (topic: features-dlq)
                  <-- decode
                Sink: predictions (topic: predictions)
                  <-- forecast
                Sink: scores (topic: scores)
                  <-- forecast""");
  }

  /** With whatever adds a node or a store. */
  private static final Map<String, String> ALL =
      Map.of(
          "features", "x,word",
          "categories", "word",
          "vocabulary.word", "a,b",
          "experts", "last,markov,rnn,stacked",
          "interval.pool", "true",
          "missing.fill", "last",
          "retrain.mode", "refresh");

  @Test
  void describe_everythingSwitchedOn_isAsItWas() {
    assertThat(describe(ALL))
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: features (topics: [features])
                  --> decode
                Processor: decode (stores: [])
                  --> forecast, features-dlq
                  <-- features
                Processor: forecast (stores: [vectors, series, before-commit, pool, contexts])
                  --> features-dlq, model-scores, predictions, scores, training-samples
                  <-- decode
                Sink: features-dlq (topic: features-dlq)
                  <-- decode, forecast
                Sink: model-scores (topic: model-scores)
                  <-- forecast
                Sink: predictions (topic: predictions)
                  <-- forecast
                Sink: scores (topic: scores)
                  <-- forecast
                Sink: training-samples (topic: training-samples)
                  <-- forecast""");
  }

  /** What is not logged is lost with the disk, and without the broker's time it is deleted. */
  @ParameterizedTest
  @ValueSource(strings = {"rocksdb", "memory"})
  void stores_everythingSwitchedOn_areLoggedByTheBrokersTime(String kind) {
    Map<String, String> settings = new HashMap<>(ALL);
    settings.put("window.store", kind);
    Configuration configuration = new Configuration(settings);

    Map<String, String> byKey =
        Map.of("message.timestamp.type", "LogAppendTime", "segment.bytes", "67108864");
    assertThat(changelogs(configuration))
        .containsOnly(
            entry(
                "vectors",
                Map.of("message.timestamp.type", "LogAppendTime", "cleanup.policy", "delete")),
            entry("series", byKey),
            entry("pool", byKey),
            entry("contexts", byKey))
        .containsOnlyKeys(
            ForecastStores.contracts(configuration.windows(), Optional.empty()).stream()
                .map(StoreContract::name)
                .toList());
  }

  /** Kafka Streams would put the store's own over it. */
  @Test
  void stores_sizeOfSegmentsSet_haveNoneOfTheirOwn() {
    Map<String, String> settings = new HashMap<>(ALL);
    settings.put("topic.segment.bytes", "16777216");

    assertThat(changelogs(new Configuration(settings)).values())
        .isNotEmpty()
        .allSatisfy(configs -> assertThat(configs).doesNotContainKey("segment.bytes"));
  }

  /** What the stores' changelogs are made with, by store. */
  private static Map<String, Map<String, String>> changelogs(Configuration configuration) {
    Map<String, Map<String, String>> changelogs = new HashMap<>();
    for (StoreBuilder<?> store :
        ForecastStores.builders(
            new ForecastLayout(configuration.schema(), ForecastSettings.of(configuration)),
            new BeforeCommit(),
            RowKeeping.WITH_TASKS,
            configuration.topics().segmentBytesSet())) {
      if (store.loggingEnabled()) {
        changelogs.put(store.name(), store.logConfig());
      }
    }
    return changelogs;
  }

  @Test
  void changelogs_sideTopology_areAsTheyWere() {
    try (RetrainDriver retrain = new RetrainDriver(RetrainDriver.REFRESH)) {
      retrain.samples(40, RetrainDriver.SLOW);

      assertThat(retrain.driver().producedTopicNames())
          .filteredOn(name -> name.endsWith("-changelog"))
          .containsExactlyInAnyOrder(
              "retrain-test-retrain-samples-changelog",
              "retrain-test-retrain-history-changelog",
              "retrain-test-retrain-learner-changelog");
    }
  }

  @Test
  void describe_topicsNamedOtherwise_changeNoNodeOrStore() {
    assertThat(
            describe(
                Map.of(
                    "features", "x",
                    "window.store", "memory",
                    "topics.features.name", "in",
                    "topics.predictions.name", "out")))
        .isEqualTo(
            describe(Map.of("features", "x"))
                .replace("topics: [features]", "topics: [in]")
                .replace("topic: predictions", "topic: out"));
  }

  private static Topology retraining() {
    Configuration configuration = new Configuration(Map.of("features", "x"));
    return RetrainTopology.build(
        RetrainPlan.of(configuration, configuration.schema(), Optional.empty()),
        new RetrainTools(null, null, null, null, null, null, new RetrainCounters()));
  }

  @Test
  void describe_sideTopology_isAsItWas() {
    assertThat(retraining().describe().toString().stripTrailing())
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: retrain-model-commands (topics: [model-commands])
                  --> retrain
                Source: retrain-model-scores (topics: [model-scores])
                  --> retrain
                Source: retrain-training-samples (topics: [training-samples])
                  --> retrain
                Processor: retrain (stores: [retrain-learner, retrain-history, retrain-samples])
                  --> retrain-model-events, retrain-models
                  <-- retrain-training-samples, retrain-model-scores, retrain-model-commands
                Sink: retrain-model-events (topic: model-events)
                  <-- retrain
                Sink: retrain-models (topic: models)
                  <-- retrain""");
  }

  /** By what a role reads and writes, its topics are made and its rights looked for. */
  @Test
  void topics_ofEachTopology_areWhatItsRoleReadsAndWrites() {
    assertRole(Role.FORECAST, forecasts(ALL));
    assertRole(Role.RETRAIN, retraining());
  }

  /** Models and events are read beside the topologies, too. */
  private static void assertRole(Role role, Topology topology) {
    List<TopologyDescription.Node> nodes =
        topology.describe().subtopologies().stream()
            .flatMap(subtopology -> subtopology.nodes().stream())
            .toList();
    assertThat(nodes)
        .filteredOn(TopologyDescription.Source.class::isInstance)
        .flatMap(node -> ((TopologyDescription.Source) node).topicSet())
        .isNotEmpty()
        .allMatch(role::reads, "is read by " + role);
    assertThat(nodes)
        .filteredOn(TopologyDescription.Sink.class::isInstance)
        .extracting(node -> ((TopologyDescription.Sink) node).topic())
        .containsExactlyInAnyOrderElementsOf(
            TopicContracts.load().all().stream()
                .map(TopicContract::id)
                .filter(role::writes)
                .toList());
  }
}

package io.tplus1.topology;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.ModelStore;
import io.tplus1.topology.models.ModelTools;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainDriver;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.retrain.RetrainTools;
import io.tplus1.topology.retrain.RetrainTopology;
import io.tplus1.topology.rows.RowKeeping;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Both topologies in one driver: what the one learns, the other forecasts with. */
class LearningTopologyTest {
  private static final Map<String, String> SETTINGS =
      with(
          REFRESH,
          "samples.rate=all",
          "time.max.ahead=off",
          "window.max.age=1h",
          "retrain.every.samples=20",
          "experts=last,linear,rnn",
          "linear.lags=1-3");

  @Test
  void process_streamWithALaw_learnsItAndForecastsWithTheChampion() {
    Run run = run();

    assertThat(run.predictions.get(20).status()).isEqualTo(ForecastStatus.NO_MODEL);
    List<String> hashes = run.predictions.stream().map(Prediction::model).distinct().toList();
    assertThat(hashes).hasSizeGreaterThan(3);
    List<String> promoted =
        run.events.stream()
            .filter(event -> event.kind() == ModelEvent.Kind.PROMOTED)
            .map(event -> event.hash().orElseThrow())
            .toList();
    // Every hash but persistence was promoted, in this order, between two vectors.
    assertThat(hashes.subList(1, hashes.size())).isEqualTo(promoted);
    Prediction last = run.predictions.get(run.predictions.size() - 1);
    assertThat(last.status()).isEqualTo(ForecastStatus.OK);
    assertThat(last.model()).isEqualTo(promoted.get(promoted.size() - 1));
  }

  @Test
  void process_sameStreamTwice_sameForecasts() {
    Run first = run();
    Run second = run();

    assertThat(second.events).isEqualTo(first.events);
    assertThat(second.predictions).hasSameSizeAs(first.predictions);
    for (int i = 0; i < first.predictions.size(); i++) {
      assertThat(second.predictions.get(i).model()).isEqualTo(first.predictions.get(i).model());
      assertThat(second.predictions.get(i).values()).isEqualTo(first.predictions.get(i).values());
    }
  }

  @Test
  void process_sampleTaken_saysOfWhichSchemaItIs() {
    int fingerprint = new Configuration(SETTINGS).schema().fingerprint();

    assertThat(run().samples)
        .hasSizeGreaterThan(200)
        .extracting(sample -> sample.headers().lastHeader("tplus1.schema").value())
        .containsOnly(ByteBuffer.allocate(4).putInt(fingerprint).array());
  }

  @Test
  void process_sampleTaken_namesTheExpertsWhoseForecastsItHolds() {
    String traced = String.join(",", Expert.names(new Configuration(SETTINGS).experts().traced()));

    assertThat(traced).isNotEmpty();
    assertThat(run().samples)
        .extracting(
            sample -> new String(sample.headers().lastHeader("tplus1.traced").value(), UTF_8))
        .containsOnly(traced);
  }

  private record Run(
      List<Prediction> predictions,
      List<ModelEvent> events,
      List<TestRecord<String, byte[]>> samples) {}

  private static Run run() {
    Configuration configuration = new Configuration(SETTINGS);
    FeatureSchema schema = configuration.schema();
    ModelRegistry registry = configuration.registry(schema);
    Topology topology =
        ForecastTopology.build(
            ForecastPlan.of(configuration, schema),
            registry,
            Clock.fixed(RetrainDriver.START, ZoneOffset.UTC),
            new ForecastCounters(ForecastListener.NONE),
            RowKeeping.WITH_TASKS);
    ModelStore.addTo(
        topology,
        "models",
        true,
        ModelTools.of(
            configuration.modelName(), registry, new RnnModelLoader(), new ModelCounters()));
    RetrainTopology.addTo(
        topology,
        RetrainPlan.ofReplay(configuration, schema),
        new RetrainTools(
            new RnnLearning(),
            new RnnTrainer(),
            new RnnModelLoader(),
            Runnable::run,
            () -> 0,
            nanos -> {},
            new RetrainCounters()));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "both");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    try (TopologyTestDriver driver =
        new TopologyTestDriver(topology, properties, RetrainDriver.START)) {
      TestInputTopic<byte[], byte[]> features =
          driver.createInputTopic("features", new ByteArraySerializer(), new ByteArraySerializer());
      for (int t = 0; t < 250; t++) {
        String json = "{\"features\":[%s]}".formatted(20 + 5 * Math.sin(.5 * t));
        features.pipeInput(
            "one".getBytes(UTF_8),
            json.getBytes(UTF_8),
            RetrainDriver.START.toEpochMilli() + 1_000L * t);
      }
      return new Run(
          driver
              .createOutputTopic(
                  "predictions",
                  new StringDeserializer(),
                  new PredictionSerde(schema).deserializer())
              .readValuesToList(),
          driver
              .createOutputTopic(
                  "model-events", new StringDeserializer(), new ByteArrayDeserializer())
              .readValuesToList()
              .stream()
              .map(ModelEventSerde::read)
              .toList(),
          driver
              .createOutputTopic(
                  "training-samples", new StringDeserializer(), new ByteArrayDeserializer())
              .readRecordsToList());
    }
  }
}

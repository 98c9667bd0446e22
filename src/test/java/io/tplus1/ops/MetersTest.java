package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.SmallArtifacts;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.ModelStore;
import io.tplus1.topology.models.ModelTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetersTest {
  @TempDir Path directory;

  /** Alerts print the reasons, the log and runbooks name the events. */
  @Test
  void events_thatAreCounted_areOnThePage() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("project.root", ""), "src/site/metrics.md"));
    // Those two are rows of their own.
    Set<ForecastCounters.Event> apart =
        EnumSet.of(ForecastCounters.Event.INTERVALS, ForecastCounters.Event.COVERED);

    assertThat(
            Stream.concat(
                EnumSet.complementOf(EnumSet.copyOf(apart)).stream(),
                Arrays.stream(ModelCounters.Reject.values())))
        .allSatisfy(
            label -> assertThat(page).contains("`" + label.name().toLowerCase(Locale.ROOT) + "`"));
  }

  @Test
  void bindModels_recordsOfModels_areCountedByWhatBecameOfThem() {
    Configuration configuration =
        new Configuration(Map.of("features", "x", "window.steps", "3", "experts", "last,rnn"));
    ModelCounters counters = new ModelCounters();
    Topology topology = new Topology();
    ModelStore.addTo(
        topology,
        "models",
        true,
        ModelTools.of(
            configuration.modelName(),
            configuration.registry(configuration.schema()),
            SmallArtifacts::load,
            counters));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "meters-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    ModelArtifact artifact = SmallArtifacts.of(configuration.schema(), 3, 1, "1");
    try (Meters meters = new Meters(RecordingLevel.INFO);
        TopologyTestDriver driver = new TopologyTestDriver(topology, properties)) {
      meters.bindModels(counters);
      TestInputTopic<String, byte[]> models =
          driver.createInputTopic("models", new StringSerializer(), new ByteArraySerializer());

      models.pipeInput(ModelKeys.artifact(artifact.hash()), artifact.toBytes());
      models.pipeInput(ModelKeys.champion("default"), pointer(artifact));
      models.pipeInput(ModelKeys.champion("other"), pointer(artifact));
      models.pipeInput("no key of ours", new byte[1]);

      String scrape =
          new String(meters.scrape(new Call("/metrics", Map.of(), new byte[0])).body(), UTF_8);
      assertThat(scrape)
          .contains("tplus1_model_records_total{event=\"artifact_kept\"} 1.0\n")
          .contains("tplus1_model_records_total{event=\"served\"} 1.0\n")
          .contains("tplus1_model_records_total{event=\"other_model\"} 1.0\n")
          .contains("tplus1_model_records_total{event=\"deleted\"} 0.0\n")
          .contains("tplus1_model_rejects_total{reason=\"unknown_key\"} 1.0\n");
    }
  }

  @Test
  void bindForecasts_numbersOfAnInstance_areInRowsOfTheirOwn() {
    LiveSeries live = new LiveSeries(FeatureSchema.ofNumbers("a", "b"), 64, Duration.ofHours(1));
    live.forecast(0, LiveSeriesTest.prediction("s", 1));
    live.forecast(0, LiveSeriesTest.prediction("t", 2));
    live.cameTo(0, 2);
    EventStreams streams =
        new EventStreams(
            1,
            key -> {
              throw new Refusal(404, "no such series");
            });
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      meters.bindForecasts(() -> 5, live, () -> 7, streams);

      assertThat(
              new String(meters.scrape(new Call("/metrics", Map.of(), new byte[0])).body(), UTF_8))
          .contains("\ntplus1_lag_records 5.0\n")
          .contains("\ntplus1_series 7.0\n")
          .contains("\ntplus1_series_live 2.0\n")
          .contains("\ntplus1_live_streams 0.0\n");
    } finally {
      streams.close();
    }
  }

  /** By which an alert tells a champion that is missed from one that nobody asks. */
  @ParameterizedTest
  @CsvSource({"rnn, 1.0", "'last,rnn', 1.0", "'last,linear', 0.0"})
  void bindWished_experts_tellWhetherANetworkIsAsked(String experts, String wished) {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      meters.bindWished(
          new Configuration(Map.of("features", "x", "experts", experts, "interval.coverage", "0.7"))
              .experts());

      assertThat(
              new String(meters.scrape(new Call("/metrics", Map.of(), new byte[0])).body(), UTF_8))
          .contains("\ntplus1_network_wished " + wished + "\n")
          .contains("\ntplus1_interval_coverage_wished 0.7\n");
    }
  }

  @Test
  void scrape_storesOfTasksThatComeAndGo_eachThatIsThereHasItsRow() throws Exception {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (Meters meters = new Meters(RecordingLevel.INFO);
        Client kafka = new Client();
        Metrics metrics = new Metrics();
        // Binds what a client of Kafka measures as that of Kafka Streams is bound.
        KafkaClientMetrics binder =
            new KafkaClientMetrics(kafka, Tags.empty(), scheduler, Duration.ofMillis(10))) {
      MetricName left = size(metrics, kafka, "0_0", "rocksdb", "series", 1);
      size(metrics, kafka, "0_0", "in-memory", "vectors", 2);
      size(metrics, kafka, "0_1", "rocksdb", "series", 3);
      size(metrics, kafka, "0_1", "in-memory", "vectors", 4);
      binder.bindTo(meters.registry());
      assertThat(sizes(meters))
          .containsExactlyInAnyOrder(
              row("0_0", "series", 1),
              row("0_0", "vectors", 2),
              row("0_1", "series", 3),
              row("0_1", "vectors", 4));

      scheduler
          .submit(
              () -> {
                kafka.measured.remove(left);
                size(metrics, kafka, "0_2", "rocksdb", "series", 5);
              })
          .get();

      await()
          .untilAsserted(
              () ->
                  assertThat(sizes(meters))
                      .containsExactlyInAnyOrder(
                          row("0_0", "vectors", 2),
                          row("0_1", "series", 3),
                          row("0_1", "vectors", 4),
                          row("0_2", "series", 5)));
    } finally {
      scheduler.shutdownNow();
    }
  }

  /** Two thirds of what there is of a store, and 0 or NaN unless Kafka Streams measure it. */
  @ParameterizedTest
  @CsvSource({"INFO, 1", "DEBUG, 4", "TRACE, 4"})
  void scrape_whatKafkaMeasuresOfStoresInDetail_isThereFromDebugOn(RecordingLevel level, int rows) {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (Meters meters = new Meters(level);
        Client kafka = new Client();
        Metrics metrics = new Metrics();
        KafkaClientMetrics binder =
            new KafkaClientMetrics(kafka, Tags.empty(), scheduler, Duration.ofSeconds(5))) {
      for (String name : List.of("size", "put-rate", "put-latency-avg", "bytes-read-total")) {
        measure(metrics, kafka, name, "0_0", "rocksdb", "series", 1);
      }
      binder.bindTo(meters.registry());

      assertThat(meters.registry().scrape().lines())
          .filteredOn(line -> line.startsWith("kafka_stream_state_"))
          .hasSize(rows);
    } finally {
      scheduler.shutdownNow();
    }
  }

  /** Also from INFO on, and under names that begin as those of stores do. */
  @Test
  void scrape_whatKafkaMeasuresOfRestoring_isThereAtInfo() {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (Meters meters = new Meters(RecordingLevel.INFO);
        Client kafka = new Client();
        Metrics metrics = new Metrics();
        KafkaClientMetrics binder =
            new KafkaClientMetrics(kafka, Tags.empty(), scheduler, Duration.ofSeconds(5))) {
      MetricName name =
          metrics.metricName(
              "restore-records-rate",
              "stream-state-updater-metrics",
              "",
              Map.of("thread-id", "thread"));
      metrics.addMetric(name, (Gauge<Double>) (config, nowMillis) -> 7.0);
      kafka.measured.put(name, metrics.metric(name));
      binder.bindTo(meters.registry());

      assertThat(meters.registry().scrape())
          .contains(
              "kafka_stream_state_updater_restore_records_rate{kafka_version=\"unknown\",thread_id=\"thread\"}"
                  + " 7.0\n");
    } finally {
      scheduler.shutdownNow();
    }
  }

  /** As nanoseconds, six of these delays are more than a long holds. */
  @Test
  void scrape_recordsOfLongAgo_theirDelaysAddUp() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Happenings happenings = happenings(meters);
      for (int i = 0; i < 1_000; i++) {
        happenings.processed(0, 1, 158_000_000_000L, 1_700_000_000_000L, 1);
      }
      happenings.processed(0, 1, 1_700_000_000_000L, 1_700_000_000_250L, 1);

      assertThat(meters.registry().scrape())
          .contains("tplus1_emission_delay_seconds_bucket{le=\"0.25\"} 1\n")
          .contains("tplus1_emission_delay_seconds_bucket{le=\"60.0\"} 1\n")
          .contains("tplus1_emission_delay_seconds_bucket{le=\"+Inf\"} 1001\n")
          .contains("tplus1_emission_delay_seconds_sum 61000.25\n");
    }
  }

  /** The sum is of nanoseconds in a long, and turned negative. */
  @Test
  void scrape_moreRecordsOfLongAgoThanTheSumBears_onlyThoseOfNowAreCounted() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Happenings happenings = happenings(meters);
      happenings.delay().record(9_000_000_000L, TimeUnit.SECONDS);

      happenings.processed(0, 1, 158_000_000_000L, 1_700_000_000_000L, 1);
      happenings.processed(0, 1, 1_700_000_000_000L, 1_700_000_004_000L, 1);

      assertThat(meters.registry().scrape())
          .contains("tplus1_emission_delay_seconds_bucket{le=\"10.0\"} 1\n")
          .contains("tplus1_emission_delay_seconds_count 2\n")
          .contains("tplus1_emission_delay_seconds_sum 9.000000004E9\n");
    }
  }

  private static Happenings happenings(Meters meters) {
    return new Happenings(
        FeatureSchema.ofNumbers("x"),
        16,
        Duration.ofHours(1),
        meters.registry(),
        Clock.systemUTC());
  }

  /** A client that measures what it is told to; it never sends. */
  private static final class Client extends KafkaProducer<byte[], byte[]> {
    final Map<MetricName, Metric> measured = new ConcurrentHashMap<>();

    Client() {
      super(
          Map.of("bootstrap.servers", "127.0.0.1:1"),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
      return measured;
    }
  }

  /** Adds what Kafka Streams measures of a store: the name of the store's tag tells its kind. */
  private static MetricName size(
      Metrics metrics, Client kafka, String task, String kind, String store, double value) {
    return measure(metrics, kafka, "size", task, kind, store, value);
  }

  private static MetricName measure(
      Metrics metrics,
      Client kafka,
      String what,
      String task,
      String kind,
      String store,
      double value) {
    MetricName name =
        metrics.metricName(
            what,
            "stream-state-metrics",
            "",
            Map.of("thread-id", "thread", "task-id", task, kind + "-state-id", store));
    metrics.addMetric(name, (Gauge<Double>) (config, nowMillis) -> value);
    kafka.measured.put(name, metrics.metric(name));
    return name;
  }

  private static String row(String task, String store, double value) {
    return "kafka_stream_state_size{kafka_version=\"unknown\",store=\"%s\",task_id=\"%s\",thread_id=\"thread\"} %s"
        .formatted(store, task, value);
  }

  private static List<String> sizes(Meters meters) {
    return meters
        .registry()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("kafka_stream_state_size{"))
        .toList();
  }

  private static byte[] pointer(ModelArtifact champion) {
    ModelPointer pointer = new ModelPointer(champion.hash(), List.of(), false, 1, "why");
    return new ModelPointerSerde().serializer().serialize("models", pointer);
  }
}

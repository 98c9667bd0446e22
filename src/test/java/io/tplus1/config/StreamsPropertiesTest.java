package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.SampleSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the clients get, once Kafka Streams has put its own in. */
class StreamsPropertiesTest {
  private static Configuration configuration(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.put("features", "a,b");
    settings.put("bootstrap.servers", "localhost:9092");
    settings.put("application.id", "app");
    return new Configuration(settings);
  }

  /** Settings in backticks, Kafka's default, ours, and why. */
  private static final Pattern ROW = Pattern.compile("\\| (`.+?`) \\| (.+?) \\| (.+?) \\| .+ \\|");

  private static final String BY_NEED = "by need";

  /** The table of recovery.md: a value for each setting. */
  private static Map<String, String> documented() throws Exception {
    String page =
        Files.readString(Path.of(System.getProperty("project.root", ""), "src/site/recovery.md"));
    String section = page.substring(page.indexOf("## What tplus1 sets"));
    Matcher rows = ROW.matcher(section.substring(0, section.indexOf("\n## ")));
    Map<String, String> values = new TreeMap<>();
    while (rows.find()) {
      String[] names = rows.group(1).replace("`", "").split(", ", -1);
      if (rows.group(2).equals(rows.group(3))) {
        continue; // Told, since it is worth knowing, and left to Kafka.
      }
      String ours = rows.group(3).replace("`", "").replaceAll(" \\(.*", "");
      String[] each = ours.split(", ", -1);
      boolean byNeed = ours.startsWith("random") || ours.startsWith("as ");
      for (int i = 0; i < names.length; i++) {
        values.put(names[i], byNeed ? BY_NEED : each[i]);
      }
    }
    return values;
  }

  @Test
  void forecast_nothingSet_isWhatRecoveryMdSays() throws Exception {
    Map<String, String> shipped = new TreeMap<>();
    Properties forecast = StreamsProperties.forecast(configuration(Map.of()), "me");
    forecast.stringPropertyNames().forEach(name -> shipped.put(name, forecast.getProperty(name)));
    shipped
        .keySet()
        .removeAll(
            Set.of(
                "bootstrap.servers",
                "application.id",
                // What the page says in words.
                "application.server",
                "global.consumer.isolation.level",
                // What is Kafka's next default, and changes nothing.
                StreamsProperties.HANDLES_GLOBAL_ERRORS,
                "main.consumer." + StreamsProperties.HANDLES_GLOBAL_ERRORS));
    for (String name :
        List.of("producer.max.request.size", "producer.buffer.memory", "group.instance.id")) {
      shipped.replace(name, BY_NEED);
    }

    assertThat(shipped).isEqualTo(documented());
  }

  @Test
  void forecast_anyGuarantee_readsModelsCommittedAlone() {
    for (String guarantee : new String[] {"exactly_once_v2", "at_least_once"}) {
      Configuration configuration =
          configuration(
              Map.of(
                  "processing.guarantee", guarantee,
                  "isolation.level", "read_uncommitted",
                  "global.consumer.isolation.level", "read_uncommitted"));

      StreamsConfig config = new StreamsConfig(StreamsProperties.forecast(configuration, "me"));

      assertThat(config.getGlobalConsumerConfigs("client"))
          .containsEntry("isolation.level", "read_committed");
    }
  }

  /** What is set for one consumer would go before what Kafka Streams see to for all of theirs. */
  @Test
  void exactlyOnce_whateverIsSetForWhichConsumer_readsWhatIsCommitted() {
    Map<String, String> all = new TreeMap<>();
    for (String client : List.of("", "consumer.", "main.consumer.", "restore.consumer.")) {
      all.put(client + "isolation.level", "read_uncommitted");
    }
    Properties forecast = StreamsProperties.forecast(configuration(all), "me");
    all.put("processing.guarantee", "at_least_once");
    Properties retrain = StreamsProperties.retrain(configuration(all), "me");
    StreamsConfig atLeastOnce =
        new StreamsConfig(StreamsProperties.forecast(configuration(all), "me"));

    for (Properties exactlyOnce : List.of(forecast, retrain)) {
      StreamsConfig config = new StreamsConfig(exactlyOnce);
      assertThat(config.getMainConsumerConfigs("group", "client", 1))
          .containsEntry("isolation.level", "read_committed");
      assertThat(config.getRestoreConsumerConfigs("client"))
          .containsEntry("isolation.level", "read_committed");
    }
    assertThat(atLeastOnce.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("isolation.level", "read_uncommitted");
  }

  /** An aborted vector is none, and what an aborted commit left in a changelog is no state. */
  @Test
  void forecast_atLeastOnce_readsVectorsAndChangelogsCommittedUnlessSetOtherwise() {
    Map<String, String> atLeastOnce = Map.of("processing.guarantee", "at_least_once");
    Map<String, String> all =
        Map.of("processing.guarantee", "at_least_once", "isolation.level", "read_uncommitted");
    StreamsConfig shipped =
        new StreamsConfig(StreamsProperties.forecast(configuration(atLeastOnce), "me"));
    StreamsConfig set = new StreamsConfig(StreamsProperties.forecast(configuration(all), "me"));

    assertThat(shipped.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("isolation.level", "read_committed");
    assertThat(shipped.getRestoreConsumerConfigs("client"))
        .containsEntry("isolation.level", "read_committed");
    assertThat(set.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("isolation.level", "read_uncommitted");
  }

  @ParameterizedTest
  @CsvSource({
    "linger.ms, 5",
    "max.poll.interval.ms, 70000",
    "consumer.max.poll.interval.ms, 80000",
    "main.consumer.max.poll.interval.ms, 90000"
  })
  void maxPollInterval_anyName_isThatOfTheMainConsumer(String setting, String value) {
    Configuration configuration = configuration(Map.of(setting, value));
    Properties properties = StreamsProperties.forecast(configuration, "me");
    Map<String, Object> consumer =
        new StreamsConfig(properties).getMainConsumerConfigs("group", "client", 1);
    Object expected =
        consumer.getOrDefault(
            "max.poll.interval.ms",
            ConsumerConfig.configDef().defaultValues().get("max.poll.interval.ms"));

    assertThat(StreamsProperties.maxPollInterval(configuration))
        .hasMillis(Long.parseLong(expected.toString()));
  }

  @Test
  void forecast_requests_holdTheLargestDeadLetterAndTheLargestSample() {
    assertThat(maxRequestSize("dead.letter.max.bytes", "100000"))
        .isGreaterThanOrEqualTo(SampleSerde.MAX_BYTES + 65_536);
    assertThat(maxRequestSize("dead.letter.max.bytes", "3000000")).isEqualTo(3_065_536);
    assertThat(maxRequestSize("producer.max.request.size", "5000000")).isEqualTo(5_000_000);
  }

  private static int maxRequestSize(String setting, String value) {
    Properties properties = StreamsProperties.forecast(configuration(Map.of(setting, value)), "me");
    Object size =
        new StreamsConfig(properties).getProducerConfigs("client").get("max.request.size");
    return Integer.parseInt(size.toString());
  }

  @Test
  void linger_inTransactions_isUntilTheCommit() {
    Configuration once = configuration(Map.of());
    Configuration atLeastOnce =
        configuration(Map.of("processing.guarantee", "at_least_once", "retrain.mode", "refresh"));

    assertThat(linger(StreamsProperties.forecast(once, "me"))).isEqualTo("100");
    assertThat(linger(StreamsProperties.forecast(atLeastOnce, "me"))).isEqualTo("5");
    assertThat(linger(StreamsProperties.retrain(atLeastOnce, "me"))).isEqualTo("100");
  }

  private static Object linger(Properties properties) {
    return new StreamsConfig(properties).getProducerConfigs("client").get("linger.ms");
  }

  /** As README says: under Kafka's own names, settings take the place of what is shipped. */
  @Test
  void forecast_producersSettingNamedForAllClients_takesThePlaceOfTheShippedOne() {
    Configuration configuration =
        configuration(
            Map.of(
                "linger.ms", "50",
                "batch.size", "1000",
                "producer.batch.size", "2000",
                "transaction.timeout.ms", "60000"));
    StreamsConfig config = new StreamsConfig(StreamsProperties.forecast(configuration, "me"));

    assertThat(config.getProducerConfigs("client"))
        .containsEntry("linger.ms", "50")
        .containsEntry("batch.size", "2000")
        .containsEntry("transaction.timeout.ms", "60000");
    assertThat(
            new StreamsConfig(StreamsProperties.retrain(configuration, "me"))
                .getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "60000");
  }

  /**
   * Kafka's check reads the producer's own alone, and would hold its default against the commits.
   */
  @Test
  void forecast_transactionsNamedForAllClients_areHeldAgainstTheCommits() {
    assertThat(commits("60000", "15000").getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "60000");
    assertThatThrownBy(() -> commits("3000", "5000"))
        .hasMessageContaining("3000")
        .hasMessageContaining("5000");
  }

  private static StreamsConfig commits(String timeoutMs, String intervalMs) {
    Configuration configuration =
        configuration(
            Map.of("transaction.timeout.ms", timeoutMs, "commit.interval.ms", intervalMs));
    return new StreamsConfig(StreamsProperties.forecast(configuration, "me"));
  }

  /** Else threads, logs and metrics of a process that does both would have one name. */
  @Test
  void retrain_clientIdSet_isAnotherThanTheForecasts() {
    Configuration configuration = configuration(Map.of("client.id", "app"));

    assertThat(StreamsProperties.forecast(configuration, "me")).containsEntry("client.id", "app");
    assertThat(StreamsProperties.retrain(configuration, "me"))
        .containsEntry("client.id", "app-retrain");
  }

  @Test
  void retrain_transactions_mayTakeLongAndHoldTheLargestArtifact() {
    Map<String, Object> producer =
        new StreamsConfig(StreamsProperties.retrain(configuration(Map.of()), "me"))
            .getProducerConfigs("client");

    assertThat(producer).containsEntry("transaction.timeout.ms", "30000");
    assertThat(Integer.parseInt(producer.get("max.request.size").toString()))
        .isGreaterThan(ModelArtifact.MAX_BYTES);
    assertThat(Long.parseLong(producer.get("buffer.memory").toString()))
        .isGreaterThan(ModelArtifact.MAX_BYTES);
  }

  /** Nor does what suits the forecasts without transactions keep its producer from having them. */
  @ParameterizedTest
  @ValueSource(strings = {"at_least_once", "at_least_once ", "at_least_once\r"})
  void retrain_forecastsAtLeastOnce_isExactlyOnceAllTheSame(String guarantee) {
    Properties properties =
        StreamsProperties.retrain(
            configuration(
                Map.of(
                    "processing.guarantee", guarantee,
                    "commit.interval.ms", "60000",
                    "acks", "1",
                    "producer.enable.idempotence", "false",
                    "producer.max.in.flight.requests.per.connection", "10",
                    "retries", "0")),
            "me");
    StreamsConfig config = new StreamsConfig(properties);
    Map<String, Object> producer = config.getProducerConfigs("client");
    producer.put("transactional.id", "id");

    assertThat(config.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
    assertThat(config.getLong("commit.interval.ms")).isEqualTo(100);
    // They are such that a producer takes them.
    new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer())
        .close(Duration.ZERO);
  }

  @Test
  void retrain_application_isItsOwn() {
    Configuration configuration =
        configuration(Map.of("state.dir", "/data/state", "num.stream.threads", "4"));

    Properties forecast = StreamsProperties.forecast(configuration, "one");
    Properties retrain = StreamsProperties.retrain(configuration, "two");

    assertThat(forecast)
        .containsEntry("application.id", "app-forecast")
        .containsEntry("state.dir", "/data/state")
        .containsEntry("group.instance.id", "one")
        .containsEntry("num.stream.threads", "4");
    assertThat(retrain)
        .containsEntry("application.id", "app-retrain")
        .containsEntry("state.dir", "/data/state/retrain")
        .containsEntry("group.instance.id", "two")
        .containsEntry("num.stream.threads", "1");
    assertThat(StreamsProperties.retrainStateDir(configuration(Map.of())))
        .isEqualTo(Path.of(StreamsProperties.STATE_DIR, "retrain"));
  }

  /** Kafka Streams takes 0 and -2, and runs, with nobody there to read a vector. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "-2"})
  void forecast_noStreamThread_isRefused(String threads) {
    Configuration configuration = configuration(Map.of("num.stream.threads", threads));

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> StreamsProperties.forecast(configuration, "i"))
        .withMessageContaining("Invalid value " + threads + " for configuration num.stream.threads")
        .withMessageContaining("nothing is forecast");
    assertThat(StreamsProperties.retrain(configuration, "i"))
        .containsEntry("num.stream.threads", "1");
  }

  /** What the producer itself refuses stops the application, and again at each start. */
  @ParameterizedTest
  @CsvSource({
    "max.request.size, 1048576, dead.letter.max.bytes",
    "producer.buffer.memory, 1000000, dead.letter.max.bytes"
  })
  void forecast_producerSmallerThanADeadLetter_isRefused(String name, String value, String what) {
    Configuration configuration = configuration(Map.of(name, value));

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> StreamsProperties.forecast(configuration, "i"))
        .withMessageContaining(name)
        .withMessageContaining(what);
  }

  @Test
  void forecast_largeDeadLetters_fitIntoTheProducersMemory() {
    Configuration configuration = configuration(Map.of("dead.letter.max.bytes", "50000000"));

    assertThat(
            Long.parseLong(
                StreamsProperties.forecast(configuration, "i")
                    .getProperty("producer.buffer.memory")))
        .isGreaterThanOrEqualTo(100_000_000);
  }

  /** As Kafka Streams itself reads and refuses them. */
  @Test
  void recordingLevel_blankAroundIt_isReadAndAWrongOneIsNamed() {
    assertThat(
            StreamsProperties.recordingLevel(
                configuration(Map.of("metrics.recording.level", "DEBUG "))))
        .isEqualTo(RecordingLevel.DEBUG);
    assertThat(StreamsProperties.recordingLevel(configuration(Map.of())))
        .isEqualTo(RecordingLevel.INFO);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                StreamsProperties.recordingLevel(
                    configuration(Map.of("metrics.recording.level", "VERBOSE"))))
        .withMessageContaining("VERBOSE for configuration metrics.recording.level")
        .withMessageContaining("INFO, DEBUG, TRACE");
  }

  /** As Compose fills in a variable that nobody set. */
  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void stateDir_empty_isTheUsualOne(String empty) {
    Configuration configuration = configuration(Map.of("state.dir", empty));

    assertThat(StreamsProperties.stateDir(configuration)).isEqualTo(Path.of("tplus1-data/state"));
    assertThat(StreamsProperties.forecast(configuration, "me"))
        .containsEntry("state.dir", "tplus1-data/state");
  }
}

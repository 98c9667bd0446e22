package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.TestSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

  static Configuration configuration(String... settings) {
    return new Configuration(TestSettings.with(Map.of("features", "lat,long"), settings));
  }

  static void assertRefused(String message, String... settings) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration(settings))
        .withMessageContaining(message);
  }

  @Test
  void constructor_featuresAlone_hasTheDocumentedDefaults() {
    Configuration configuration = configuration();

    assertThat(configuration.schema()).isEqualTo(FeatureSchema.ofNumbers("lat", "long"));
    assertThat(configuration.windows())
        .isEqualTo(
            new WindowSettings(
                24,
                1,
                24,
                Duration.ofDays(7),
                Duration.ofDays(1),
                Duration.ofDays(8),
                Optional.empty(),
                false,
                1_000_000,
                0.4,
                64 << 20));
    assertThat(configuration.vectorFormat(configuration.schema()))
        .isEqualTo(
            new VectorFormat(
                configuration.schema(),
                TimeSource.AUTO,
                "timestamp",
                false,
                MissingValues.NONE,
                Optional.empty()));
    assertThat(configuration.timeMaxAhead()).contains(Duration.ofHours(1));
    assertThat(configuration.forecastApplicationId()).isEqualTo("tplus1-forecast");
    assertThat(configuration.modelFile()).isEmpty();
    assertThat(configuration.topics().create()).isTrue();
    assertThat(configuration.topics().departures().get("scores"))
        .isEqualTo(new TopicSettings.Departure("scores", Optional.empty(), Optional.empty()));
    assertThat(configuration.kafka()).isEmpty();
  }

  @Test
  void constructor_everyForecastSetting_isParsed() {
    Configuration configuration =
        configuration(
            "features", "lat , long,status",
            "categories", "status",
            "vocabulary.status", " storm, hurricane ",
            "inputs", "status,lat",
            "targets", "long",
            "features.extra", "ignore",
            "time.source", "field",
            "time.field", "at",
            "time.max.ahead", "off",
            "window.steps", "3",
            "window.max.age", "2d",
            "max.lateness", "0s",
            "window.retention", "109575d",
            "history.minimum", "2",
            "forecast.horizon", "5",
            "step.interval", "6h",
            "window.store", "memory",
            "window.heap.series", "7",
            "topics.features-dlq.name", "letters",
            "topics.scores.partitions", "4",
            "topics.scores.replication", "-1",
            "topics.create", "false",
            "train.hidden", "8,4",
            "model.file", "some/model.zip",
            "bootstrap.servers", "a:1,b:2");
    FeatureSchema schema = configuration.schema();

    assertThat(schema)
        .isEqualTo(
            new FeatureSchema(
                List.of(
                    Feature.number("lat"),
                    Feature.number("long"),
                    Feature.category("status", List.of("storm", "hurricane"))),
                List.of(2, 0),
                List.of(1)));
    assertThat(configuration.vectorFormat(schema))
        .isEqualTo(
            new VectorFormat(
                schema, TimeSource.FIELD, "at", true, MissingValues.NONE, Optional.empty()));
    assertThat(configuration.timeMaxAhead()).isEmpty();
    assertThat(configuration.windows())
        .isEqualTo(
            new WindowSettings(
                3,
                5,
                2,
                Duration.ofDays(2),
                Duration.ZERO,
                Duration.ofDays(109_575),
                Optional.of(Duration.ofHours(6)),
                true,
                7,
                0.4,
                64 << 20));
    assertThat(configuration.topics().name("features-dlq")).isEqualTo("letters");
    assertThat(configuration.topics().create()).isFalse();
    assertThat(configuration.topics().departures().get("scores"))
        .isEqualTo(new TopicSettings.Departure("scores", Optional.of(4), Optional.of(-1)));
    assertThat(configuration.training().hidden()).containsExactly(8, 4);
    assertThat(configuration.modelFile()).contains(Path.of("some/model.zip"));
    assertThat(configuration.bootstrapServers()).isEqualTo("a:1,b:2");
  }

  @Test
  void constructor_noFeatures_isRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new Configuration(Map.of()))
        .withMessageContaining("\"features\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "features|``|at least one feature",
        "features|a,,b|must not be blank",
        "features|a,b,a|'a' twice",
        "features|timestamp,b|'timestamp' has a meaning of its own in records",
        "features|features|'features' has a meaning of its own in records",
        "categories|wind|'wind' is not in features [lat, long]",
        "inputs|lat,wind|'wind' is not in features [lat, long]",
        "targets|wind|'wind' is not in features [lat, long]",
        "inputs|lat,lat|inputs must name each feature once",
        "targets|long,long|targets must name each feature once",
        "vocabulary.lat|a,b|'lat' is not in categories []",
        "vocabulary.lon|a,b|'lon' is not in categories []",
        "features.extra|drop|must be one of: reject, ignore",
        "time.source|clock|must be one of: auto, field, record",
        "time.field|features|must not be 'features'",
        "time.field|``|must be non-empty",
        "time.max.ahead|soon|or auto, or off",
        "topic.features.name|sensors|Did you mean 'topics.features.name'",
        "time.max.ahead|``|or off",
        "window.steps|0|at least 1",
        "window.steps|two|Not a number",
        "window.max.age|0s|must be longer than zero",
        "window.max.age|``|a duration was expected",
        "max.lateness|``|a duration was expected",
        "max.lateness|later|a duration was expected",
        "window.max.age|4000000d|at most 3650000d",
        "history.minimum|-1|at least 0",
        "forecast.horizon|0|at least 1",
        "forecast.horizon|448|no more than 447",
        "step.interval|0s|must be longer than zero",
        "step.interval|x|a duration was expected",
        "csv.time.step|0s|must be longer than zero",
        "window.store|disk|must be one of: rocksdb, memory",
        "window.heap.series|0|at least 1",
        "topics.scores.name|``|at most 249 of a-z",
        "topics.scores.name|my topic|at most 249 of a-z",
        "topics.scores.name|..|at most 249 of a-z",
        "application.id|``|at most 200 of a-z",
        "application.id|my app|at most 200 of a-z",
        "application.id|vorhersage-für-a|at most 200 of a-z",
        "topics.scores.name|predictions|'predictions' is the name of two topics",
        "topics.features-dlq.name|features|'features' is the name of two topics",
        "topics.scores.replication|-2|at least -1",
        "topics.scores.replication|32768|no more than 32767",
        "topics.models.partitions|3|leave it out",
        "topics.models.partitions|-1|leave it out",
        "model.name|``|1 to 1000 bytes",
        "train.hidden|8,x|whole numbers are expected",
        "train.cell|gru|must be one of: simple_rnn, lstm",
        "train.validation|0.95|no more than 0.9",
        "train.epochs|0|at least 1",
        "linear.ridge|1e7|no more than 1000000",
        "joint.huber|1e7|no more than 1000000",
        "series.scale.steps|65537|no more than 65536",
      })
  void constructor_wrongValue_isRefusedWithSettingAndExpectation(
      String setting, String value, String expected) {
    assertRefused(expected, setting, value);
    assertRefused(setting.startsWith("vocabulary") ? "vocabulary" : setting, setting, value);
  }

  @Test
  void schema_categoryWithoutWords_takesThemFromTheModel() {
    Configuration configuration = configuration("features", "lat,s", "categories", "s");

    assertThat(configuration.needsVocabulary()).isTrue();
    assertThat(configuration.schema(Map.of("s", List.of("w"))).feature(1))
        .isEqualTo(Feature.category("s", List.of("w")));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(configuration::schema)
        .withMessageContaining("Category 's' has no words: set vocabulary.s=word,word,…")
        .withMessageContaining("model.file");
  }

  /** These mistakes must not wait until a model has brought the words. */
  @Test
  void constructor_categoryWithoutWords_checksInputsAndTargetsAllTheSame() {
    assertRefused("'wind' is not in features", "categories", "lat", "targets", "wind");
    assertRefused("inputs must name each feature once", "categories", "lat", "inputs", "lat,lat");
  }

  @Test
  void bootstrapServers_absent_isRefusedWithAnExample() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration().bootstrapServers())
        .withMessageContaining("bootstrap.servers is not set")
        .withMessageContaining("localhost:9092");
  }

  @ParameterizedTest
  @CsvSource({
    "window.step, window.steps",
    "windows.steps, window.steps",
    "feature, features",
    "procesing.guarantee, processing.guarantee",
    "topics.score.name, topics.scores.name",
    "bootstrap.server, bootstrap.servers",
    "consumer.max.poll.record, consumer.max.poll.records",
    "main.consumer.fetch.max.byte, main.consumer.fetch.max.bytes",
    "producer.linger.m, producer.linger.ms",
    "ssl.truststore.locaton, ssl.truststore.location",
    "sasl.mechanisms, sasl.mechanism",
    "topic.min.insync.replica, topic.min.insync.replicas",
    "consumer.num.stream.threads, num.stream.threads",
    "producer.commit.interval.ms, commit.interval.ms",
    "consumer.linger.ms, producer.linger.ms",
    "main.consumer.linger.m, producer.linger.ms",
    "admin.acks, producer.acks",
    "restore.consumer.retries, retries"
  })
  void constructor_misspeltSetting_isRefusedWithTheNearest(String misspelt, String nearest) {
    assertRefused("Unknown setting '" + misspelt + "'", misspelt, "1");
    assertRefused("Did you mean '" + nearest + "'?", misspelt, "1");
  }

  @Test
  void constructor_valuesFromAConfigProvider_areResolved(@TempDir Path folder) throws Exception {
    Path secrets = folder.resolve("secrets.properties");
    Files.writeString(secrets, "password=hunter2\nsteps=9\n");

    Configuration configuration =
        configuration(
            "config.providers",
            "file",
            "config.providers.file.class",
            "org.apache.kafka.common.config.provider.FileConfigProvider",
            "ssl.key.password",
            "${file:" + secrets + ":password}",
            "window.steps",
            "${file:" + secrets + ":steps}");

    assertThat(configuration.kafka()).containsEntry("ssl.key.password", "hunter2");
    assertThat(configuration.windows().steps()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({
    "mix.decay, NaN",
    "train.learning.rate, NaN",
    "train.learning.rate, Infinity",
    "stacked.huber, Infinity",
    "gate.margin, NaN"
  })
  void constructor_numberThatIsNotFinite_isRefused(String setting, String value) {
    assertRefused(
        "Invalid value %s for configuration %s: a finite number was expected"
            .formatted(value, setting),
        setting,
        value);
  }

  /** Else one vector from a wrong clock makes those of all other series too late. */
  @ParameterizedTest
  @CsvSource({"1d, 3600", "5m, 300", "0s, 60"})
  void timeMaxAhead_auto_isNoMoreThanLatenessAllows(String lateness, long seconds) {
    Configuration configuration = configuration("max.lateness", lateness);

    assertThat(configuration.timeMaxAhead()).contains(Duration.ofSeconds(seconds));
  }

  /** With what goes before and behind it in a key, each instance takes the pointer to its model. */
  @Test
  void constructor_longModelName_isTakenAsLongAsItsKeysAreRead() {
    String longest = "ü".repeat(500);

    String name = configuration("model.name", longest).modelName();

    for (String key : List.of(ModelKeys.champion(name), ModelKeys.linear(name, "linear"))) {
      assertThat(ModelKeys.parse(key.getBytes(StandardCharsets.UTF_8))).isPresent();
    }
    assertRefused("1 to 1000 bytes", "model.name", longest + "n");
  }

  @Test
  void constructor_onePartitionOfModels_isTaken() {
    assertThat(configuration("topics.models.partitions", "1").topics().departures().get("models"))
        .extracting(TopicSettings.Departure::partitions)
        .isEqualTo(Optional.of(1));
  }

  @Test
  void http_advertisedPortThatIsNone_isRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration("http.advertised", "forecast-1:65536").http())
        .withMessageContaining("forecast-1:65536")
        .withMessageContaining("a port up to 65535");
    assertThat(configuration("http.advertised", "forecast-1:65535").http().advertised())
        .contains("forecast-1:65535");
  }

  /** Other instances could not ask it: Java takes no such name in an address. */
  @Test
  void http_advertisedNameWithAnUnderscore_isRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new Configuration(Map.of("features", "a", "http.advertised", "forecast_1:8080"))
                    .http())
        .withMessageContaining("http.advertised")
        .withMessageContaining("forecast_1:8080");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () -> new Configuration(Map.of("features", "a", "http.host", "forecast_1")).http())
        .withMessageContaining("http.host");
  }
}

package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.configuration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that are Kafka's: read as Kafka reads them, and refused where nothing works so. */
class KafkaSettingsTest {
  /** Files that list an environment's variables keep them, and files of secrets end in a line. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "\r", "\n", " \t"})
  void constructor_blanksAtTheEndsOfValues_areNoPartOfThem(String blank, @TempDir Path folder)
      throws Exception {
    Files.writeString(folder.resolve("password"), " two words" + blank);
    String login = "some.Module required username=\"a\" password=\"b  c\";";

    Configuration configuration =
        configuration(
            "config.providers",
            blank + "folder",
            "config.providers.folder.class",
            "org.apache.kafka.common.config.provider.DirectoryConfigProvider" + blank,
            "ssl.key.password",
            "${folder:" + folder + ":password}" + blank,
            "sasl.jaas.config",
            login + blank,
            "http.token",
            "0123456789abcdef" + blank,
            "features",
            "a,b",
            "categories",
            "a",
            "vocabulary.a",
            "[\" \",\"b c\"]" + blank,
            "state.dir",
            "/data" + blank,
            "processing.guarantee",
            "at_least_once" + blank,
            "group.protocol",
            "classic" + blank);

    assertThat(configuration.kafka())
        .containsEntry("ssl.key.password", "two words")
        .containsEntry("sasl.jaas.config", login)
        .containsEntry("processing.guarantee", "at_least_once")
        .containsEntry("group.protocol", "classic");
    assertThat(configuration.http().token()).contains("0123456789abcdef");
    assertThat(configuration.schema().feature(0).vocabulary()).containsExactly(" ", "b c");
    assertThat(StreamsProperties.stateDir(configuration)).isEqualTo(Path.of("/data"));
    assertThat(StreamsProperties.isExactlyOnce(configuration)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "application.server, here:8080, set http.advertised instead",
    "group.protocol, streams, leave it out",
    "group.protocol, STREAMS, leave it out",
    "processing.exception.handler, org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler, leave it out",
    "topic.cleanup.policy, delete, leave it out",
    "topic.cleanup.policy, 'compact,delete', leave it out",
    "topic.retention.bytes, 1073741824, leave it out",
    "partitioner.class, org.apache.kafka.clients.producer.RoundRobinPartitioner, leave it out",
    "producer.partitioner.class, com.example.OurPartitioner, leave it out",
    "partitioner.ignore.keys, true, leave it out",
    "producer.partitioner.ignore.keys, TRUE, leave it out"
  })
  void kafka_settingWithWhichNothingWorks_isRefused(String setting, String value, String remedy) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration(setting, value))
        .withMessageContaining(setting)
        .withMessageContaining(value)
        .withMessageContaining(remedy);
  }

  /** What a class of somebody's own does is theirs to know. */
  @ParameterizedTest
  @CsvSource({
    "group.protocol, classic",
    "topic.cleanup.policy, compact",
    "processing.exception.handler, org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler",
    "processing.exception.handler, com.example.OurHandler",
    "partitioner.ignore.keys, false"
  })
  void kafka_settingWithWhichAllWorks_isTaken(String setting, String value) {
    assertThat(configuration(setting, value).kafka()).containsEntry(setting, value);
  }
}

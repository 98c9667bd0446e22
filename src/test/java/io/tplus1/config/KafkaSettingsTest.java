package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.assertRefused;
import static io.tplus1.config.ConfigurationTest.configuration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
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

  @Test
  void kafka_settingsOfKafka_passUnderTheirOwnNames() {
    Configuration configuration =
        configuration(
            "processing.guarantee", "at_least_once",
            "num.stream.threads", "2",
            "consumer.max.poll.records", "10",
            "consumer.my.plugin.x", "1",
            "main.consumer.fetch.max.bytes", "1",
            "producer.linger.ms", "5",
            "linger.ms", "7",
            "security.protocol", "SSL",
            "ssl.truststore.location", "/x",
            "sasl.login.callback.handler.class", "X",
            "client.tag.zone", "eu-1a",
            "topic.retention.ms", "1",
            "topic.our.brokers.own", "1",
            "bootstrap.servers", "a:1",
            "window.steps", "3");

    assertThat(configuration.kafka())
        .containsOnlyKeys(
            "processing.guarantee",
            "num.stream.threads",
            "consumer.max.poll.records",
            "consumer.my.plugin.x",
            "main.consumer.fetch.max.bytes",
            "producer.linger.ms",
            "linger.ms",
            "security.protocol",
            "ssl.truststore.location",
            "sasl.login.callback.handler.class",
            "client.tag.zone",
            "topic.retention.ms",
            "topic.our.brokers.own");
  }

  @Test
  void constructor_everySettingOfTopicsMisspelt_isRefusedWithTheRightOne() throws Exception {
    for (Field constant : TopicConfig.class.getFields()) {
      if (constant.getName().endsWith("_CONFIG")) {
        String name = "topic." + constant.get(null);

        assertRefused("Did you mean '" + name + "'?", name + "x", "1");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "security.protocol=plaintext|false",
        "security.protocol=sasl_ssl|true",
        "admin.security.protocol=SASL_SSL|true",
        "security.protocol=SSL;admin.security.protocol=PLAINTEXT|false",
        "consumer.security.protocol=SSL|false"
      })
  void isSecured_anyProtocol_isAsTheAdminClientGetsIt(String settings, boolean secured) {
    assertThat(configuration(settings.split("[=;]", -1)).isSecured()).isEqualTo(secured);
  }
}

package io.tplus1.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a harness takes of a file that is made for {@code tplus1 run}, and what it refuses. */
class HarnessSettingsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static Map<String, String> settings(String... more) {
    return TestSettings.with(
        Map.of("features", "x", "window.steps", "2", "window.store", "memory"), more);
  }

  private static void assertForecasts(Map<String, String> settings) {
    try (var harness = new ForecastTestHarness(settings)) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(1), 2);

      assertThat(harness.predictions()).hasSize(1);
    }
  }

  /** It is production's, and not read here; no system takes this one for a path. */
  @Test
  void constructor_modelFileThatIsNoPathHere_forecasts() {
    assertForecasts(settings("model.file", "a\0b"));
  }

  /** The driver would warn of a topic that it does not know, and advise to look at names. */
  @Test
  void modelEvents_whereNothingLearns_areNoneWithoutAWarning() {
    try (LogCapture said = LogCapture.of(TopologyTestDriver.class.getName(), Level.WARN);
        var harness = new ForecastTestHarness(settings())) {
      assertThat(harness.modelEvents()).isEmpty();
      assertThat(said.messages()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "max.request.size, 1000000, must take a record of",
    "acks, 1, acks",
    "retries, 0, retries",
    "max.in.flight.requests.per.connection, 6, max.in.flight.requests.per.connection",
    "compression.type, zzz, compression.type",
    "consumer.max.poll.records, 0, max.poll.records",
    "session.timeout.ms, soon, session.timeout.ms",
    "retry.backoff.ms, -1, retry.backoff.ms"
  })
  void constructor_settingOfKafkaThatRunRefuses_isRefused(
      String name, String value, String complaint) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ForecastTestHarness(settings(name, value)).close())
        .withMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "max.request.size, 20000000",
    "linger.ms, 0",
    "processing.guarantee, at_least_once",
    "num.stream.threads, 4",
    "producer.compression.type, zstd",
    "interceptor.classes, com.example.Absent",
    "metric.reporters, com.example.Absent"
  })
  void constructor_settingOfKafkaThatRunTakes_isTaken(String name, String value) {
    assertForecasts(settings(name, value));
  }

  /** Neither setting is wrong by itself. */
  @Test
  void constructor_networkThatCannotForecastTheTargets_isRefusedByItsSetting() {
    Map<String, String> settings =
        settings("retrain.mode", "refresh", "train.inputs", "difference,level");
    settings.put("features", "x,c");
    settings.put("categories", "c");
    settings.put("vocabulary.c", "u,v");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ForecastTestHarness(settings).close())
        .withMessageContaining("configuration train.inputs")
        .withMessageContaining("the target 'c' is a category");
  }

  /** Under {@code run} the forecasts and what learns are applications of their own. */
  @Test
  void push_tasksWaitForInputsAndSomethingLearns_forecastsAllTheSame() {
    assertForecasts(settings("max.task.idle.ms", "1000", "retrain.mode", "refresh"));
  }

  /** Where the tests run, the secrets are not, nor the plug-in that would read them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.common.config.provider.FileConfigProvider",
        "com.example.VaultConfigProvider"
      })
  void constructor_whatIsNotReadRefersToAProvider_isLeftOut(String provider, @TempDir Path folder) {
    String file = folder.resolve("not-there").toString();

    assertForecasts(
        settings(
            "config.providers", "file",
            "config.providers.file.class", provider,
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", "SCRAM-SHA-512",
            "sasl.jaas.config", "${file:" + file + ":jaas}",
            "ssl.keystore.password", "${file:" + file + ":password}",
            "consumer.ssl.key.password", "${file:" + file + ":password}",
            "http.token", "${file:" + file + ":token}",
            "bootstrap.servers", "${file:" + file + ":brokers}",
            "admin.bootstrap.servers", "${file:" + file + ":brokers}",
            "state.dir", "${file:" + file + ":folder}",
            "model.file", "${file:" + file + ":model}"));
  }

  @Test
  void constructor_otherReferences_areResolved(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("own.properties"), "steps=1\n");

    try (var harness =
        new ForecastTestHarness(
            settings(
                "config.providers",
                "vault,file",
                "config.providers.file.class",
                FileConfigProvider.class.getName(),
                "config.providers.vault.class",
                "com.example.VaultConfigProvider",
                "config.providers.vault.param.address",
                "vault:8200",
                "sasl.jaas.config",
                "${vault:kafka:jaas}",
                "window.steps",
                "${file:" + file + ":steps}"))) {
      harness.push("k", T0, 1);

      assertThat(harness.predictions()).hasSize(1);
    }
  }

  /** A word may look like a reference; where it is one to a provider that is there, it is read. */
  @Test
  void constructor_wordsFromAProvider_areResolved(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("own.properties"), "words=u,v\n");

    try (var harness =
        new ForecastTestHarness(
            settings(
                "config.providers",
                "file",
                "config.providers.file.class",
                FileConfigProvider.class.getName(),
                "features",
                "c",
                "categories",
                "c",
                "vocabulary.c",
                "${file:" + file + ":words}"))) {
      assertThat(harness.schema().feature(0).vocabulary()).containsExactly("u", "v");
    }
  }

  @Test
  void constructor_misspeltSettingOfSecurity_isRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ForecastTestHarness(settings("sasl.mechanisn", "PLAIN")))
        .withMessageContaining("sasl.mechanism");
  }

  /** There the digits of {@code %d} are others. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR"})
  void push_localeWithDigitsOfItsOwn_isForecastFrom(String tag) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(tag));
    try {
      assertForecasts(settings("time.source", "field"));
    } finally {
      Locale.setDefault(before);
    }
  }
}

package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {
  @TempDir private Path folder;

  private Map<String, String> read(String properties, Map<String, String> environment)
      throws Exception {
    return read(properties, environment, Map.of());
  }

  private Map<String, String> read(
      String properties, Map<String, String> environment, Map<String, String> overrides)
      throws Exception {
    Path file = folder.resolve("a.properties");
    Files.writeString(file, properties);
    return ConfigurationFile.read(file, environment, overrides);
  }

  private static Map<String, String> fromEnvironment(Map<String, String> environment) {
    return ConfigurationFile.fromEnvironment(environment, "");
  }

  @Test
  void read_file_isUtf8AndStripped() throws Exception {
    assertThat(read("# c\nfeatures = a,ü  \nwindow.steps:3\n", Map.of()))
        .containsOnly(Map.entry("features", "a,ü"), Map.entry("window.steps", "3"));
  }

  @Test
  void read_environment_overridesTheFile() throws Exception {
    assertThat(
            read(
                "window.steps=3\nfeatures=a\n",
                Map.of("TPLUS1_WINDOW_STEPS", "5", "PATH", "/bin", "tplus1_features", "b")))
        .containsOnly(Map.entry("features", "a"), Map.entry("window.steps", "5"));
  }

  @Test
  void read_blanksAroundValues_areNoPartOfThemWhereverTheyComeFrom() throws Exception {
    assertThat(
            read(
                "features= a \n",
                Map.of("TPLUS1_WINDOW_STEPS", " 5"),
                Map.of("train.inputs", "level, expert ")))
        .containsOnly(
            Map.entry("features", "a"),
            Map.entry("window.steps", "5"),
            Map.entry("train.inputs", "level, expert"));
  }

  /** As Compose fills in a variable that nobody set. */
  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void read_environmentsTokenIsEmpty_isRefusedRatherThanTakingTheFilesAway(String empty)
      throws Exception {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("http.token=0123456789abcdef\n", Map.of("TPLUS1_HTTP_TOKEN", empty)))
        .withMessage(
            "The environment's variable TPLUS1_HTTP_TOKEN is empty, and would take the file's http.token away: all data would be anybody's to read. Unset it, or give it a token");
    assertThatCode(() -> read("features=a\n", Map.of("TPLUS1_HTTP_TOKEN", empty)))
        .as("there is none to take away")
        .doesNotThrowAnyException();
    assertThat(
            read(
                "http.token=0123456789abcdef\n",
                Map.of("TPLUS1_HTTP_TOKEN", empty),
                Map.of("http.token", "")))
        .containsEntry("http.token", "");
  }

  @ParameterizedTest
  @CsvSource({
    "TPLUS1_FEATURES, features",
    "TPLUS1_PROCESSING_GUARANTEE, processing.guarantee",
    "TPLUS1_BOOTSTRAP_SERVERS, bootstrap.servers",
    "TPLUS1_TOPICS_FEATURES_DLQ_NAME, topics.features-dlq.name",
    "TPLUS1_CONSUMER_MAX_POLL_RECORDS, consumer.max.poll.records",
    "TPLUS1_SSL_KEY_PASSWORD, ssl.key.password",
    "TPLUS1_RACK_AWARE_ASSIGNMENT_NON_OVERLAP_COST, rack.aware.assignment.non_overlap_cost",
    "TPLUS1_VOCABULARY_STATUS, vocabulary.status",
    "TPLUS1_CONFIG_PROVIDERS_FILE_CLASS, config.providers.file.class"
  })
  void fromEnvironment_variable_isTheSetting(String variable, String setting) {
    assertThat(fromEnvironment(Map.of(variable, "v"))).containsOnly(Map.entry(setting, "v"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "storm_status|TPLUS1_VOCABULARY_STORM_STATUS|vocabulary.storm_status",
        "b , Status|TPLUS1_VOCABULARY_STATUS|vocabulary.Status",
        "storm-Status|TPLUS1_VOCABULARY_STORM_STATUS|vocabulary.storm-Status",
        "a.b,status|TPLUS1_VOCABULARY_A_B|vocabulary.a.b",
        "status|TPLUS1_VOCABULARY_OTHER|vocabulary.other",
        "status,Status|TPLUS1_VOCABULARY_STATUS|vocabulary.status",
        "storm.status,storm-status,storm_status|TPLUS1_VOCABULARY_STORM_STATUS|vocabulary.storm.status",
      })
  void read_wordsOfACategoryFromTheEnvironment_areThoseOfItsName(
      String categories, String variable, String setting) throws Exception {
    assertThat(read("categories=" + categories, Map.of(variable, "v"))).containsEntry(setting, "v");
    assertThat(read("", Map.of("TPLUS1_CATEGORIES", categories, variable, "v")))
        .containsEntry(setting, "v");
    assertThat(
            read(
                "categories=x",
                Map.of("TPLUS1_CATEGORIES", "y", variable, "v"),
                Map.of("categories", categories)))
        .containsEntry(setting, "v")
        .containsEntry("categories", categories);
  }

  /** A variable must mean one setting, and every setting must have one. */
  @Test
  void fromEnvironment_everyKnownSetting_hasAVariableOfItsOwn() {
    Map<String, String> environment = new HashMap<>();
    for (String name : KnownSettings.all()) {
      String variable = "TPLUS1_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
      assertThat(environment.put(variable, name)).as(variable).isNull();
    }

    Map<String, String> settings = fromEnvironment(environment);

    assertThat(settings).hasSameSizeAs(KnownSettings.all());
    settings.forEach((name, value) -> assertThat(value).isEqualTo(name));
  }

  @Test
  void fromEnvironment_misspeltVariable_isRefusedByItsName() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> fromEnvironment(Map.of("TPLUS1_WINDOW_STEP", "5")))
        .withMessageContaining("TPLUS1_WINDOW_STEP")
        .withMessageContaining("Did you mean 'window.steps'");
  }

  /** The start script reads the first; Kubernetes sets the rest beside a service. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TPLUS1_JAVA_OPTS",
        "TPLUS1_SERVICE_HOST",
        "TPLUS1_SERVICE_PORT",
        "TPLUS1_SERVICE_PORT_HTTP",
        "TPLUS1_PORT",
        "TPLUS1_PORT_8080_TCP",
        "TPLUS1_PORT_8080_TCP_ADDR",
        "TPLUS1_FORECAST_SERVICE_HOST",
        "TPLUS1_FORECAST_SERVICE_PORT_HTTP",
        "TPLUS1_FORECAST_PORT",
        "TPLUS1_FORECAST_PORT_8080_TCP_PROTO",
        "TPLUS1_HTTP_PORT"
      })
  void fromEnvironment_variableOfSomebodyElse_isNoSetting(String variable) {
    assertThat(fromEnvironment(Map.of(variable, "tcp://10.0.0.1:80"))).isEmpty();
  }

  @Test
  void fromEnvironment_port_isASettingStill() {
    assertThat(fromEnvironment(Map.of("TPLUS1_HTTP_PORT", "8081")))
        .containsExactly(Map.entry("http.port", "8081"));
  }

  @Test
  void read_absentFile_isRefusedWithItsWholePath() {
    Path file = folder.resolve("absent.properties");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationFile.read(file, Map.of()))
        .withMessageContaining(file.toAbsolutePath() + " does not exist");
  }

  @Test
  void read_folder_isRefusedInWords() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationFile.read(folder, Map.of()))
        .withMessage("The configuration file " + folder + " is a folder");
  }

  @Test
  void read_fileOfSomebodyElse_isRefusedInWords() throws Exception {
    Path file = Files.createFile(folder.resolve("theirs.properties"));
    Files.setPosixFilePermissions(file, Set.of());
    assumeFalse(Files.isReadable(file), "root reads all files");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationFile.read(file, Map.of()))
        .withMessage("The configuration file " + file + " may not be read by this user");
  }

  @Test
  void read_brokenFile_isRefused() throws Exception {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("a=\\u00zz\n", Map.of()))
        .withMessageEndingWith("cannot be read: Malformed \\uxxxx encoding.");
    Path latin = folder.resolve("latin.properties");
    Files.write(latin, new byte[] {'a', '=', (byte) 0xfc, '\n'});
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationFile.read(latin, Map.of()))
        .withMessageStartingWith("The configuration file " + latin + " is not UTF-8: convert it");
  }

  @Test
  void read_markOfByteOrder_isNoPartOfTheFirstName() throws Exception {
    assertThat(read("\ufefffeatures=a\n", Map.of())).containsOnly(Map.entry("features", "a"));
  }

  /** The logger would take them for DEBUG. */
  @ParameterizedTest
  @ValueSource(strings = {"WARNING", "WARN ", "info,", "5"})
  void requireLogLevel_none_isRefusedByName(String level) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationFile.requireLogLevel(Map.of("TPLUS1_LOG_LEVEL", level)))
        .withMessage(
            "The environment's variable TPLUS1_LOG_LEVEL is '%s', expected one of [TRACE, DEBUG, INFO, WARN, ERROR, OFF, ALL]",
            level);
  }

  @ParameterizedTest
  @ValueSource(strings = {"WARN", "debug", "Off", ""})
  void fromEnvironment_levelOfTheLogger_isNoSetting(String level) {
    ConfigurationFile.requireLogLevel(Map.of("TPLUS1_LOG_LEVEL", level));

    assertThat(fromEnvironment(Map.of("TPLUS1_LOG_LEVEL", level))).isEmpty();
  }
}

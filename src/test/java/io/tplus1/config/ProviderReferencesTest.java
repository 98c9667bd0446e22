package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka leaves a reference that resolves to nothing as it stands; a secret would be its text. */
class ProviderReferencesTest {
  private static final String UNSET = "${env:TPLUS1_NOBODY_SETS_THIS}";

  @TempDir Path folder;
  private Path secrets;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void provide() throws Exception {
    secrets =
        Files.writeString(
            folder.resolve("secrets.properties"),
            "password=hunter2\nodd=a${b:c}d\nempty=\ntoken=0123456789abcdef\noddtoken=0123${456}789abc\n");
    settings.put("features", "a,b");
    settings.put("config.providers", "file,env");
    settings.put("config.providers.file.class", FileConfigProvider.class.getName());
    settings.put("config.providers.env.class", EnvVarConfigProvider.class.getName());
  }

  @Test
  void constructor_noProviders_namesTheProviderToDeclare() {
    settings.keySet().removeIf(name -> name.startsWith("config."));
    settings.put("http.token", UNSET);

    assertRefusal()
        .isEqualTo(
            "http.token refers to "
                + UNSET
                + ", and no config provider 'env' is declared: set config.providers (names with commas between them, no blanks) and config.providers.env.class");
  }

  /** Kafka makes none of these, and does not complain. */
  @ParameterizedTest
  @CsvSource({"'file,env', false", "'file, env', true"})
  void constructor_providerThatKafkaPassesOver_isSaidToBeUndeclared(String listed, boolean named) {
    settings.put("config.providers", listed);
    if (!named) {
      settings.remove("config.providers.env.class");
    }
    settings.put("http.token", UNSET);

    assertRefusal().contains("no config provider 'env' is declared");
  }

  @Test
  void constructor_otherProvidersOnly_namesTheProviderToDeclare() {
    settings.put("ssl.key.password", "${vault:secret/tplus1:key}");

    assertRefusal()
        .startsWith("ssl.key.password refers to ${vault:secret/tplus1:key}, and no")
        .contains("'vault'");
  }

  @Test
  void constructor_unsetVariable_isNamed() {
    settings.put("http.token", UNSET);

    assertRefusal()
        .startsWith("http.token refers to " + UNSET)
        .contains("provider 'env' has no 'TPLUS1_NOBODY_SETS_THIS'");
  }

  /** What stands around it may be secret. */
  @Test
  void constructor_misspeltKeyInAKafkaSetting_isNamedAndNoOtherSecret() {
    String jaas = "username=\"a\" password=\"%s\" other=\"%s\";";
    settings.put("consumer.sasl.jaas.config", jaas.formatted(file("pasword"), file("password")));

    assertRefusal()
        .isEqualTo(
            "consumer.sasl.jaas.config refers to %s, and the config provider 'file' has no 'pasword' in %s"
                .formatted(file("pasword"), secrets));
  }

  /** It would read as no token at all, which leaves all data to anybody. */
  @Test
  void constructor_emptyToken_isRefused() {
    settings.put("http.token", file("empty"));

    assertRefusal().startsWith("http.token refers to " + file("empty"));
  }

  /** Shells, Compose, Spring and Kubernetes write them so, and Kafka takes none for a reference. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "${TPLUS1_HTTP_TOKEN}",
        "${env.DASHBOARD_TOKEN}",
        "${env:DASHBOARD_TOKEN",
        "$(DASHBOARD_TOKEN)",
        "$DASHBOARD_TOKEN",
        "dashboard-${DASHBOARD_TOKEN}"
      })
  void constructor_tokenOfAnotherKindOfReference_isRefused(String token) {
    settings.put("http.token", token);

    assertRefusal()
        .startsWith("http.token ")
        .contains("${provider:key}", "TPLUS1_HTTP_TOKEN")
        .doesNotContain("DASHBOARD_TOKEN");
  }

  @Test
  void constructor_anotherKindOfReferenceBesideOneThatResolves_isRefused() {
    settings.put("http.token", file("token") + "${DASHBOARD_TOKEN}");

    assertRefusal().startsWith("http.token ").doesNotContain("DASHBOARD_TOKEN", "0123456789");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0123456$9abcdef}", "$ab-cd-ef-01-23-45", "{(1234567890abc)}"})
  void constructor_tokenWithADollarOrBraces_isTaken(String token) {
    settings.put("http.token", token);

    assertThat(new Configuration(settings).http().token()).contains(token);
  }

  @Test
  void constructor_resolvedOnes_areTakenAlsoWhereASecretLooksLikeAReference() {
    settings.put("http.token", file("token"));
    settings.put("ssl.key.password", file("odd"));
    settings.put("step.interval", file("empty"));

    Configuration configuration = new Configuration(settings);

    assertThat(configuration.http().token()).contains("0123456789abcdef");
    assertThat(configuration.kafka()).containsEntry("ssl.key.password", "a${b:c}d");
    assertThat(configuration.windows().interval()).isEmpty();
  }

  /** Only who sets it may have meant a reference. */
  @Test
  void constructor_resolvedTokenThatLooksLikeAReference_isTaken() {
    settings.put("http.token", file("oddtoken"));

    assertThat(new Configuration(settings).http().token()).contains("0123${456}789abc");
  }

  private String file(String key) {
    return "${file:" + secrets + ":" + key + "}";
  }

  private AbstractStringAssert<?> assertRefusal() {
    ConfigException refusal =
        catchThrowableOfType(ConfigException.class, () -> new Configuration(settings));
    assertThat(refusal).isNotNull();
    return assertThat(refusal.getMessage()).doesNotContain("hunter2");
  }
}

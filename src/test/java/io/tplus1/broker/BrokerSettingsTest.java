package io.tplus1.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.Test;

final class BrokerSettingsTest {
  private static final BrokerIdentity IDENTITY =
      new BrokerIdentity(1, "Y2x1c3RlcmNsdXN0ZXJjbA", 21_001, 21_002, "1@127.0.0.1:21002");

  @Test
  void of_defaults_everyNameIsKnownToKafka() {
    Properties properties = BrokerSettings.of(IDENTITY, Path.of("logs"), Map.of());

    assertThat(properties.stringPropertyNames()).isSubsetOf(KafkaConfig.configDef().names());
  }

  @Test
  void of_override_strongerThanDefault() {
    Properties properties =
        BrokerSettings.of(
            IDENTITY, Path.of("logs"), Map.of("group.initial.rebalance.delay.ms", "7"));

    assertThat(properties).containsEntry("group.initial.rebalance.delay.ms", "7");
  }

  @Test
  void of_identity_listensOnLoopbackOnly() {
    Properties properties = BrokerSettings.of(IDENTITY, Path.of("logs"), Map.of());

    assertThat(properties)
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:21001,CONTROLLER://127.0.0.1:21002")
        .containsEntry("controller.quorum.voters", "1@127.0.0.1:21002");
  }

  @Test
  void of_localeWithDigitsOfItsOwn_listensOnThePort() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(BrokerSettings.of(IDENTITY, Path.of("logs"), Map.of()))
          .containsEntry("listeners", "PLAINTEXT://127.0.0.1:21001,CONTROLLER://127.0.0.1:21002");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void check_overrideOfListeners_refused() {
    assertThatThrownBy(() -> BrokerSettings.check(Map.of("listeners", "PLAINTEXT://:9092")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Override listeners=PLAINTEXT://:9092: this setting is the broker's own;"
                + " it cannot be overridden");
  }
}

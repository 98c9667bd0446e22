package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoleTest {
  /** The shared linear experts are learnt by who retrains, with or without networks. */
  @ParameterizedTest
  @CsvSource({
    "rnn, off, FORECAST",
    "rnn, refresh, ALL",
    "'linear,rnn', off, ALL",
    "'last,joint', off, ALL",
    "'last,series', off, FORECAST"
  })
  void of_settings_allWhereSomethingLearns(String experts, String mode, Role role) {
    Map<String, String> settings = new HashMap<>();
    settings.put("features", "a,b");
    settings.put("experts", experts);
    settings.put("retrain.mode", mode);

    assertThat(Role.of(new Configuration(settings).learns())).isEqualTo(role);
  }
}

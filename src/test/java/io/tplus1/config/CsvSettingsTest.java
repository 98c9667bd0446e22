package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CsvSettingsTest {
  /** Else a file would be learnt from at another pace than the stream that its rows are of. */
  @Test
  void timeStep_notSet_isTheStreamsInterval() {
    assertThat(configuration("step.interval", "10m").csv().timeStep())
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(configuration().csv().timeStep()).isEqualTo(Duration.ofHours(1));
    assertThat(configuration("step.interval", "10m", "csv.time.step", "5m").csv().timeStep())
        .isEqualTo(Duration.ofMinutes(5));
  }
}

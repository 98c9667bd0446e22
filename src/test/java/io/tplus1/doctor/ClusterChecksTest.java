package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.Test;

/** What is said of the brokers. */
final class ClusterChecksTest {

  @Test
  void version_known_isKafkas() {
    MetadataVersion latest = MetadataVersion.latestProduction();

    assertThat(ClusterChecks.version(latest.featureLevel())).isEqualTo("Kafka " + latest.version());
  }

  @Test
  void version_beyondTheKnown_isNewer() {
    assertThat(ClusterChecks.version(Short.MAX_VALUE))
        .startsWith("Kafka newer than ")
        .endsWith(" (metadata.version 32767)");
  }

  /** As of a cluster that was formatted by an early release, and never raised. */
  @Test
  void version_beforeTheKnown_isOld() {
    assertThat(ClusterChecks.version((short) 4))
        .isEqualTo("of metadata.version 4, from before Kafka 3.3-IV3");
  }
}

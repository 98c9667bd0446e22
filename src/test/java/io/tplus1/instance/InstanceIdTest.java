package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {
  @TempDir Path directory;

  @Test
  void in_nextStart_sameName() {
    String first;
    try (InstanceId id = InstanceId.in(directory.resolve("state"), "a")) {
      first = id.name();
    }

    try (InstanceId id = InstanceId.in(directory.resolve("state"), "a")) {
      assertThat(id.name()).isEqualTo(first).isNotBlank();
    }
  }

  @Test
  void in_directoryThatIsHeld_isRefusedUntilItIsNot() {
    InstanceId first = InstanceId.in(directory, "a");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> InstanceId.in(directory, "a"))
        .withMessageContaining("state.dir " + directory)
        .withMessageContaining("a folder of its own");
    first.close();
    InstanceId.in(directory, "a").close();
  }

  @Test
  void in_directoryOfAnotherApplication_isShared() {
    try (InstanceId one = InstanceId.in(directory, "a");
        InstanceId other = InstanceId.in(directory, "b")) {
      assertThat(other.name()).isEqualTo(one.name());
    }
  }
}

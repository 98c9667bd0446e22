package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InstanceTest {
  private static final Path TEMPORARY = Path.of("tmp");
  private static final List<String> JAVA = List.of("-XX:+UseSerialGC", "-Xmx300m");

  @Test
  void launch_noHome_javaHasTheOptionsLast() {
    List<String> command = Instance.launch("", TEMPORARY, JAVA);

    assertThat(command)
        .contains("-XX:JavaPriority1_To_OSPriority=19")
        .containsSubsequence(
            "-Xmx256m", "-Djava.io.tmpdir=tmp", "-XX:+UseSerialGC", "-Xmx300m", "-cp")
        .endsWith("io.tplus1.Main");
    assertThat(Instance.environment("", TEMPORARY, JAVA)).isEmpty();
  }

  /** The launcher gives them to Java behind its own. */
  @Test
  void launch_home_launcherIsToldTheOptions() {
    assertThat(Instance.launch("/opt/tplus1", TEMPORARY, JAVA))
        .containsExactly("/opt/tplus1/tplus1");
    assertThat(Instance.environment("/opt/tplus1", TEMPORARY, JAVA))
        .containsEntry(
            "TPLUS1_JAVA_OPTS", "-Xmx256m -Djava.io.tmpdir=tmp -XX:+UseSerialGC -Xmx300m")
        .hasSize(1);
  }
}

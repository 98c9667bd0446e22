package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

final class SystemToolTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @Test
  void require_secondCandidateRuns_found() {
    SystemTool tool = SystemTool.require(true, "-version", "no-such-tool-anywhere", JAVA);

    SystemTool.Result result = tool.run(Path.of("."), "-version");
    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).contains("version");
  }

  @Test
  void require_absent_skipsWithMessage() {
    assertThatThrownBy(() -> SystemTool.require(false, "-version", "no-such-tool-anywhere"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("None of [no-such-tool-anywhere] runs here; .ci/run installs it");
  }

  @Test
  void require_absentButRequired_fails() {
    assertThatThrownBy(() -> SystemTool.require(true, "-version", "no-such-tool-anywhere"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("None of [no-such-tool-anywhere] runs here; .ci/run installs it");
  }
}

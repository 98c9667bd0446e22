package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What Prometheus is given, as its own tool judges it. */
final class PrometheusTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("project.root", "."), "config", "prometheus");

  private final SystemTool promtool = SystemTool.require("--version", "promtool");

  @Test
  void check_config_valid() {
    // Syntax alone: the token's file is there in the container.
    SystemTool.Result result =
        promtool.run(FOLDER, "check", "config", "--syntax-only", "prometheus.yml");

    assertThat(result.output()).contains("SUCCESS");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void check_rules_valid() {
    SystemTool.Result result = promtool.run(FOLDER, "check", "rules", "--lint-fatal", "alerts.yml");

    assertThat(result.output()).contains("SUCCESS");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void test_rules_fireAsTheirTestsSay() {
    fireAsSaid("alerts-test.yml");
  }

  @Test
  void test_rulesOfDailyStreams_fireAsTheirTestsSay() {
    fireAsSaid("alerts-daily-test.yml");
  }

  private void fireAsSaid(String tests) {
    SystemTool.Result result = promtool.run(FOLDER, "test", "rules", tests);

    assertThat(result.output()).contains("SUCCESS");
    assertThat(result.exitCode()).isZero();
  }
}

package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

final class DockerComposeTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));

  @Test
  void config_composeFile_valid() {
    // "config" reads and resolves the file and needs no engine.
    SystemTool compose = SystemTool.require("version", "docker compose", "docker-compose");

    SystemTool.Result result = compose.run(ROOT, "-f", "docker-compose.yml", "config", "-q");

    assertThat(result).isEqualTo(new SystemTool.Result(0, ""));
  }

  @Test
  void image_kafka_sameVersionAsClients() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docker-compose.yml")))
        .contains("image: apache/kafka:" + AppInfoParser.getVersion());
  }
}

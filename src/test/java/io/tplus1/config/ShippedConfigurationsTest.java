package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShippedConfigurationsTest {

  @Test
  void configuration_everyShippedFile_isAccepted() throws Exception {
    List<Path> files;
    try (Stream<Path> found =
        Files.list(Path.of(System.getProperty("project.root", "."), "config"))) {
      files = found.filter(file -> file.toString().endsWith(".properties")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      Configuration configuration = new Configuration(ConfigurationFile.read(file, Map.of()));
      assertThat(configuration.bootstrapServers()).as(file.toString()).isNotEmpty();
      assertThat(configuration.windows().steps()).as(file.toString()).isPositive();
    }
  }

  @Test
  void backtests_eachFile_fitsTogether() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("config", "backtest"))) {
      files = all.filter(file -> file.toString().endsWith(".properties")).toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(6);
    for (Path file : files) {
      Configuration configuration = new Configuration(ConfigurationFile.read(file, Map.of()));
      assertThat(configuration.experts().isMix()).as(file.toString()).isTrue();
    }
  }
}

package io.tplus1.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedConfigurationsTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ""));

  @Test
  void configuration_everyShippedFile_isAccepted() throws Exception {
    List<Path> files;
    try (Stream<Path> found = Files.list(ROOT.resolve("config"))) {
      files = found.filter(file -> file.toString().endsWith(".properties")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      Configuration configuration = new Configuration(ConfigurationFile.read(file, Map.of()));
      assertThat(configuration.bootstrapServers()).as(file.toString()).isNotEmpty();
      assertThat(configuration.windows().steps()).as(file.toString()).isPositive();
      assertPlanned(configuration);
    }
  }

  /** Which both roles make of it before they ask a broker. */
  private static void assertPlanned(Configuration configuration) {
    FeatureSchema schema = configuration.unlearntSchema();
    assertThatNoException().isThrownBy(() -> ForecastPlan.of(configuration, schema));
    assertThatNoException()
        .isThrownBy(() -> RetrainPlan.of(configuration, schema, Optional.empty()));
  }

  @Test
  void configuration_ofTheReadme_isAccepted() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    Matcher block = Pattern.compile("(?s)```properties\n(.*?)```").matcher(readme);

    assertThat(block.find()).isTrue();
    Configuration configuration =
        new Configuration(
            ConfigurationFile.read(new ByteArrayInputStream(block.group(1).getBytes(UTF_8))));
    assertThat(configuration.bootstrapServers()).isEqualTo("broker:9092");
    assertThat(configuration.learns()).isTrue();
    assertPlanned(configuration);
  }

  /** Live, windows of a year would be kept by the clock, and any time of an event be taken. */
  @ParameterizedTest
  @ValueSource(strings = {"compose", "storms", "storm-status", "storms-day-ahead"})
  void settings_ofAReplayAlone_standInABlockThatSaysSo(String name) throws IOException {
    String file = Files.readString(ROOT.resolve("config/" + name + ".properties"));
    Pattern replay =
        Pattern.compile("(?m)^(window\\.retention|time\\.max\\.ahead|samples\\.rate)=");

    for (String block : file.split("\n\n", -1)) {
      boolean saysSo =
          block.startsWith("# Of the demo's replay alone: take these out for live data");
      assertThat(replay.matcher(block).find()).as(block).isEqualTo(saysSo);
    }
    assertThat(replay.matcher(file).find()).isTrue();
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

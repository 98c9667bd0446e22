package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.SettingsTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The page of settings has them as the code defines them. After a change: {@code mvn test
 * -Dtest=ReadmeTest -Dreadme.update=true}.
 */
class ReadmeTest {
  private static final List<String> NEEDED =
      List.of(
          "application.id",
          "bootstrap.servers",
          "features",
          "window.steps",
          "window.max.age",
          "max.lateness",
          "forecast.horizon",
          "history.minimum",
          "time.source",
          "model.file",
          "experts",
          "retrain.mode",
          "http.port",
          "http.token");

  @Test
  void settings_onTheirPage_areThoseOfTheCode() throws IOException {
    GeneratedPart.of(
            Path.of(System.getProperty("project.root", ""), "src/site/settings.md"), "settings")
        .holdAgainst("\n" + SettingsTable.markdown() + "\n", "ReadmeTest");
  }

  @Test
  void settings_thatEverybodyNeeds_areInTheReadme() throws IOException {
    GeneratedPart.of(Path.of(System.getProperty("project.root", ""), "README.md"), "settings")
        .holdAgainst("\n" + SettingsTable.markdown(NEEDED) + "\n", "ReadmeTest");
  }

  @Test
  void settings_everyRow_hasFourCells() {
    assertThat(SettingsTable.markdown().lines().filter(line -> line.startsWith("|")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.chars().filter(c -> c == '|')).as(line).hasSize(5));
  }
}

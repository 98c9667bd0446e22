package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The README carries the settings as the code defines them. After a change: {@code mvn test
 * -Dtest=ReadmeTest -Dreadme.update=true}.
 */
class ReadmeTest {
  private static final String BEGIN = "<!-- settings -->";
  private static final String END = "<!-- /settings -->";

  @Test
  void settings_inReadme_areThoseOfTheCode() throws IOException {
    Path readme = Path.of(System.getProperty("project.root", ""), "README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(begin).as(BEGIN + " in README.md").isGreaterThanOrEqualTo(BEGIN.length());
    assertThat(end).as(END + " in README.md").isGreaterThanOrEqualTo(begin);
    String table = "\n" + SettingsTable.markdown() + "\n";
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(readme, text.substring(0, begin) + table + text.substring(end));
      return;
    }

    assertThat(text.substring(begin, end))
        .as("The README's settings: run mvn test -Dtest=ReadmeTest -Dreadme.update=true")
        .isEqualTo(table);
  }

  @Test
  void settings_everyRow_hasFourCells() {
    assertThat(SettingsTable.markdown().lines().filter(line -> line.startsWith("|")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.chars().filter(c -> c == '|')).as(line).hasSize(5));
  }
}

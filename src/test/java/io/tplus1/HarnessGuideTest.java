package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the readme and the page on testing show of the harness is compiled. After a change: {@code
 * mvn test -Dtest=HarnessGuideTest -Dreadme.update=true}.
 */
final class HarnessGuideTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ""));

  @ParameterizedTest
  @CsvSource({
    "README.md, readme, harness.predictions()",
    "src/site/testing.md, file, ConfigurationFile.read",
    "src/site/testing.md, command, RETRAIN"
  })
  void example_onItsPage_isTheCompiledSource(String page, String part, String shown)
      throws IOException {
    assertThat(
            GeneratedPart.of(ROOT.resolve(page), "harness-" + part)
                .holdAgainstExample("HarnessUse", part, "HarnessGuideTest"))
        .contains(shown);
  }
}

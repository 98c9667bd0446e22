package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The guide for clients shows the compiled example. After a change: {@code mvn test
 * -Dtest=ClientsGuideTest -Dreadme.update=true}.
 */
final class ClientsGuideTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ""));

  @Test
  void snippet_inGuide_isTheCompiledSource() throws IOException {
    assertThat(hold("ForecastReader", "snippet")).contains("read_committed");
  }

  @Test
  void binarySnippet_inGuide_isTheCompiledSource() throws IOException {
    assertThat(hold("BinaryReader", "binary-snippet")).contains("WireForecast.read");
  }

  /**
   * Holds a part of the guide against the part of an example between its marks, which it returns.
   */
  private static String hold(String example, String part) throws IOException {
    return GeneratedPart.of(ROOT.resolve("src/site/clients.md"), part)
        .holdAgainstExample(example, "snippet", "ClientsGuideTest");
  }
}

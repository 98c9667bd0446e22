package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
    String source =
        Files.readString(ROOT.resolve("src/test/java/io/tplus1/example/ForecastReader.java"));
    String mark = "    // snippet\n";
    String body = source.substring(source.indexOf(mark) + mark.length(), source.lastIndexOf(mark));
    GeneratedPart.of(ROOT.resolve("src/site/clients.md"), "snippet")
        .holdAgainst("\n```java\n" + body.stripIndent() + "```\n", "ClientsGuideTest");
    assertThat(body).contains("read_committed");
  }
}

package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a page that the code decides, between two comments with its name. */
record GeneratedPart(Path page, String text, int begin, int end) {

  static GeneratedPart of(Path page, String name) throws IOException {
    String text = Files.readString(page);
    String open = "<!-- " + name + " -->";
    String close = "<!-- /" + name + " -->";
    int begin = text.indexOf(open) + open.length();
    int end = text.indexOf(close);
    assertThat(begin).as(open + " in " + page).isGreaterThanOrEqualTo(open.length());
    assertThat(end).as(close + " in " + page).isGreaterThanOrEqualTo(begin);
    return new GeneratedPart(page, text, begin, end);
  }

  /**
   * Compares it with a part of a compiled example, which it returns.
   *
   * @param example name of its class
   * @param mark the comment before the part and behind it
   * @param test the test that does so
   */
  String holdAgainstExample(String example, String mark, String test) throws IOException {
    Path root = Path.of(System.getProperty("project.root", ""));
    String source =
        Files.readString(root.resolve("src/test/java/io/tplus1/example/" + example + ".java"));
    String line = "// " + mark + "\n";
    int from = source.indexOf(line) + line.length();
    String body = source.substring(from, source.lastIndexOf('\n', source.lastIndexOf(line)) + 1);
    holdAgainst("\n```java\n" + body.stripTrailing().stripIndent() + "\n```\n", test);
    return body;
  }

  /**
   * Compares it; with the system property {@code readme.update} writes it instead.
   *
   * @param test the test that does so
   */
  void holdAgainst(String expected, String test) throws IOException {
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(page, text.substring(0, begin) + expected + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end))
        .as("%s: run mvn test -Dtest=%s -Dreadme.update=true", page, test)
        .isEqualTo(expected);
  }
}

package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is known of each jar that is shipped has to be looked at again when it changes. */
final class ShippedJarsIT {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final Pattern TABLE =
      Pattern.compile("<!-- jars -->(.*)<!-- /jars -->", Pattern.DOTALL);
  private static final Pattern PLATFORM =
      Pattern.compile("-(linux|macosx|windows)-(x86_64|arm64)\\.jar$");

  @Test
  void lib_everyJarAndVersion_standsInTheTableOfThePageOnSecurity() throws IOException {
    Matcher table = TABLE.matcher(Files.readString(ROOT.resolve("src/site/security.md")));
    assertThat(table.find()).isTrue();
    Set<String> listed = new TreeSet<>();
    for (String line : table.group(1).strip().lines().skip(2).toList()) {
      String[] cells = line.split("\\|", 5);
      for (String jar : cells[1].strip().split(", ", -1)) {
        listed.add(jar + "-" + cells[2].strip() + ".jar");
      }
    }
    try (Stream<Path> jars = Files.list(ROOT.resolve("target/lib"))) {
      Set<String> shipped =
          jars.map(jar -> PLATFORM.matcher(jar.getFileName().toString()).replaceFirst(".jar"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(shipped).isEqualTo(listed);
    }
    assertThat(Files.readString(ROOT.resolve("target/tplus1-sbom.json")))
        .contains("\"bomFormat\" : \"CycloneDX\"");
  }
}

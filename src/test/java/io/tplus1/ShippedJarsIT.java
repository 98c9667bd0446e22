package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of each jar that is shipped has to be looked at again when it changes. */
final class ShippedJarsIT {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final Pattern TABLE =
      Pattern.compile("<!-- jars -->(.*)<!-- /jars -->", Pattern.DOTALL);
  private static final Pattern PLATFORM =
      Pattern.compile("-(linux|macosx|windows)-(x86_64|arm64)\\.jar$");

  @Test
  void jar_everyLibraryAndVersion_standsInTheTableOfThePageOnSecurity() throws IOException {
    Matcher table = TABLE.matcher(Files.readString(ROOT.resolve("src/site/security.md")));
    assertThat(table.find()).isTrue();
    Set<String> listed = new TreeSet<>();
    for (String line : table.group(1).strip().lines().skip(2).toList()) {
      String[] cells = line.split("\\|", 5);
      for (String jar : cells[1].strip().split(", ", -1)) {
        listed.add(jar + "-" + cells[2].strip() + ".jar");
      }
    }
    assertThat(shipped()).isEqualTo(listed);
  }

  /** Else nobody knows which build it is: one version has many. */
  @Test
  void jar_version_saysOfWhatItWasBuilt() throws IOException {
    try (JarFile jar = new JarFile(ROOT.resolve("target/tplus1.jar").toFile())) {
      assertThat(
              jar.getManifest()
                  .getMainAttributes()
                  .getValue(Attributes.Name.IMPLEMENTATION_VERSION))
          .matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\((built by Maven alone|.*sources \\d+)\\)");
    }
  }

  /** For clients: what else the whole jar has, such as a logback.xml, is not for them. */
  @Test
  void wireJar_holdsTheBinaryFormAlone() throws IOException {
    try (JarFile jar = new JarFile(ROOT.resolve("target/tplus1-wire.jar").toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .filteredOn(name -> !name.startsWith("META-INF/") && !name.endsWith("/"))
          .contains("io/tplus1/wire/WireForecast.class", "io/tplus1/wire/WireVector.class")
          .allMatch(name -> name.startsWith("io/tplus1/wire/"));
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue(Attributes.Name.CLASS_PATH)).isNull();
      assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tplus1", "tplus1-wire"})
  void jar_licence_isInIt(String name) throws IOException {
    try (JarFile jar = new JarFile(ROOT.resolve("target/" + name + ".jar").toFile())) {
      assertThat(jar.getEntry("META-INF/LICENSE").getSize())
          .isEqualTo(Files.size(ROOT.resolve("LICENSE")));
    }
  }

  /** What the jar's manifest names, which is made anew with every build. */
  private static Set<String> shipped() throws IOException {
    try (JarFile jar = new JarFile(ROOT.resolve("target/tplus1.jar").toFile())) {
      String path = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Pattern.compile(" ")
          .splitAsStream(path)
          .map(name -> name.substring(name.lastIndexOf('/') + 1))
          .map(name -> PLATFORM.matcher(name).replaceFirst(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}

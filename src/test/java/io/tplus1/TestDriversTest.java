package io.tplus1;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Without {@code state.dir} a driver with stores on disk has them in a folder of the machine, which
 * is of whoever was there first: a second user's build fails, and two builds meet in it.
 */
final class TestDriversTest {
  /** All that their topologies keep is in memory. */
  private static final Set<String> NOTHING_ON_DISK =
      Set.of(
          "BeforeCommitTest",
          "LearningTopologyTest",
          "ModelStoreFuzzTest",
          "RetrainDriver",
          "ShortHistoryTest");

  @Test
  void drivers_ofTests_haveTheirStateInAFolderOfTheirOwn() throws IOException {
    Path tests = Path.of(System.getProperty("project.root", ""), "src/test/java");
    try (Stream<Path> files = Files.walk(tests)) {
      Set<String> without =
          files
              .filter(TestDriversTest::drivesWithoutFolder)
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(toCollection(TreeSet::new));

      assertThat(without).isEqualTo(NOTHING_ON_DISK);
    }
  }

  private static boolean drivesWithoutFolder(Path file) {
    if (!file.toString().endsWith(".java")) {
      return false;
    }
    try {
      String source = Files.readString(file);
      return source.contains("new TopologyTestDriver" + "(")
          && !source.contains("StreamsConfig.STATE_DIR_CONFIG");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DamageTest {
  private static final byte[] WHOLE = new byte[200];

  private final SplittableRandom random = new SplittableRandom(1);

  @TempDir Path directory;

  /** As they lie on the disk: Kafka Streams' own stores within tasks, windows beside these. */
  @BeforeEach
  void store() throws IOException {
    for (String file :
        List.of(
            "x-forecast.layout",
            "x-forecast/0_0/.checkpoint",
            "x-forecast/0_0/rocksdb/pool/CURRENT",
            "x-forecast/0_0/rocksdb/series/CURRENT",
            "x-forecast/0_0/rocksdb/series/000012.sst",
            "x-forecast/kept/0_0/vectors/CURRENT",
            "x-forecast/kept/0_0/vectors/000012.sst")) {
      Path path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, WHOLE);
    }
  }

  private List<String> damaged() throws IOException {
    List<String> damaged = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        byte[] found = Files.readAllBytes(file);
        assertThat(found).as("%s", file).hasSameSizeAs(WHOLE);
        if (!Arrays.equals(found, WHOLE)) {
          damaged.add(directory.resolve("x-forecast").relativize(file).toString());
        }
      }
    }
    return damaged;
  }

  @Test
  void ofStates_stores_allButWindowsAreDamaged() throws IOException {
    Damage.ofStates(directory, random);

    assertThat(damaged())
        .containsExactlyInAnyOrder(
            "0_0/rocksdb/pool/CURRENT",
            "0_0/rocksdb/series/CURRENT",
            "0_0/rocksdb/series/000012.sst");
  }

  @Test
  void ofWindows_stores_windowsAloneAreDamaged() throws IOException {
    Damage.ofWindows(directory, random);

    assertThat(damaged())
        .containsExactlyInAnyOrder("kept/0_0/vectors/CURRENT", "kept/0_0/vectors/000012.sst");
  }

  /** Else a fault would be measured that nobody did. */
  @Test
  void ofWindows_noneThere_fails() throws IOException {
    Files.delete(directory.resolve("x-forecast/kept/0_0/vectors/CURRENT"));

    assertThatThrownBy(() -> Damage.ofWindows(directory, random))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("databases");
  }
}

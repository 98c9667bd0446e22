package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.topology.state.ForecastStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stores of an instance that has ended are damaged, so that they cannot be opened. */
final class Damage {
  private Damage() {}

  /** All stores but those of windows. */
  static void ofStates(Path state, SplittableRandom random) {
    List<Path> databases = databases(state);
    databases.removeIf(each -> each.endsWith(ForecastStores.VECTORS));
    damage(databases, ForecastStores.SERIES, random);
  }

  /** Those of windows alone: whoever cannot open others throws these away unopened. */
  static void ofWindows(Path state, SplittableRandom random) {
    List<Path> databases = databases(state);
    databases.removeIf(each -> !each.endsWith(ForecastStores.VECTORS));
    damage(databases, ForecastStores.VECTORS, random);
  }

  /** Folders of RocksDB's databases, wherever they lie. */
  private static List<Path> databases(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> path.endsWith("CURRENT"))
          .map(Path::getParent)
          .sorted()
          .collect(Collectors.toCollection(ArrayList::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Overwrites some bytes in the middle of every file.
   *
   * @param store one that must be among them
   */
  private static void damage(List<Path> databases, String store, SplittableRandom random) {
    assertThat(databases).as("databases").anyMatch(each -> each.endsWith(store));
    for (Path database : databases) {
      try (Stream<Path> files = Files.list(database)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          damage(file, random);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void damage(Path file, SplittableRandom random) throws IOException {
    byte[] noise = new byte[64];
    random.nextBytes(noise);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long at = Math.max(0, channel.size() / 2 - noise.length / 2);
      channel.write(ByteBuffer.wrap(noise, 0, (int) Math.min(noise.length, channel.size())), at);
    }
  }
}

package io.tplus1.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder for the state, which deletes itself. */
final class StateFolder implements AutoCloseable {
  private final Path path;

  private StateFolder(Path path) {
    this.path = path;
  }

  static StateFolder create() {
    try {
      return new StateFolder(Files.createTempDirectory("tplus1-harness"));
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the state", e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the state in " + path + " cannot be deleted", e);
    }
  }
}

package io.tplus1.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary folder for the state, which deletes itself, at the latest where the JVM ends. */
final class StateFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

  private final Path path;

  /** Nobody gets to closing it where Ctrl-C ends the JVM. */
  private final Thread atEnd = new Thread(this::deleteAtEnd, "harness-folder");

  private StateFolder(Path path) {
    this.path = path;
  }

  static StateFolder create() {
    try {
      StateFolder folder = new StateFolder(Files.createTempDirectory("tplus1-harness"));
      Runtime.getRuntime().addShutdownHook(folder.atEnd);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the state", e);
    }
  }

  Path path() {
    return path;
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void deleteAtEnd() {
    try {
      delete();
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("The state in {} is left: somebody still writes there", path, e);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      return; // The JVM ends.
    }
    try {
      delete();
    } catch (IOException e) {
      throw new UncheckedIOException("the state in " + path + " cannot be deleted", e);
    }
  }
}

package io.tplus1.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name of an instance, random and kept in its state directory: a restart is then the same
 * member of the group and goes on in seconds, and two instances never share one.
 */
public final class InstanceId {
  private static final String FILE = "instance-id";

  private InstanceId() {}

  /**
   * Reads the name, or makes one.
   *
   * @param stateDirectory made if it is absent
   */
  public static String in(Path stateDirectory) {
    Path file = stateDirectory.resolve(FILE);
    try {
      if (Files.exists(file)) {
        String id = Files.readString(file).strip();
        if (!id.isEmpty()) {
          return id;
        }
      }
      Files.createDirectories(stateDirectory);
      String id = UUID.randomUUID().toString();
      Files.writeString(file, id + "\n");
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "state.dir %s must be a folder that can be written to".formatted(stateDirectory), e);
    }
  }
}

package io.tplus1.tool;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A recorded series that is no part of the project: it lies in {@code shared/data} beside it.
 *
 * <p>Without that folder the test skips with a message; with the system property {@code
 * tools.required=true} it fails where the folder is there and the file is not.
 */
public final class RecordedData {
  private static final Path FOLDER =
      Path.of(System.getProperty("project.root", "."), "..", "shared", "data");

  private RecordedData() {}

  /** Finds a file of it, or skips or fails the calling test. */
  public static Path file(String name) {
    return file(Boolean.getBoolean("tools.required"), FOLDER, name);
  }

  static Path file(boolean required, Path folder, String name) {
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      return file;
    }
    String message = "%s is not in %s".formatted(name, folder.toAbsolutePath().normalize());
    if (required && Files.exists(folder)) {
      throw new AssertionError(message);
    }
    return abort(message);
  }
}

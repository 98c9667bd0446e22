package io.tplus1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where results go: looked at before the work, so that none is done in vain. */
final class Outputs {
  private Outputs() {}

  /** Makes a folder that files can be written to. */
  static void requireFolder(CommandSpec spec, Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw refused(spec, folder, "is a file, and a folder was expected");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--out: %s cannot be made: %s".formatted(folder, e), e);
    }
    if (!Files.isWritable(folder)) {
      throw refused(spec, folder, "cannot be written to");
    }
  }

  /** Makes the folder of a file that is to be written. */
  static void requireFile(CommandSpec spec, Path file) {
    if (Files.isDirectory(file)) {
      throw refused(spec, file, "is a folder, and a file was expected");
    }
    requireFolder(spec, file.toAbsolutePath().getParent());
  }

  private static ParameterException refused(CommandSpec spec, Path path, String why) {
    return new ParameterException(spec.commandLine(), "--out: %s %s".formatted(path, why));
  }
}

package io.tplus1;

import io.tplus1.model.ModelArtifact;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where results go: looked at before the work, so that none is done in vain. */
final class Outputs {
  private Outputs() {}

  /**
   * Makes a folder that files can be written to.
   *
   * @param named the option or setting that names it
   */
  static void requireFolder(CommandSpec spec, String named, Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw refused(spec, named, folder, "is a file, and a folder was expected");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "%s: %s cannot be made: %s".formatted(named, folder, e), e);
    }
    if (!Files.isWritable(folder)) {
      throw refused(spec, named, folder, "cannot be written to");
    }
  }

  /** Makes the folder of a file that is to be written; see the other method. */
  static void requireFile(CommandSpec spec, String named, Path file) {
    if (Files.isDirectory(file)) {
      throw refused(spec, named, file, "is a folder, and a file was expected");
    }
    requireFolder(spec, named, file.toAbsolutePath().getParent());
  }

  /** Writes what a file is to hold. */
  @FunctionalInterface
  interface Content {
    void write(Writer file) throws IOException;
  }

  /** Writes a text file, whole or not at all: else what was there stays. */
  static void write(Path file, Content content) throws IOException {
    replace(
        file,
        part -> {
          try (Writer text = Files.newBufferedWriter(part, StandardOpenOption.CREATE_NEW)) {
            content.write(text);
          }
        });
  }

  /** Writes a model, whole or not at all; makes its folder if that is absent. */
  static void write(Path file, ModelArtifact model) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    replace(file, part -> Files.write(part, model.toBytes(), StandardOpenOption.CREATE_NEW));
  }

  /** Makes a file that is to take another's place. */
  @FunctionalInterface
  private interface Part {
    void write(Path part) throws IOException;
  }

  private static void replace(Path file, Part content) throws IOException {
    // Not a temporary file, which others may not read: whoever reads it may be another user.
    Path part = file.resolveSibling("tplus1-" + UUID.randomUUID() + ".part");
    try {
      content.write(part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static ParameterException refused(CommandSpec spec, String named, Path path, String why) {
    return new ParameterException(spec.commandLine(), "%s: %s %s".formatted(named, path, why));
  }
}

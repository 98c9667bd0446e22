package io.tplus1;

import io.tplus1.catalogue.ModelFile;
import io.tplus1.model.ModelArtifact;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where results go: looked at before the work, so that none is done in vain, and nothing is lost to
 * it but an older result.
 *
 * <p>A link to a file stays; what it stands for is replaced.
 */
final class Outputs {
  /** As many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private static final Logger LOG = LoggerFactory.getLogger(Outputs.class);

  private Outputs() {}

  /** Checks that files can be written to a folder, which is made with the first if it is absent. */
  private static void requireFolder(CommandSpec spec, String named, Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw refused(spec, named, folder, "is a file, and a folder was expected");
    }
    List<Path> absent = absent(folder);
    try {
      // Being asked is not being able.
      Files.createDirectories(folder);
      if (!Files.isWritable(folder)) {
        throw refused(spec, named, folder, "cannot be written to");
      }
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "%s: %s cannot be made: %s".formatted(named, folder, e), e);
    } finally {
      absent.forEach(Outputs::takeAway); // Nothing may come of what is to be written.
    }
  }

  /** The folder and those it lies in, as far as they are not there, the deepest first. */
  private static List<Path> absent(Path folder) {
    List<Path> absent = new ArrayList<>();
    Path at = folder;
    while (at != null && !Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
      absent.add(at);
      at = at.getParent();
    }
    return absent;
  }

  private static void takeAway(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Somebody else has put something there, or has it.
      LOG.debug("{} stays", folder, e);
    }
  }

  /**
   * Checks that a file can be written, and that nothing stands in its place that must stay.
   *
   * @param named the option or setting that names it
   * @param read the files that the command reads
   * @throws ParameterException if it is a folder, a device or the like, or one of those that are
   *     read; or if its folder cannot be written to
   */
  static void requireFile(CommandSpec spec, String named, Path file, List<Path> read)
      throws IOException {
    Path place = replaceable(spec, named, file, read);
    requireFolder(spec, named, place.toAbsolutePath().getParent());
  }

  /**
   * The same for an artifact, which takes no other network's place either.
   *
   * @throws ParameterException as there, or if it is a file of Keras or DL4J
   */
  static void requireArtifact(CommandSpec spec, String named, Path file, List<Path> read)
      throws IOException {
    Path place = replaceable(spec, named, file, read);
    if (ModelFile.isForeign(file) || ModelFile.isForeign(place)) {
      throw refused(
          spec,
          named,
          file,
          "is a file of Keras or DL4J, whose place an artifact would take: name another place");
    }
    requireFolder(spec, named, place.toAbsolutePath().getParent());
  }

  /** What is written for a file: itself, or what it links to. */
  private static Path replaceable(CommandSpec spec, String named, Path file, List<Path> read)
      throws IOException {
    if (Files.isDirectory(file)) {
      throw refused(spec, named, file, "is a folder, and a file was expected");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device, or a pipe: renamed over, it would be gone.
      throw refused(
          spec, named, file, "is neither a file nor a link to one, and stays: name another place");
    }
    for (Path one : read) {
      if (Files.exists(file) && Files.exists(one) && Files.isSameFile(file, one)) {
        throw refused(
            spec,
            named,
            file,
            "is a file that this command reads, and what it writes would be there in its stead: name another place");
      }
    }
    try {
      return place(file);
    } catch (FileSystemLoopException e) {
      throw refused(spec, named, file, "is a link that leads back to itself: remove it");
    }
  }

  /** Writes what a file is to hold. */
  @FunctionalInterface
  interface Content {
    void write(Writer file) throws IOException;
  }

  /** Writes a text file, whole or not at all: else what was there stays. Makes its folder. */
  static void write(Path file, Content content) throws IOException {
    replace(
        file,
        part -> {
          try (Writer text = Files.newBufferedWriter(part, StandardOpenOption.CREATE_NEW)) {
            content.write(text);
          }
        });
  }

  /** Writes a model, whole or not at all: else what was there stays. Makes its folder. */
  static void write(Path file, ModelArtifact model) throws IOException {
    replace(file, part -> Files.write(part, model.toBytes(), StandardOpenOption.CREATE_NEW));
  }

  /** The file itself, or what a link leads to, be that there or not. */
  private static Path place(Path file) throws IOException {
    Path place = file;
    for (int links = 0; Files.isSymbolicLink(place); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      place = place.resolveSibling(Files.readSymbolicLink(place));
    }
    return place;
  }

  /** Makes a file that is to take another's place. */
  @FunctionalInterface
  private interface Part {
    void write(Path part) throws IOException;
  }

  private static void replace(Path file, Part content) throws IOException {
    Path place = place(file);
    Files.createDirectories(place.toAbsolutePath().getParent());
    // Not a temporary file, which others may not read: whoever reads it may be another user.
    Path part = place.resolveSibling("tplus1-" + UUID.randomUUID() + ".part");
    try {
      content.write(part);
      Files.move(part, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static ParameterException refused(CommandSpec spec, String named, Path path, String why) {
    return new ParameterException(spec.commandLine(), "%s: %s %s".formatted(named, path, why));
  }
}

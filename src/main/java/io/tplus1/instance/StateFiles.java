package io.tplus1.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What stands beside the stores in a {@code state.dir}, and how folders there are deleted. */
final class StateFiles {
  private StateFiles() {}

  /** The lines of a note; none where there is no file. */
  static List<String> lines(Path note) throws IOException {
    return Files.exists(note)
        ? Files.readString(note).lines().map(String::strip).filter(line -> !line.isEmpty()).toList()
        : List.of();
  }

  /**
   * Writes a note, whole or not at all, and only where it says something else. Makes its folder.
   */
  static void note(Path note, List<String> lines) throws IOException {
    Files.createDirectories(note.getParent());
    if (Files.exists(note) && lines(note).equals(lines)) {
      return;
    }
    Path next = note.resolveSibling(note.getFileName() + ".new");
    Files.writeString(next, String.join("\n", lines) + "\n");
    Files.move(next, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The folders in a folder; none where it is not there. */
  static List<Path> folders(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isDirectory).toList();
    }
  }

  /** Deletes a folder with what is in it, where it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path); // Another thread may be at it, too.
    }
  }
}

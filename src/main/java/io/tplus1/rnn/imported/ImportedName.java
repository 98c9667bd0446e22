package io.tplus1.rnn.imported;

import java.nio.file.Path;

/** What an imported file is called; what lies beside it is named after it. */
public final class ImportedName {
  private ImportedName() {}

  /** A file's name without its ending. */
  public static String of(Path file) {
    // The root of a file system has no name.
    String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}

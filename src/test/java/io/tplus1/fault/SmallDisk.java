package io.tplus1.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** A file system of its own, small enough to be filled: one in memory, which only root mounts. */
final class SmallDisk implements Closeable {
  private static final int CHUNK = 65_536;

  private final Path folder;
  private final Path ballast;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.ballast = folder.resolve("ballast");
  }

  /**
   * Mounts one at a folder, which is made.
   *
   * @throws TestAbortedException where that is not allowed, or no Linux
   */
  static SmallDisk mount(Path folder, int megabytes) {
    try {
      Files.createDirectories(folder);
      run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tplus1", folder.toString());
      return new SmallDisk(folder);
    } catch (IOException e) {
      throw new TestAbortedException("no small disk to fill: " + e.getMessage());
    }
  }

  /** Takes up all the room that is left, also what has become free since the last time. */
  void fill() {
    byte[] zeros = new byte[CHUNK];
    try (OutputStream out = Files.newOutputStream(ballast, CREATE, APPEND)) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException full) {
      // As wanted.
    }
  }

  /** Gives the room back. */
  void free() {
    try {
      Files.deleteIfExists(ballast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", folder.toString());
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

package io.tplus1.load;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** A program that leaks, a little for each line that it is given, and says when it has. */
final class Leaks {
  /** What is leaked. */
  enum Kind {
    NOTHING,
    HEAP,
    DIRECT,
    NATIVE,
    THREAD,
    FILE
  }

  /** Less than half of a region of G1, which would be given a whole one. */
  private static final int BYTES = 400_000;

  private static final int OBJECTS = 1_500;

  private final List<Object> kept = new ArrayList<>();
  private byte[] garbage = new byte[0];

  private Leaks() {}

  /** Arguments: the kind, and a folder. */
  public static void main(String[] args) throws IOException {
    Leaks leaks = new Leaks();
    RocksDB.loadLibrary();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("started");
    while (lines.readLine() != null) {
      leaks.leak(Kind.valueOf(args[0]), Path.of(args[1]));
      System.out.println("done");
    }
  }

  private void leak(Kind kind, Path folder) throws IOException {
    garbage = new byte[1 << 20];
    switch (kind) {
      case NOTHING -> {}
      case HEAP -> kept.addAll(List.of(new byte[BYTES], new byte[BYTES]));
      case DIRECT -> kept.add(ByteBuffer.allocateDirect(2 * BYTES));
      case NATIVE -> {
        // What nobody closes, as an iterator that was forgotten.
        for (int i = 0; i < OBJECTS; i++) {
          kept.add(new Options());
        }
      }
      case THREAD -> {
        Thread thread = new Thread(LockSupport::park, "leaked");
        thread.setDaemon(true);
        thread.start();
      }
      case FILE -> {
        Path file = folder.resolve("leaked");
        Files.write(file, garbage);
        for (int i = 0; i < 2; i++) {
          kept.add(new FileInputStream(file.toFile()));
        }
      }
    }
  }
}

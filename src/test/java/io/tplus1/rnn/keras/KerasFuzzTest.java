package io.tplus1.rnn.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broken files in great number: each reads or is refused in one line, soon and in little memory.
 *
 * <p>More than the default with {@code -Dfuzz.mutations=1000000}; a failure names its seed.
 */
final class KerasFuzzTest {
  private static final int MUTATIONS = Integer.getInteger("fuzz.mutations", 20_000);
  private static final long MAX_BYTES = 64L << 20;
  private static final long MAX_NANOS = 2_000_000_000L;
  private static final long[] SIZES = {
    0, 1, 2, 0x7f, 0xff, 0xffff, 0x7fffffffL, 0xffffffffL, 1L << 40, Long.MAX_VALUE, -1
  };
  private static final String[] SIGNATURES = {"TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK"};

  @TempDir Path folder;

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void read_mutatedFiles_readOrAreRefused() throws Exception {
    List<byte[]> originals = new ArrayList<>();
    for (Path file : KerasSamples.all()) {
      originals.add(Files.readAllBytes(file));
    }
    Path file = folder.resolve("mutated.h5");
    int refused = 0;
    for (int seed = 0; seed < MUTATIONS; seed++) {
      Random random = new Random(seed);
      byte[] original = originals.get(seed % originals.size());
      byte[] other = originals.get(random.nextInt(originals.size()));
      Files.write(file, mutated(original, other, random));
      if (isRefused(file, "seed " + seed)) {
        refused++;
      }
    }
    // Were everything refused or everything read, nothing of interest would have been reached.
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - MUTATIONS / 20);
  }

  @Test
  void read_randomBytesBehindTheSignature_areRefused() throws Exception {
    Path file = folder.resolve("random.h5");
    byte[] start = Files.readAllBytes(KerasSamples.real("rnn_0"));
    for (int seed = 0; seed < 200; seed++) {
      byte[] bytes = new byte[4096];
      new Random(seed).nextBytes(bytes);
      System.arraycopy(start, 0, bytes, 0, seed % 2 == 0 ? 8 : 96);
      Files.write(file, bytes);
      assertThat(isRefused(file, "seed " + seed)).isTrue();
    }
  }

  @Test
  void read_everyTruncation_isRefused() throws Exception {
    byte[] whole = Files.readAllBytes(KerasSamples.real("rnn_0"));
    Path file = folder.resolve("cut.h5");
    for (int length = 0; length < whole.length; length += length < 300 ? 1 : 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(isRefused(file, length + " bytes")).isTrue();
    }
  }

  /** A node that is its own child, on every level: without bounds, 32 levels of up to 65,535. */
  @Test
  void read_cyclicTree_isRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(KerasSamples.real("rnn_24"));
    for (int at : positions(bytes, "TREE")) {
      ByteBuffer node = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      bytes[at + 5] = 31;
      int entries = node.getShort(at + 6);
      for (int i = 0; i < entries; i++) {
        node.putLong(at + 24 + 8 + 16 * i, at);
      }
    }
    Path file = Files.write(folder.resolve("cycle.h5"), bytes);
    assertThat(isRefused(file, "cycle")).isTrue();
  }

  /**
   * 24 levels of nodes whose 32 children are all the next node: 31 kB that stand for 32²⁴ members.
   * jhdf 0.9.4 fills a heap of 512 MB with it in five seconds.
   */
  @Test
  void read_fanOfSharedNodes_isRefused() throws Exception {
    assertThat(isRefused(fan(24), "fan")).isTrue();
  }

  @Test
  void read_leafThatNamesItsSymbolsOften_isRefused() throws Exception {
    Path file = fan(1);

    assertThatThrownBy(() -> KerasImporter.read(file))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("names one node twice");
  }

  /** A file whose first group has a tree of so many levels, of one node of 32 children each. */
  private Path fan(int levels) throws IOException {
    byte[] bytes = Files.readAllBytes(KerasSamples.real("rnn_24"));
    int children = 32;
    int nodeBytes = 24 + 8 + 16 * children;
    ByteBuffer fan =
        ByteBuffer.allocate(bytes.length + levels * nodeBytes).order(ByteOrder.LITTLE_ENDIAN);
    fan.put(bytes);
    int root = positions(bytes, "TREE").get(0);
    long leaf = fan.getLong(root + 32);
    fan.put(root + 5, (byte) levels).putLong(root + 32, bytes.length);
    for (int level = levels - 1; level >= 0; level--) {
      long next = level == 0 ? leaf : fan.position() + nodeBytes;
      fan.put("TREE".getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put((byte) level);
      fan.putShort((short) children).putLong(-1).putLong(-1).putLong(0);
      for (int i = 0; i < children; i++) {
        fan.putLong(next).putLong(8);
      }
    }
    // The end of the file, which the superblock tells.
    fan.putLong(40, fan.capacity());
    return Files.write(folder.resolve("fan.h5"), fan.array());
  }

  /** Every dimension of every data set and attribute, one at a time, grown beyond any memory. */
  @Test
  void read_hugeDimensions_areRefusedOrUnused() throws Exception {
    byte[] bytes = Files.readAllBytes(KerasSamples.real("rnn_24"));
    Path file = folder.resolve("dimensions.h5");
    int spaces = 0;
    for (int at = 0; at + 24 < bytes.length; at += 8) {
      // A data space of version 1: version, rank, flags, five bytes of nothing, dimensions.
      if (bytes[at] == 1 && (bytes[at + 1] == 1 || bytes[at + 1] == 2) && bytes[at + 4] == 0) {
        spaces++;
        for (long size : new long[] {1L << 33, 1L << 62, 0x7fffffff, 100_000_000}) {
          byte[] huge = bytes.clone();
          ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putLong(at + 8, size);
          Files.write(file, huge);
          isRefused(file, "dimension at " + at);
        }
      }
    }
    assertThat(spaces).isGreaterThan(8); // Else the file is written in another way.
  }

  /** Whether it is refused; fails when it is neither read nor refused, or not within bounds. */
  private static boolean isRefused(Path file, String what) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long nanos = threads.getCurrentThreadCpuTime();
    KerasImportException refusal = null;
    try {
      KerasImporter.read(file);
    } catch (KerasImportException e) {
      refusal = e;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": neither read nor refused", e);
    }
    assertThat(threads.getCurrentThreadCpuTime() - nanos)
        .as("%s: CPU time in ns", what)
        .isLessThan(MAX_NANOS);
    assertThat(threads.getCurrentThreadAllocatedBytes() - bytes)
        .as("%s: bytes allocated", what)
        .isLessThan(MAX_BYTES);
    if (refusal != null) {
      // The net below all others; what falls into it should have been foreseen.
      assertThat(refusal.getCause() instanceof RuntimeException).as(what + refusal).isFalse();
      assertThat(refusal.getMessage()).as(what).doesNotContain("\n").hasSizeLessThan(700);
    }
    return refusal != null;
  }

  private static byte[] mutated(byte[] original, byte[] other, Random random) {
    byte[] bytes = original.clone();
    int times = 1 + (random.nextInt(4) == 0 ? random.nextInt(16) : 0);
    for (int i = 0; i < times; i++) {
      int at = place(bytes, random);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(10)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> buffer.putInt(at, (int) SIZES[random.nextInt(SIZES.length)]);
        case 3, 4 -> buffer.putLong(at, SIZES[random.nextInt(SIZES.length)]);
        // An address from elsewhere in the file: cycles, and objects taken for another kind.
        case 5, 6 -> buffer.putLong(at, place(bytes, random) & ~7);
        case 7 -> {
          int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
          byte[] noise = new byte[length];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, at, length);
        }
        case 8 -> {
          int from = random.nextInt(other.length);
          int length =
              Math.min(random.nextInt(512), Math.min(other.length - from, bytes.length - at));
          System.arraycopy(other, from, bytes, at, length);
        }
        default -> {
          if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, Math.max(64, at));
          } else {
            buffer.putShort(at, (short) random.nextInt());
          }
        }
      }
    }
    return bytes;
  }

  /** Half of the places lie at a structure, where they hurt; all leave room for eight bytes. */
  private static int place(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    if (random.nextBoolean()) {
      List<Integer> structures = positions(bytes, SIGNATURES[random.nextInt(SIGNATURES.length)]);
      if (!structures.isEmpty()) {
        at = structures.get(random.nextInt(structures.size())) + random.nextInt(128);
      } else {
        at = random.nextInt(Math.min(bytes.length, 1024));
      }
    }
    if (random.nextBoolean()) {
      at &= ~7;
    }
    return Math.max(0, Math.min(at, bytes.length - 8));
  }

  private static List<Integer> positions(byte[] bytes, String signature) {
    byte[] wanted = signature.getBytes(StandardCharsets.US_ASCII);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (bytes[i] == wanted[0]
          && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        found.add(i);
      }
    }
    return found;
  }
}

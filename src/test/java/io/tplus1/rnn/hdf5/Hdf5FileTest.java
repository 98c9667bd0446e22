package io.tplus1.rnn.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.tplus1.rnn.keras.KerasImporter;
import io.tplus1.rnn.keras.KerasSamples;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our reader against jhdf, which shares no code with it, and against files that lie. */
final class Hdf5FileTest {
  @TempDir Path folder;

  static List<Path> files() throws IOException {
    return KerasSamples.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void open_kerasFile_holdsWhatJhdfFinds(Path file) throws Exception {
    try (Hdf5File ours = Hdf5File.open(file);
        HdfFile theirs = new HdfFile(file)) {
      assertThat(compare(ours.root(), theirs)).isPositive();
    }
  }

  /** Compares all members and string attributes, and returns how many. */
  private static int compare(Hdf5Group ours, Group theirs) throws IOException {
    int compared = 0;
    for (var attribute : theirs.getAttributes().entrySet()) {
      Object value =
          attribute.getValue().isEmpty() ? new String[0] : attribute.getValue().getData();
      if (value instanceof String text) {
        assertThat(ours.string(attribute.getKey())).contains(text);
      } else if (value instanceof String[] texts) {
        assertThat(ours.strings(attribute.getKey())).containsExactly(texts);
      } else {
        assertThat(ours.strings(attribute.getKey())).isEmpty();
      }
      compared++;
    }
    for (Node child : theirs) {
      String name = child.getName();
      if (child instanceof Dataset dataset) {
        assertThat(ours.group(name)).isEmpty();
        Hdf5Dataset mine = ours.dataset(name).orElseThrow();
        int[] dimensions = dataset.getDimensions();
        assertThat(mine.dimensions()).isEqualTo(Arrays.stream(dimensions).asLongStream().toArray());
        List<Float> values = new ArrayList<>();
        flatten(dataset.getData(), values);
        assertThat(mine.floats()).containsExactly(values.toArray(Float[]::new));
      } else {
        assertThat(ours.dataset(name)).isEmpty();
        compared += compare(ours.group(name).orElseThrow(), (Group) child);
      }
      compared++;
    }
    return compared;
  }

  private static void flatten(Object array, List<Float> values) {
    for (int i = 0; i < Array.getLength(array); i++) {
      Object element = Array.get(array, i);
      if (element instanceof Number number) {
        values.add(number.floatValue());
      } else {
        flatten(element, values);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 95, 96, 500, 2048, 12_000})
  void open_truncatedFile_saysSo(int bytes) throws Exception {
    byte[] whole = Files.readAllBytes(KerasSamples.real("rnn_0"));
    Path file = folder.resolve("cut.h5");
    Files.write(file, Arrays.copyOf(whole, bytes));
    assertThatThrownBy(() -> Hdf5File.open(file)).isInstanceOf(Hdf5Exception.class);
  }

  @Test
  void floats_chunkOfAnotherChecksum_saysSo() throws Exception {
    byte[] bytes = Files.readAllBytes(KerasSamples.generated("stored_gzip_chunks"));
    bytes[endOfFirstDeflated(bytes)] ^= 1;
    Path file = Files.write(folder.resolve("checksum.h5"), bytes);
    assertThatThrownBy(() -> KerasImporter.read(file)).hasMessageContaining("checksum");
  }

  /** Where the checksum behind the first compressed chunk begins. */
  private static int endOfFirstDeflated(byte[] bytes) {
    for (int at = 0; at < bytes.length; at++) {
      Inflater inflater = new Inflater();
      inflater.setInput(bytes, at, bytes.length - at);
      try {
        if (inflater.inflate(new byte[1 << 16]) > 0 && inflater.finished()) {
          return at + (int) inflater.getBytesRead();
        }
      } catch (DataFormatException e) {
        // Nothing compressed begins here.
      } finally {
        inflater.end();
      }
    }
    throw new AssertionError("there is no compressed chunk");
  }

  @Test
  void open_userBlock_isSkipped() throws Exception {
    byte[] whole = Files.readAllBytes(KerasSamples.real("rnn_0"));
    byte[] shifted = new byte[whole.length + 512];
    System.arraycopy(whole, 0, shifted, 512, whole.length);
    // The base address of a superblock of version 0.
    shifted[512 + 24 + 1] = 2;
    Path file = folder.resolve("block.h5");
    Files.write(file, shifted);
    try (Hdf5File hdf5 = Hdf5File.open(file)) {
      assertThat(hdf5.root().group("model_weights")).isPresent();
    }
  }

  @Test
  void open_hugeFile_isRefusedUnread() throws Exception {
    Path file = folder.resolve("huge.h5");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Hdf5Limits.MAX_FILE_BYTES + 1);
    }
    assertThatThrownBy(() -> Hdf5File.open(file))
        .isInstanceOf(Hdf5Exception.class)
        .hasMessageContaining("at most");
  }

  @Test
  void half_knownValues_areExact() {
    assertThat(Floats.half((short) 0x3c00)).isEqualTo(1f);
    assertThat(Floats.half((short) 0xc000)).isEqualTo(-2f);
    assertThat(Floats.half((short) 0x7bff)).isEqualTo(65504f);
    assertThat(Floats.half((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(Floats.half((short) 0x0400)).isEqualTo(0x1p-14f);
    assertThat(Floats.half((short) 0x8000)).isEqualTo(-0f);
    assertThat(Floats.half((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Floats.half((short) 0x7e00)).isNaN();
  }
}

package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that take several records. */
final class ChunkStoreTest {
  private static final int MOST = ChunkStore.PART_BYTES;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MOST, MOST + 1, 2 * MOST + 7})
  void get_valueOfAnySize_isWhatWasPutLast(int length) {
    KeyValueStore<String, byte[]> store = RetrainProgressTest.store(directory);
    ChunkStore chunks = new ChunkStore(store);
    byte[] value = new byte[length];
    Arrays.fill(value, (byte) 7);

    chunks.put("value", new byte[MOST + 3]);
    chunks.put("value", value);

    assertThat(chunks.get("value")).isEqualTo(value);
    chunks.delete("value");
    assertThat(chunks.get("value")).isNull();
    assertThat(store.approximateNumEntries()).as("left over").isZero();
  }

  /** By an exception of stores, or no start would restore what is there. */
  @Test
  void get_partThatIsAbsentOrOfAnotherLength_isAFailureOfTheStore() {
    KeyValueStore<String, byte[]> store = RetrainProgressTest.store(directory);
    ChunkStore chunks = new ChunkStore(store);
    chunks.put("value", new byte[MOST + 12]);

    store.put("value#0001", new byte[5]);
    assertRefused(chunks, "part 1 of value in the store history has 5 bytes, expected 12: start ");
    store.delete("value#0001");
    assertRefused(chunks, "part 1 of value in the store history has no bytes, expected 12: start ");
    store.delete("value#0000");
    assertRefused(chunks, "part 0 of value in the store history has no bytes, expected 900000: ");
  }

  private static void assertRefused(ChunkStore chunks, String message) {
    assertThatExceptionOfType(ProcessorStateException.class)
        .isThrownBy(() -> chunks.get("value"))
        .withMessageContaining(message)
        .withMessageContaining("take another model.name in both roles");
  }
}

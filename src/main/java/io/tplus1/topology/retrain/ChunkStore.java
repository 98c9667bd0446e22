package io.tplus1.topology.retrain;

import java.nio.ByteBuffer;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Values of any size in a key-value store whose changelog takes about a megabyte per record: each
 * lies in as many records as it needs. For the thread of the store.
 *
 * <p>Under the name itself lies the length, 32 bits; the parts lie under {@code name#0000}, {@code
 * name#0001} … The records of one value change in one transaction, as everything in the store does.
 */
final class ChunkStore {
  /** Largest part; a changelog's message may have 1,048,588 bytes with everything around it. */
  static final int PART_BYTES = 900_000;

  private final KeyValueStore<String, byte[]> store;

  ChunkStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** Puts a value in the place of what was there. */
  void put(String name, byte[] value) {
    int before = parts(length(name));
    int parts = parts(value.length);
    store.put(name, ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
    for (int part = 0; part < parts; part++) {
      int from = part * PART_BYTES;
      byte[] bytes = new byte[Math.min(PART_BYTES, value.length - from)];
      System.arraycopy(value, from, bytes, 0, bytes.length);
      store.put(key(name, part), bytes);
    }
    for (int part = parts; part < before; part++) {
      store.delete(key(name, part));
    }
  }

  /**
   * What was last put.
   *
   * @return null if there is nothing
   * @throws ProcessorStateException if a part is absent or of another length; after it the next
   *     start restores the store
   */
  byte[] get(String name) {
    int length = length(name);
    if (length < 0) {
      return null;
    }
    byte[] value = new byte[length];
    for (int part = 0; part < parts(length); part++) {
      byte[] bytes = store.get(key(name, part));
      int from = part * PART_BYTES;
      int expected = Math.min(PART_BYTES, length - from);
      if (bytes == null || bytes.length != expected) {
        throw new ProcessorStateException(
            "part %d of %s in the store %s has %s bytes, expected %d: start this instance again, which restores its stores from the brokers; if it ends so again, their changelog is broken, too: %s"
                .formatted(
                    part,
                    name,
                    store.name(),
                    bytes == null ? "no" : bytes.length,
                    expected,
                    RetrainProgress.BEGIN_ANEW));
      }
      System.arraycopy(bytes, 0, value, from, bytes.length);
    }
    return value;
  }

  void delete(String name) {
    int parts = parts(length(name));
    for (int part = 0; part < parts; part++) {
      store.delete(key(name, part));
    }
    store.delete(name);
  }

  /** Length of a value; −1 if there is none. */
  private int length(String name) {
    byte[] header = store.get(name);
    return header == null ? -1 : ByteBuffer.wrap(header).getInt();
  }

  private static int parts(int length) {
    return length <= 0 ? 0 : (length - 1) / PART_BYTES + 1;
  }

  private static String key(String name, int part) {
    return "%s#%04d".formatted(name, part);
  }
}

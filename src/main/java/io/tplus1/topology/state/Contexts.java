package io.tplus1.topology.state;

import io.tplus1.expert.ContextCounts;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts of contexts in a store of the task: all series of a partition share them.
 *
 * @param store key and value as the experts make them
 */
public record Contexts(KeyValueStore<Bytes, byte[]> store) implements ContextCounts {
  @Override
  public byte[] get(byte[] key) {
    return store.get(Bytes.wrap(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    store.put(Bytes.wrap(key), value);
  }
}

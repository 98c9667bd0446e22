package io.tplus1.topology;

import io.tplus1.score.ExpertMix;
import io.tplus1.score.MixPlan;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The mix of all series of a task together, which tells a series without errors of its own whom to
 * trust. Written through to its store. Owned by one stream thread.
 */
final class Pool {
  private static final String KEY = "pool";

  private final KeyValueStore<String, byte[]> store;
  private final ExpertMix mix;

  Pool(MixPlan plan, KeyValueStore<String, byte[]> store) {
    this.store = store;
    byte[] stored = store.get(KEY);
    this.mix = stored == null ? plan.start() : plan.read(ByteBuffer.wrap(stored));
  }

  ExpertMix mix() {
    return mix;
  }

  void save() {
    ByteBuffer bytes = ByteBuffer.allocate(mix.bytes());
    mix.write(bytes);
    store.put(KEY, bytes.array());
  }
}

package io.tplus1.topology.retrain;

import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The stores of one task of the side topology, of which one task's hold the model. For the stream
 * thread.
 *
 * @param samples see {@link KeptSamples}
 * @param history see {@link ModelHistory}
 * @param learner {@link ChunkStore} values
 */
record RetrainStores(
    KeyValueStore<Long, TrainingSample> samples,
    KeyValueStore<String, byte[]> history,
    KeyValueStore<String, byte[]> learner) {

  static RetrainStores of(ProcessorContext<?, ?> context) {
    return new RetrainStores(
        context.getStateStore(RetrainNodes.BUFFER),
        context.getStateStore(RetrainNodes.HISTORY),
        context.getStateStore(RetrainNodes.LEARNER));
  }

  /** Deletes all that they hold. */
  void clear() {
    clear(samples);
    clear(history);
    clear(learner);
  }

  private static <K, V> void clear(KeyValueStore<K, V> store) {
    List<K> keys = new ArrayList<>();
    try (KeyValueIterator<K, V> all = store.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
  }
}

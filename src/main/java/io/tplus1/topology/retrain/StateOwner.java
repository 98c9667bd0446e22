package io.tplus1.topology.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the side topology's stores are: what was learnt, pinned and judged under one model name
 * says nothing of another. For the stream thread.
 *
 * <p>The name lies under {@code model} in the store of the history, UTF-8. Former builds wrote
 * none: their stores count as those of the name of now.
 */
final class StateOwner {
  private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);
  private static final String KEY = "model";

  private final String modelName;
  private final KeyValueStore<String, byte[]> history;
  private boolean claimed;

  StateOwner(String modelName, KeyValueStore<String, byte[]> history) {
    this.modelName = modelName;
    this.history = history;
  }

  /** Empties the stores where they are another model name's; before anything is read of them. */
  void dropOthers(List<KeyValueStore<?, ?>> stores) {
    byte[] stored = history.get(KEY);
    String before = stored == null ? modelName : new String(stored, UTF_8);
    claimed = stored != null && before.equals(modelName);
    if (!before.equals(modelName)) {
      LOG.info("What model {} left is dropped: model {} begins with nothing", before, modelName);
      stores.forEach(StateOwner::clear);
    }
  }

  private static <K, V> void clear(KeyValueStore<K, V> store) {
    List<K> keys = new ArrayList<>();
    try (KeyValueIterator<K, V> all = store.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
  }

  /** Whether a record of the model came, now or before. */
  boolean isClaimed() {
    return claimed;
  }

  /** Notes the name; with the first record of the model, since other tasks keep nothing. */
  void claim() {
    if (!claimed) {
      history.put(KEY, modelName.getBytes(UTF_8));
      claimed = true;
    }
  }
}

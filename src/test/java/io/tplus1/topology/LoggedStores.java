package io.tplus1.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** What the changelogs of some stores hold at a commit, for stores that lost everything. */
final class LoggedStores {
  private record Row(Object key, long timeMs, Object value) {}

  private final Map<String, List<Row>> rows = new LinkedHashMap<>();
  private final Map<String, List<KeyValue<Object, Object>>> entries = new LinkedHashMap<>();

  /** Reads what there is now, oldest rows first, as they came. */
  @SuppressWarnings("unchecked")
  static LoggedStores of(List<StateStore> stores) {
    LoggedStores logged = new LoggedStores();
    for (StateStore store : stores) {
      if (store instanceof WindowStore<?, ?> windows) {
        List<Row> all = logged.rows.computeIfAbsent(store.name(), name -> new ArrayList<>());
        try (KeyValueIterator<? extends Windowed<?>, ?> rows = windows.all()) {
          rows.forEachRemaining(
              row -> all.add(new Row(row.key.key(), row.key.window().start(), row.value)));
        }
        all.sort((a, b) -> Long.compare(a.timeMs(), b.timeMs()));
      } else {
        List<KeyValue<Object, Object>> all = new ArrayList<>();
        logged.entries.put(store.name(), all);
        try (KeyValueIterator<Object, Object> pairs =
            ((KeyValueStore<Object, Object>) store).all()) {
          pairs.forEachRemaining(all::add);
        }
      }
    }
    return logged;
  }

  /** Restores these stores, which are empty. */
  @SuppressWarnings("unchecked")
  void restore(List<StateStore> stores) {
    for (StateStore store : stores) {
      if (store instanceof WindowStore<?, ?> windows) {
        WindowStore<Object, Object> restored = (WindowStore<Object, Object>) windows;
        rows.getOrDefault(store.name(), List.of())
            .forEach(row -> restored.put(row.key(), row.value(), row.timeMs()));
      } else {
        KeyValueStore<Object, Object> restored = (KeyValueStore<Object, Object>) store;
        entries
            .getOrDefault(store.name(), List.of())
            .forEach(pair -> restored.put(pair.key, pair.value));
      }
    }
  }
}

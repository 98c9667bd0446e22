package io.tplus1.topology.query;

import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.SeriesState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Merges the series of several stores in the order of their keys. Each step of an iterator reads a
 * whole state, so no more are read than are listed, and about one of each store. Any thread.
 */
final class SeriesList {
  private SeriesList() {}

  /**
   * The first series of all stores.
   *
   * @param prefix how their keys begin
   * @param after only keys behind this one; null for the first
   * @param most how many of them
   */
  static List<ListedSeries> first(
      List<? extends ReadOnlyKeyValueStore<String, SeriesState>> stores,
      String prefix,
      String after,
      int most) {
    String from =
        after == null || ForecastStores.KEY_ORDER.compare(after, prefix) < 0 ? prefix : after;
    List<ListedSeries> found = new ArrayList<>();
    List<KeyValueIterator<String, SeriesState>> opened = new ArrayList<>(stores.size());
    try {
      PriorityQueue<KeyValueIterator<String, SeriesState>> next =
          new PriorityQueue<>(
              Comparator.comparing(KeyValueIterator::peekNextKey, ForecastStores.KEY_ORDER));
      for (ReadOnlyKeyValueStore<String, SeriesState> store : stores) {
        KeyValueIterator<String, SeriesState> states =
            store.range(from.isEmpty() ? null : from, null);
        opened.add(states);
        addIfAny(next, states, prefix);
      }
      while (found.size() < most && !next.isEmpty()) {
        KeyValueIterator<String, SeriesState> states = next.remove();
        KeyValue<String, SeriesState> first = states.next();
        if (!first.key.equals(after)) {
          found.add(new ListedSeries(first.key, first.value.lastTimeMs()));
        }
        if (found.size() < most) {
          addIfAny(next, states, prefix);
        }
      }
    } finally {
      opened.forEach(KeyValueIterator::close);
    }
    return found;
  }

  private static void addIfAny(
      PriorityQueue<KeyValueIterator<String, SeriesState>> next,
      KeyValueIterator<String, SeriesState> states,
      String prefix) {
    if (states.hasNext() && states.peekNextKey().startsWith(prefix)) {
      next.add(states);
    }
  }
}

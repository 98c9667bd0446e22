package io.tplus1.topology.state;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Drops the state of series that fell silent and may never speak again, a bounded number at a time.
 * Owned by one stream thread.
 */
final class SilentSeries {
  /** Milliseconds that a pass over all series takes at least. */
  private static final int PASS_MS = 1_000;

  private final SeriesStores series;
  private int sinceMs;

  /** Small states that are due, of which a large one is several; below 0 after too large a one. */
  private int due;

  private String from;

  SilentSeries(SeriesStores series) {
    this.series = series;
  }

  /**
   * Looks at one series more for each millisecond, or at fewer where their states are large: a
   * state is read whole. Begins again behind the last, but not at once. A store in memory lists all
   * its keys to be looked into: that it does once a second.
   *
   * @param passedMs since the last call, at most 1,000
   */
  void drop(int passedMs, long streamTimeMs) {
    sinceMs = Math.min(PASS_MS, sinceMs + passedMs);
    boolean persistent = series.states().persistent();
    boolean goesOn = from != null && persistent;
    if (!goesOn && sinceMs < PASS_MS) {
      return;
    }
    due += persistent ? passedMs : PASS_MS;
    if (due > 0) {
      if (!goesOn) {
        sinceMs = 0;
      }
      look(streamTimeMs);
    }
  }

  private void look(long streamTimeMs) {
    Map<String, SeriesState> silent = new LinkedHashMap<>();
    String next = null;
    int seen = 0;
    try (KeyValueIterator<String, SeriesState> states = series.states().range(from, null)) {
      for (; states.hasNext(); seen++) {
        if (due <= 0) {
          next = states.peekNextKey();
          break;
        }
        KeyValue<String, SeriesState> stored = states.next();
        due -= series.weight(stored.value);
        SeriesState state = series.newest(stored.key, stored.value);
        if (series.isSilent(state, streamTimeMs)) {
          silent.put(stored.key, state);
        }
      }
    }
    from = next;
    due = Math.min(due, 0);
    series.count().passed(seen, next);
    silent.forEach(series::drop);
  }
}

package io.tplus1.topology;

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

  /** Small states that are due, of which a large one is several. */
  private int due;

  private String from;

  SilentSeries(SeriesStores series) {
    this.series = series;
  }

  /**
   * Looks at one series more for each millisecond, or at fewer where their states may be large: a
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
    int most = due / series.stateWeight();
    if (most > 0) {
      due %= series.stateWeight();
      if (!goesOn) {
        sinceMs = 0;
      }
      look(most, streamTimeMs);
    }
  }

  private void look(int most, long streamTimeMs) {
    Map<String, SeriesState> silent = new LinkedHashMap<>();
    String next = null;
    int seen = 0;
    try (KeyValueIterator<String, SeriesState> states = series.states().range(from, null)) {
      for (; states.hasNext(); seen++) {
        if (seen == most) {
          next = states.peekNextKey();
          break;
        }
        KeyValue<String, SeriesState> stored = states.next();
        SeriesState state = series.newest(stored.key, stored.value);
        if (series.isSilent(state, streamTimeMs)) {
          silent.put(stored.key, state);
        }
      }
    }
    from = next;
    series.count().passed(seen, next);
    silent.forEach(series::drop);
  }
}

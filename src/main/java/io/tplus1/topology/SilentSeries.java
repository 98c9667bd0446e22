package io.tplus1.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Drops the state of series that have been silent for longer than the retention, a bounded number
 * at a time. Owned by one stream thread.
 */
final class SilentSeries {
  /** Milliseconds that a pass over all series takes at least. */
  private static final int PASS_MS = 1_000;

  private final SeriesStores series;
  private final long retentionMs;
  private final ForecastCounters counters;
  private int sinceMs;
  private String from;

  SilentSeries(SeriesStores series, Duration retention, ForecastCounters counters) {
    this.series = series;
    this.retentionMs = retention.toMillis();
    this.counters = counters;
  }

  /**
   * Looks at one series more for each millisecond, and begins again behind the last, but not at
   * once. A store in memory lists all its keys to be looked into: that it does once a second.
   *
   * @param passedMs since the last call, at most 1,000
   */
  void drop(int passedMs, long streamTimeMs) {
    sinceMs += passedMs;
    boolean goesOn = from != null && series.states().persistent();
    if (goesOn) {
      look(passedMs, streamTimeMs);
    } else if (sinceMs >= PASS_MS) {
      sinceMs = 0;
      look(series.states().persistent() ? passedMs : PASS_MS, streamTimeMs);
    }
  }

  private void look(int most, long streamTimeMs) {
    List<String> silent = new ArrayList<>();
    long expired = 0;
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
        if (state.lastTimeMs() < streamTimeMs - retentionMs) {
          silent.add(stored.key);
          expired += state.pending().size();
        }
      }
    }
    from = next;
    series.count().passed(seen, next);
    silent.forEach(series::drop);
    counters.count(ForecastCounters.Event.SERIES_DROPPED, silent.size());
    counters.count(ForecastCounters.Event.EXPIRED, expired);
  }
}

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
  private final SeriesStores series;
  private final long retentionMs;
  private final ForecastCounters counters;
  private String from;

  SilentSeries(SeriesStores series, Duration retention, ForecastCounters counters) {
    this.series = series;
    this.retentionMs = retention.toMillis();
    this.counters = counters;
  }

  /**
   * Looks at the next series, and begins again behind the last.
   *
   * @param most series to look at
   */
  void drop(int most, long streamTimeMs) {
    List<String> silent = new ArrayList<>();
    long expired = 0;
    String next = null;
    try (KeyValueIterator<String, SeriesState> states = series.states().range(from, null)) {
      for (int seen = 0; states.hasNext(); seen++) {
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
    silent.forEach(series::drop);
    counters.count(ForecastCounters.Event.SERIES_DROPPED, silent.size());
    counters.count(ForecastCounters.Event.EXPIRED, expired);
  }
}

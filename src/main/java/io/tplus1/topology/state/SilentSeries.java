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
  /**
   * Milliseconds that a pass over all series takes at least: with few, one a second would be a
   * thirtieth of a busy thread.
   */
  private static final int PASS_MS = 10_000;

  /**
   * The same of the first, which counts the series as well, and where event time runs on far faster
   * than the clock, as in a replay: else what fell silent long ago is shown for seconds.
   */
  private static final int HASTY_PASS_MS = 1_000;

  /** Part of the time for which silent series are kept; if it passes, a pass is hasty. */
  private static final int HASTE = 10;

  /** Milliseconds from one part of a pass to the next where each lists all keys. */
  private static final int LISTING_MS = 1_000;

  private final SeriesStores series;
  private int sinceMs;

  /** Stream time from which on the next pass is hasty. */
  private long hastyFromMs = Long.MIN_VALUE;

  /** Small states that are due, of which a large one is several; below 0 after too large a one. */
  private int due;

  private String from;

  SilentSeries(SeriesStores series) {
    this.series = series;
  }

  /**
   * Looks at one series more for each millisecond, or at fewer where their states are large: a
   * state is read whole. Begins again behind the last, but not at once. A store in memory lists all
   * its keys to be looked into: that it does once a second at most.
   *
   * @param passedMs since the last call
   */
  void drop(long passedMs, long streamTimeMs) {
    sinceMs = (int) Math.min(PASS_MS, sinceMs + passedMs);
    boolean persistent = series.states().persistent();
    boolean begins = from == null;
    int pauseMs = streamTimeMs < hastyFromMs ? PASS_MS : HASTY_PASS_MS;
    if (sinceMs < (begins ? pauseMs : persistent ? 0 : LISTING_MS)) {
      return;
    }
    due += persistent ? (int) Math.min(Housekeeping.MOST_MS, passedMs) : LISTING_MS;
    if (due > 0) {
      if (begins || !persistent) {
        sinceMs = 0;
      }
      if (begins) {
        hastyFromMs = streamTimeMs + series.retentionMs() / HASTE;
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

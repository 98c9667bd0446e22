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
   * Milliseconds from a pass to the next, and to the first, at least: in a replay event time runs
   * on that far at once, and one every 20 ms would be more than a thirtieth of a busy thread.
   */
  private static final int REST_MS = 1_000;

  /**
   * Part of the time for which silent series are kept; once event time has moved by it, another
   * pass begins. While event time stands still nobody falls silent.
   */
  private static final int PART = 20;

  /** Milliseconds from one part of a pass to the next where each lists all keys. */
  private static final int LISTING_MS = REST_MS;

  private final SeriesStores series;
  private long sinceMs;

  /** Stream time from which on the next pass begins. */
  private long nextFromMs = Long.MIN_VALUE;

  /** Whether a pass has come to its end, and so has counted the series. */
  private boolean counted;

  /** Small states that are due, of which a large one is several; below 0 after too large a one. */
  private int due;

  /** Whether a quarter or more of the last part of a pass was dropped. */
  private boolean dropsMany;

  /** Milliseconds of which the process' tasks together have not yet made up one state of each. */
  private int unshared;

  private String from;

  SilentSeries(SeriesStores series) {
    this.series = series;
  }

  /**
   * Looks at one series more for each millisecond, or at fewer where their states are large: a
   * state is read whole. Behind the first pass, which counts the series as well, that is for all
   * tasks of the process, but for each that finds many silent ones: else more might come than go. A
   * store in memory lists all its keys to be looked into: that they do once a second at most.
   *
   * @param passedMs since the last call
   */
  void drop(long passedMs, long streamTimeMs) {
    sinceMs += passedMs;
    boolean persistent = series.states().persistent();
    boolean begins = from == null;
    int sharing = counted && !dropsMany ? Math.max(1, series.tasks()) : 1;
    long restMs = begins ? REST_MS : 0;
    long pauseMs = persistent ? restMs : (long) LISTING_MS * sharing;
    if (sinceMs < pauseMs || (begins && streamTimeMs < nextFromMs)) {
      return;
    }
    if (persistent) {
      unshared += (int) Math.min(Housekeeping.MOST_MS, passedMs);
      due += unshared / sharing;
      unshared %= sharing;
    } else {
      due += LISTING_MS;
    }
    if (due > 0) {
      if (begins || !persistent) {
        sinceMs = 0;
      }
      if (begins) {
        nextFromMs = streamTimeMs + series.retentionMs() / PART;
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
    counted |= next == null;
    due = Math.min(due, 0);
    dropsMany = !silent.isEmpty() && silent.size() * 4 >= seen;
    series.count().passed(seen, next);
    silent.forEach(series::drop);
  }
}

package io.tplus1.topology;

import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.state.SeriesCount;
import io.tplus1.topology.state.SeriesListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an instance has done since it started. Stream threads count, any thread reads.
 *
 * <p>Counts are of processing, not of commits: after an abort, records that are read again are
 * counted again.
 */
public final class ForecastCounters {

  /** Events that are neither a forecast nor a dead letter. */
  public enum Event {
    /** One horizon of a forecast was held against its actual. */
    SCORED,
    /** A target had an interval when its actual came. */
    INTERVALS,
    /** The actual lay in the interval. */
    COVERED,
    /** A forecast that nothing answered was given up. */
    EXPIRED,
    /** A vector older than the series' newest was stored. */
    LATE,
    /** A vector replaced the one of the same series and time, or a step filled in its place. */
    CORRECTED,
    /** No forecast, because the series had fewer vectors than {@code history.minimum}. */
    INSUFFICIENT_HISTORY,
    /** A window was read from the store because it was not on the heap. */
    WINDOW_REBUILT,
    /** A window was read from the store, which had lost its newest vector, if not more. */
    WINDOW_LOST,
    /** The state of a series that fell silent was dropped. */
    SERIES_DROPPED,
    /** An absent step was filled. */
    STEP_FILLED,
    /** An absent feature was filled. */
    FEATURE_FILLED,
    /** A gap, or a feature's absence, was too long to be filled, and the window began anew. */
    WINDOW_RESTARTED,
    /** A word came that its category's vocabulary does not hold. */
    UNKNOWN_WORD,
    /** A training sample was emitted. */
    SAMPLED,
    /** A training sample was not emitted, because no message of its topic could hold it. */
    SAMPLE_TOO_LARGE
  }

  private final Tally<ForecastStatus> forecasts = new Tally<>(ForecastStatus.class);
  private final Tally<RejectReason> deadLetters = new Tally<>(RejectReason.class);
  private final Tally<Event> events = new Tally<>(Event.class);
  private final Set<SeriesCount> series = ConcurrentHashMap.newKeySet();
  private final ForecastListener listener;

  /**
   * @param listener told more than is counted
   */
  public ForecastCounters(ForecastListener listener) {
    this.listener = listener;
  }

  ForecastListener listener() {
    return listener;
  }

  void forecast(ForecastStatus status) {
    forecasts.count(status);
  }

  void deadLetter(RejectReason reason) {
    deadLetters.count(reason);
  }

  void count(Event event) {
    events.count(event);
  }

  void count(Event event, long times) {
    events.count(event, times);
  }

  /** Counts what the stores of a task do with its series. */
  SeriesListener seriesListener() {
    return new SeriesListener() {
      @Override
      public void keeps(SeriesCount count) {
        series.add(count);
      }

      @Override
      public void keepsNoMore(SeriesCount count) {
        series.remove(count);
      }

      @Override
      public void rebuilt() {
        events.count(Event.WINDOW_REBUILT);
      }

      @Override
      public void lost() {
        events.count(Event.WINDOW_LOST);
      }

      @Override
      public void dropped(int waiting) {
        events.count(Event.SERIES_DROPPED);
        events.count(Event.EXPIRED, waiting);
      }
    };
  }

  /** Series that the tasks keep; for a while after a start, those that they have counted. */
  public long series() {
    return series.stream().mapToLong(SeriesCount::get).sum();
  }

  /** Forecasts emitted with a status. */
  public long forecasts(ForecastStatus status) {
    return forecasts.of(status);
  }

  /** Forecasts emitted. */
  public long forecasts() {
    return forecasts.total();
  }

  /** Records dead-lettered for a reason. */
  public long deadLetters(RejectReason reason) {
    return deadLetters.of(reason);
  }

  /** Records dead-lettered. */
  public long deadLetters() {
    return deadLetters.total();
  }

  /** How often an event occurred. */
  public long events(Event event) {
    return events.of(event);
  }
}

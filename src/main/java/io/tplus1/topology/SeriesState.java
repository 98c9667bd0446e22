package io.tplus1.topology;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is kept of a series beside its vectors: when it last spoke, the forecasts that wait, and
 * what was learnt of it.
 *
 * <p>The pending forecasts are those of the last vectors in order, oldest first, one per vector
 * that was answered with a forecast; {@code null} never stands among them. The number of vectors
 * that came since a forecast was made tells which horizon the next vector answers.
 */
final class SeriesState {
  /** A forecast and how many of its horizons are answered. */
  static final class Waiting {
    private final PendingForecast forecast;
    private int answered;

    Waiting(PendingForecast forecast, int answered) {
      this.forecast = forecast;
      this.answered = answered;
    }

    PendingForecast forecast() {
      return forecast;
    }

    int answered() {
      return answered;
    }

    /** Counts one more answered horizon and returns it, from 1. */
    int answer() {
      return ++answered;
    }
  }

  private final Deque<Waiting> pending = new ArrayDeque<>();
  private final MeanChanges changes;
  private long lastTimeMs;

  /** A state of which nothing is kept but times and forecasts. */
  SeriesState(long lastTimeMs) {
    this(lastTimeMs, null);
  }

  /**
   * @param changes how much targets usually change; null where nothing is passed on for learning
   */
  SeriesState(long lastTimeMs, MeanChanges changes) {
    this.lastTimeMs = lastTimeMs;
    this.changes = changes;
  }

  /** Event time of the newest vector, epoch milliseconds. */
  long lastTimeMs() {
    return lastTimeMs;
  }

  void setLastTimeMs(long timeMs) {
    this.lastTimeMs = timeMs;
  }

  /** How much targets usually change; null where nothing is passed on for learning. */
  MeanChanges changes() {
    return changes;
  }

  /** Forecasts that wait for an actual, oldest first. */
  Deque<Waiting> pending() {
    return pending;
  }
}

package io.tplus1.topology;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is kept of a series beside its vectors: when it last spoke, and the forecasts that wait.
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
  private long lastTimeMs;

  SeriesState(long lastTimeMs) {
    this.lastTimeMs = lastTimeMs;
  }

  /** Event time of the newest vector, epoch milliseconds. */
  long lastTimeMs() {
    return lastTimeMs;
  }

  void setLastTimeMs(long timeMs) {
    this.lastTimeMs = timeMs;
  }

  /** Forecasts that wait for an actual, oldest first. */
  Deque<Waiting> pending() {
    return pending;
  }
}

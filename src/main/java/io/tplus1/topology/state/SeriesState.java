package io.tplus1.topology.state;

import io.tplus1.feature.Absences;
import io.tplus1.model.ForecastStatus;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is kept of a series beside its vectors: when it last spoke, the forecasts that wait, and
 * what was learnt of it.
 *
 * <p>The pending forecasts are those of the last vectors in order, oldest first, one per vector
 * that was answered with a forecast; {@code null} never stands among them. The number of rows
 * behind that of a forecast, late ones included, tells which horizon the next vector answers.
 */
public final class SeriesState {
  /** Stands where no gap has started the window anew. */
  static final long NO_GAP = Long.MIN_VALUE;

  private static final float[] NOTHING = {};

  private final Deque<PendingForecast> pending = new ArrayDeque<>();

  /** One that waits no more, for the next forecast; null if there is none. */
  private PendingForecast spare;

  private final Learnt learnt;
  private final Absences absences = new Absences();
  private long lastTimeMs;
  private long windowFromMs = NO_GAP;
  private long intervalMs;
  private boolean marked;

  SeriesState(long lastTimeMs, Learnt learnt) {
    this.lastTimeMs = lastTimeMs;
    this.learnt = learnt;
  }

  /** Event time of the newest vector, epoch milliseconds. */
  public long lastTimeMs() {
    return lastTimeMs;
  }

  void setLastTimeMs(long timeMs) {
    this.lastTimeMs = timeMs;
  }

  /** Event time before which no vector is in the window; {@link #NO_GAP} for none. */
  public long windowFromMs() {
    return windowFromMs;
  }

  /** Lets the window begin with this event time. */
  void startWindow(long timeMs) {
    this.windowFromMs = timeMs;
  }

  /**
   * The interval that the window showed when it last changed, by which a gap behind it is told: of
   * the window itself a long gap leaves too little. 0 where none is learnt.
   */
  public long intervalMs() {
    return intervalMs;
  }

  /**
   * Notes the interval that the window shows.
   *
   * @param intervalMs milliseconds; 0 where none is learnt
   */
  public void setIntervalMs(long intervalMs) {
    this.intervalMs = intervalMs;
  }

  /** Whether the store said of which features, targets and words it is. */
  boolean isMarked() {
    return marked;
  }

  void setMarked(boolean marked) {
    this.marked = marked;
  }

  /** Since when single features are absent. */
  public Absences absences() {
    return absences;
  }

  /** What was learnt of the series. */
  public Learnt learnt() {
    return learnt;
  }

  /** Forecasts that wait for an actual, oldest first. */
  public Deque<PendingForecast> pending() {
    return pending;
  }

  /** One of them waits no more, and is another's from now on. */
  public void release(PendingForecast forecast) {
    spare = forecast;
  }

  /**
   * Lets a forecast wait, of which nothing is answered; the arrays are copied.
   *
   * @param madeAtMs event time of the window's last vector, epoch milliseconds
   * @param status what stands behind it
   * @param model hash of the artifact that made it
   * @param last {@code float[targets]}, as all that follow see {@link PendingForecast}
   * @param values {@code float[horizon][outputWidth]}
   * @param experts {@code float[experts][horizon × outputWidth]}
   * @param halfWidths {@code float[horizon][targets]}
   * @param inputs {@code float[horizon][targets][…]}
   */
  public void await(
      long madeAtMs,
      ForecastStatus status,
      String model,
      float[] last,
      float[] values,
      float[][] experts,
      float[] halfWidths,
      float[] inputs) {
    PendingForecast forecast = spare;
    if (forecast == null) {
      forecast = new PendingForecast(madeAtMs, status, model, 0, NOTHING, NOTHING);
    }
    spare = null;
    forecast.become(madeAtMs, status, model, last, values, experts, halfWidths, inputs);
    pending.addLast(forecast);
  }
}

package io.tplus1.config;

import io.tplus1.feature.KeptState;
import java.time.Duration;
import java.util.Optional;

/**
 * How vectors form windows, and how long they are kept.
 *
 * @param steps N, vectors of a full window
 * @param horizon H, steps ahead that a forecast covers
 * @param historyMinimum fewest vectors from which a forecast is made
 * @param maxAge vectors older than this before a series' newest are not in its window
 * @param maxLateness vectors older than this before stream time are dead-lettered
 * @param retention how long vectors and silent series are kept, in event time
 * @param interval time between two vectors of a series, where it is fixed
 * @param inMemory whether stores lie in memory instead of RocksDB
 * @param seriesOnHeap most series whose rings are held on the heap, per task
 * @param heapShare largest share of the process' heap that these series take up, of all tasks
 * @param projectionBytes most bytes of input projections that are kept beside those rings, per task
 */
public record WindowSettings(
    int steps,
    int horizon,
    int historyMinimum,
    Duration maxAge,
    Duration maxLateness,
    Duration retention,
    Optional<Duration> interval,
    boolean inMemory,
    int seriesOnHeap,
    double heapShare,
    long projectionBytes) {

  /** What another age or retention of windows costs, as the end of a sentence that advises it. */
  public static final String RESTORES_ONCE =
      "with which a running application restores its stores once " + KeptState.CHANGING;

  /** The same with another horizon. */
  WindowSettings withHorizon(int other) {
    return new WindowSettings(
        steps,
        other,
        historyMinimum,
        maxAge,
        maxLateness,
        retention,
        interval,
        inMemory,
        seriesOnHeap,
        heapShare,
        projectionBytes);
  }

  /**
   * Most vectors that lie in a window.
   *
   * @param stepMs time between two of them, in milliseconds; 0 counts as 1
   */
  public long mostVectors(long stepMs) {
    return maxAge.toMillis() / Math.max(1, stepMs) + 1;
  }

  /** How far back from a series' newest vector its vectors are sure to be held. */
  public Duration heldBack() {
    return retention.minus(maxLateness);
  }

  /**
   * How long the shortest training sample takes: a window, and the H vectors that follow it.
   *
   * @param step time between two vectors
   */
  public Duration sampleSpan(Duration step) {
    return step.multipliedBy(historyMinimum - 1L + horizon);
  }

  /**
   * The retention with which training samples have the windows of their forecasts.
   *
   * @param step time between two vectors
   */
  public Duration retentionForSamples(Duration step) {
    return maxAge.plus(maxLateness).plus(step.multipliedBy(horizon));
  }
}

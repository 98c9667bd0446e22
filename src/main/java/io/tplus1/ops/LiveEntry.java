package io.tplus1.ops;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The latest forecast and the newest scores of one series of {@link LiveSeries}, under its lock. Of
 * a forecast it holds no receipt, which nobody asks for and which may be the larger part; and of
 * all numbers copies in arrays of its own, so that no forecast lives longer than its vector does.
 */
final class LiveEntry {
  /** Scores that are kept. */
  static final int POINTS = 48;

  /** Of a score: actual values, forecast values, half widths of intervals. */
  private static final int ROWS = 3;

  /** Objects, a key of some fifty characters, and its places in maps, beside what arrays hold. */
  private static final int OBJECTS = 460;

  private static final float[] NOTHING = {};

  private final int targets;
  private DecayedErrors errors;
  private int partition;

  /** Of the latest forecast; null if there was none. */
  private ForecastStatus status;

  private String model;
  private long[] targetTimesMs = new long[1];
  private float[] forecast = NOTHING;
  private float[] lower = NOTHING;
  private float[] upper = NOTHING;
  private long timeMs = Long.MIN_VALUE;

  /** A ring: times, and {@link #ROWS} rows of values of each. Grows to {@link #POINTS}. */
  private long[] times = new long[4];

  private float[] values;
  private int count;
  private int next;

  /**
   * One score at horizon 1.
   *
   * @param timeMs event time of the actual, epoch milliseconds
   * @param actual {@code float[targets]}, raw; ids for categories
   * @param forecast {@code float[targets]}, raw; likeliest ids for categories
   * @param halfWidths {@code float[targets]}, half the widths of the intervals; NaN where none was
   */
  record Point(long timeMs, float[] actual, float[] forecast, float[] halfWidths) {}

  LiveEntry(int targets, DecayedErrors errors) {
    this.targets = targets;
    this.errors = errors;
    this.values = new float[4 * ROWS * targets];
  }

  /** Most bytes of the heap that one with such a key takes; a longer key comes on top. */
  static long bytes(FeatureSchema schema, int horizon) {
    long targets = schema.targets().size();
    long points = POINTS * (Long.BYTES + ROWS * Float.BYTES * targets);
    long step = Long.BYTES + Float.BYTES * (schema.outputWidth() + 2 * targets);
    return OBJECTS + points + DecayedErrors.BYTES * targets + horizon * step;
  }

  /** Begins anew, for another series. */
  void clear(DecayedErrors known) {
    status = null;
    model = null;
    timeMs = Long.MIN_VALUE;
    errors = known;
    count = 0;
    next = 0;
  }

  /** Notes by which partition of {@code features} its series comes. */
  void cameBy(int newest) {
    partition = newest;
  }

  int partition() {
    return partition;
  }

  void forecast(Prediction newest) {
    status = newest.status();
    model = newest.model();
    long[] steps = newest.targetTimesMs();
    if (targetTimesMs.length != steps.length) {
      targetTimesMs = new long[steps.length];
    }
    System.arraycopy(steps, 0, targetTimesMs, 0, steps.length);
    forecast = copy(newest.values(), forecast);
    lower = copy(newest.lower(), lower);
    upper = copy(newest.upper(), upper);
    timeMs = newest.timeMs();
  }

  private static float[] copy(float[] from, float[] into) {
    float[] to = into.length == from.length ? into : new float[from.length];
    System.arraycopy(from, 0, to, 0, from.length);
    return to;
  }

  boolean hasForecast() {
    return status != null;
  }

  /** A copy without a receipt; null if there was none. */
  Prediction latest(String key) {
    return status == null
        ? null
        : new Prediction(
            key,
            timeMs,
            status,
            model,
            targetTimesMs.clone(),
            forecast.clone(),
            lower.clone(),
            upper.clone(),
            Optional.empty());
  }

  /** Event time of the latest forecast, epoch milliseconds. */
  long timeMs() {
    return timeMs;
  }

  DecayedErrors errors() {
    return errors;
  }

  void setErrors(DecayedErrors known) {
    this.errors = known;
  }

  /**
   * Adds a score.
   *
   * @param likeliest {@code float[targets]}, its forecast as one value a target
   */
  void add(Score score, float[] likeliest) {
    if (count == times.length && count < POINTS) {
      int larger = Math.min(POINTS, count * 2);
      times = Arrays.copyOf(times, larger);
      values = Arrays.copyOf(values, larger * ROWS * targets);
      next = count;
    }
    times[next] = score.timeMs();
    int at = next * ROWS * targets;
    System.arraycopy(score.actual(), 0, values, at, targets);
    System.arraycopy(likeliest, 0, values, at + targets, targets);
    for (int i = 0; i < targets; i++) {
      values[at + 2 * targets + i] = score.hasInterval(i) ? score.halfWidths()[i] : Float.NaN;
    }
    next = (next + 1) % times.length;
    count = Math.min(count + 1, times.length);
  }

  /** Scores, oldest first, copied. */
  List<Point> points() {
    List<Point> points = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = Math.floorMod(next - count + i, times.length);
      int from = at * ROWS * targets;
      points.add(
          new Point(
              times[at],
              Arrays.copyOfRange(values, from, from + targets),
              Arrays.copyOfRange(values, from + targets, from + 2 * targets),
              Arrays.copyOfRange(values, from + 2 * targets, from + 3 * targets)));
    }
    return points;
  }
}

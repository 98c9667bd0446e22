package io.tplus1.topology;

import io.tplus1.config.HygieneSettings.Fill;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureVector;
import io.tplus1.topology.state.RowLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Maps that never forget a row, against which histories with holes are held. */
final class NaiveHistory {
  static final int STEPS = 5;
  static final int HORIZON = 2;
  static final int INTERVAL = 4;
  static final int MAX_AGE = 30;
  static final int LIMIT = 2;

  /**
   * How holes are filled.
   *
   * @param interval whether it is set
   */
  record Fills(Fill gap, Fill missing, boolean interval) {}

  record Settled(String key, long madeAtMs, int horizon, long timeMs, float x) {}

  /**
   * What a vector brought about.
   *
   * @param dead how many dead letters
   * @param window the rows that were forecast from, with their marks; empty for no forecast
   */
  record Outcome(int dead, List<Settled> scores, List<FeatureVector> window) {}

  private static final Outcome NOTHING = new Outcome(0, List.of(), List.of());
  private static final Outcome DEAD = new Outcome(1, List.of(), List.of());

  private final Fills fills;
  private final WindowSettings windows;
  private final Map<String, Series> known = new HashMap<>();
  private long streamTimeMs;

  private static final class Waiting {
    private final long madeAtMs;
    private int answered;

    Waiting(long madeAtMs) {
      this.madeAtMs = madeAtMs;
    }
  }

  private static final class Series {
    private final TreeMap<Long, FeatureVector> rows = new TreeMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final int[] absent = new int[2];
    private long fromMs;
    private long lastMs;
  }

  NaiveHistory(Fills fills, WindowSettings windows) {
    this.fills = fills;
    this.windows = windows;
  }

  Outcome push(String key, long time, float x, float y) {
    streamTimeMs = Math.max(streamTimeMs, time);
    known.values().removeIf(one -> one.lastMs < streamTimeMs - windows.retention().toMillis());
    float[] row = {x, y, RowLayout.OBSERVED};
    Series series = known.get(key);
    return series != null && time <= series.lastMs
        ? insert(series, time, row)
        : append(key, series == null ? new Series() : series, time, row);
  }

  /** A row that is late, or corrects another one. */
  private Outcome insert(Series series, long time, float[] row) {
    List<FeatureVector> window = window(series, series.lastMs);
    List<FeatureVector> before = window.stream().filter(one -> one.timeMs() <= time).toList();
    for (int f = 0; f < 2 && time == series.lastMs && !isOver(series); f++) {
      series.absent[f] = Float.isNaN(row[f]) ? series.absent[f] : 0;
    }
    if (isHoled(row)) {
      if (before.isEmpty()) {
        return DEAD;
      }
      FeatureVector last = before.get(before.size() - 1);
      boolean corrects = last.timeMs() == time && last.values()[2] == RowLayout.OBSERVED;
      fill(row, last.values(), null);
      row[2] = corrects ? RowLayout.OBSERVED : row[2];
    }
    int held = series.rows.size();
    if (!series.rows.containsKey(time)) {
      long near = interval(window) / 2;
      window.stream()
          .filter(one -> one.values()[2] == RowLayout.FILLED)
          .map(FeatureVector::timeMs)
          .filter(made -> Math.abs(made - time) <= near)
          .reduce((a, b) -> Math.abs(b - time) <= Math.abs(a - time) ? b : a)
          .ifPresent(series.rows::remove);
    }
    series.rows.put(time, new FeatureVector(time, row));
    if (series.rows.size() > held) { // One more step behind what was forecast before it.
      series.waiting.stream().filter(one -> one.madeAtMs < time).forEach(one -> one.answered++);
      series.waiting.removeIf(one -> one.answered == HORIZON);
    }
    return NOTHING;
  }

  /** The series' next row. */
  private Outcome append(String key, Series series, long time, float[] row) {
    List<FeatureVector> window = window(series, time);
    boolean isNew = series.rows.isEmpty();
    boolean isOver = isOver(series);
    long gap = fills.gap() == Fill.OFF || window.isEmpty() ? 0 : gap(series, time);
    boolean far = fills.gap() != Fill.OFF && (window.isEmpty() || gap > LIMIT);
    if (isHoled(row) && (window.isEmpty() || gap > LIMIT)) {
      return DEAD;
    }
    if (isHoled(row) && (isOver || isAbsentTooLong(series, row))) {
      count(series, row, isOver);
      return DEAD;
    }
    known.put(key, series);
    count(series, row, false);
    List<Settled> scores = new ArrayList<>();
    if (!isNew && (isOver || far)) {
      series.waiting.clear();
      series.fromMs = time;
    } else {
      for (long i = 1; i <= gap; i++) {
        FeatureVector made = between(window.get(window.size() - 1), time, row, i, gap + 1);
        settle(scores, key, series, made.timeMs(), null);
        series.rows.put(made.timeMs(), made);
      }
    }
    settle(scores, key, series, time, row.clone());
    if (isHoled(row)) {
      List<FeatureVector> before = window(series, time);
      int last = before.size() - 1;
      boolean along =
          fills.missing() == Fill.LINEAR
              && last > 0
              && before.get(last).values()[2] == RowLayout.OBSERVED;
      fill(row, before.get(last).values(), along ? before.get(last - 1).values() : null);
    }
    series.rows.put(time, new FeatureVector(time, row));
    series.lastMs = time;
    series.waiting.add(new Waiting(time));
    return new Outcome(0, scores, window(series, time));
  }

  private static boolean isHoled(float[] row) {
    return Float.isNaN(row[0]) || Float.isNaN(row[1]);
  }

  private static boolean isOver(Series series) {
    return Arrays.stream(series.absent).anyMatch(count -> count > LIMIT);
  }

  private static boolean isAbsentTooLong(Series series, float[] row) {
    return (Float.isNaN(row[0]) && series.absent[0] >= LIMIT)
        || (Float.isNaN(row[1]) && series.absent[1] >= LIMIT);
  }

  private static void count(Series series, float[] row, boolean isOver) {
    for (int f = 0; f < 2 && !isOver; f++) {
      series.absent[f] = Float.isNaN(row[f]) ? series.absent[f] + 1 : 0;
    }
  }

  /** The last value, or for y, no target, as far behind it as that is behind the one before. */
  private static void fill(float[] row, float[] last, float[] beforeLast) {
    row[2] = Float.isNaN(row[0]) ? RowLayout.PARTLY_FILLED : RowLayout.INPUTS_FILLED;
    row[0] = Float.isNaN(row[0]) ? last[0] : row[0];
    if (Float.isNaN(row[1])) {
      row[1] = beforeLast == null ? last[1] : 2 * last[1] - beforeLast[1];
    }
  }

  private FeatureVector between(FeatureVector from, long toMs, float[] to, long step, long steps) {
    float[] row = {from.values()[0], from.values()[1], RowLayout.FILLED};
    for (int f = 0; f < 2 && fills.gap() == Fill.LINEAR; f++) {
      double change = (double) to[f] - row[f];
      row[f] = Double.isNaN(change) ? row[f] : (float) (row[f] + change * (step / (double) steps));
    }
    return new FeatureVector(from.timeMs() + (toMs - from.timeMs()) * step / steps, row);
  }

  /**
   * Answers one horizon of each forecast that waits.
   *
   * @param actual null for a step at which nothing came
   */
  private void settle(List<Settled> scores, String key, Series series, long time, float[] actual) {
    series.waiting.removeIf(one -> time - one.madeAtMs > windows.retention().toMillis());
    for (Waiting one : series.waiting) {
      one.answered++;
      if (actual != null && !Float.isNaN(actual[0])) {
        scores.add(new Settled(key, one.madeAtMs, one.answered, time, actual[0]));
      }
    }
    series.waiting.removeIf(one -> one.answered == HORIZON);
  }

  /** The last N rows, none too old beside a time, or from before the window began anew. */
  private List<FeatureVector> window(Series series, long time) {
    List<FeatureVector> young =
        List.copyOf(series.rows.tailMap(Math.max(series.fromMs, time - MAX_AGE), true).values());
    return young.subList(Math.max(0, young.size() - STEPS), young.size());
  }

  /** The interval that is set, or the median of the last ones. */
  private long interval(List<FeatureVector> window) {
    long[] between = new long[window.size() - 1];
    for (int i = 0; i < between.length; i++) {
      between[i] = window.get(i + 1).timeMs() - window.get(i).timeMs();
    }
    Arrays.sort(between);
    long median = between.length == 0 ? 0 : between[between.length / 2];
    return fills.interval() ? INTERVAL : median;
  }

  /** Absent steps before a vector, by the window before it; an interval is learnt from three. */
  private long gap(Series series, long time) {
    List<FeatureVector> window = window(series, series.lastMs);
    double since = time - series.lastMs;
    return fills.interval() || window.size() > 3
        ? Math.max(0, Math.round(since / interval(window)) - 1)
        : 0;
  }
}

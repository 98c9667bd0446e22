package io.tplus1.expert;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds the season of one series as it goes: the lag at which its values resemble themselves. For
 * one thread.
 *
 * <p>Kept are, for every lag that a window can hold, how far values lay from those that lag before
 * them, in units of the mean change from one vector to the next, mean over the number targets; and
 * that mean change of each. Both forget, so that a season that ends is given up. A vector costs as
 * many differences as there are lags times targets; the same vectors find the same season.
 */
public final class SeasonFinder {
  /*
   * A season L is a dip: forecasts from L steps before are better than those from lags around it. The
   * error at L is held against the mean of those at L/2 … 3L/2, for errors grow with the lag where
   * values wander. A mean of R errors is itself off by some 1/√R, errors follow each other, and there
   * are many lags to choose from: hence 4/√R, which white noise and random walks of 800 steps hardly
   * ever pass. Multiples of a season are seasons too, and the least of many errors is small by chance:
   * so a longer one must be better by more than that. Neighbours of a smooth season are as good, so
   * the one that was found stays, unless another is better, or divides it.
   */
  private static final double DECAY = 0.999;

  /** Least part by which a season's errors are below those around it. */
  private static final double DIP = 0.15;

  private static final double DOUBT = 4;

  /** Part by which errors must differ at least; of R errors it is 3/√R. */
  private static final double ALIKE = 0.1;

  private static final double CHANCE = 3;

  /** A season that is so much shorter than another is no neighbour of it. */
  private static final double SHORTER = 0.75;

  /** Fewest errors behind a season, whatever its length; else as many as it has steps. */
  private static final int FEWEST = 12;

  /** Rows that {@link #DECAY} leaves of any number: all but a tenth of those it comes to. */
  private static final int MOST_SEEN = 900;

  /** Vectors from one search to the next. */
  private static final int EVERY = 8;

  /** Largest error of a value, in its mean changes. */
  private static final double MOST = 100;

  private static final int HEADER_BYTES = 3 * Integer.BYTES;

  private final int[] columns;
  private final int[] places;
  private final float[] changes;
  private final float[] changeRows;
  private final float[] errors;
  private final float[] rows;

  /** Vectors since the last search. */
  private int count;

  private int season;

  /**
   * A finder that has seen nothing.
   *
   * @param longest steps of the longest lag that is looked at, at least 1; seasons are shorter
   */
  public SeasonFinder(FeatureSchema schema, int longest) {
    if (longest < 1) {
      throw new IllegalArgumentException("the longest lag must be >= 1 step, found " + longest);
    }
    this.columns = LinearShape.numberTargets(schema);
    this.places = schema.numberTargets().stream().mapToInt(Integer::intValue).toArray();
    this.changes = new float[columns.length];
    this.changeRows = new float[columns.length];
    this.errors = new float[longest];
    this.rows = new float[longest];
  }

  /** The season, in steps; 0 while none is found. */
  public int season() {
    return season;
  }

  /**
   * Learns the newest vector of a window. Values that are not finite teach nothing.
   *
   * @param window in which it stands last, raw; rows may have more columns behind the schema's
   * @param actual {@code float[targets]} of that vector, raw; NaN where nothing came, however the
   *     window's row was filled
   */
  public void learn(FeatureWindow window, float[] actual) {
    if (window.steps() < 2) {
      return;
    }
    int lags = Math.min(errors.length, window.steps() - 1);
    double[] sums = new double[lags];
    int[] counts = new int[lags];
    for (int i = 0; i < columns.length; i++) {
      compare(window, i, actual[places[i]], sums, counts);
    }
    for (int lag = 1; lag <= lags; lag++) {
      if (counts[lag - 1] > 0) {
        add(errors, rows, lag - 1, sums[lag - 1] / counts[lag - 1]);
      }
    }
    count = (count + 1) % EVERY;
    if (count == 0) {
      season = search();
    }
  }

  private void compare(FeatureWindow window, int target, double now, double[] sums, int[] counts) {
    float[] buffer = window.buffer();
    int width = window.features();
    int newest = window.offset() + (window.steps() - 1) * width + columns[target];
    double change = Math.abs(now - buffer[newest - width]);
    if (change < Float.MAX_VALUE) {
      add(changes, changeRows, target, Math.min(change, mostChange(target)));
    }
    double unit = changes[target];
    for (int lag = 1; lag <= sums.length && unit > 0; lag++) {
      double error = Math.abs(now - buffer[newest - lag * width]);
      if (!Double.isNaN(error)) {
        sums[lag - 1] += Math.min(error / unit, MOST);
        counts[lag - 1]++;
      }
    }
  }

  /** What doubles the mean change, once it is known: beside a sentinel all else would be small. */
  private double mostChange(int target) {
    boolean known = changeRows[target] > FEWEST && changes[target] > 0;
    return known ? (1.0 + changeRows[target]) * changes[target] : Double.POSITIVE_INFINITY;
  }

  private static void add(float[] means, float[] counts, int at, double value) {
    double kept = DECAY * counts[at];
    means[at] = (float) ((kept * means[at] + value) / (kept + 1));
    counts[at] = (float) (kept + 1);
  }

  private int search() {
    int known = 0;
    while (known < rows.length && rows[known] > 0) {
      known++;
    }
    double[] sums = new double[known + 1];
    for (int lag = 1; lag <= known; lag++) {
      sums[lag] = sums[lag - 1] + error(lag);
    }
    int best = 0;
    for (int lag = 2; lag < known; lag++) {
      boolean dips = error(lag) < error(lag - 1) && error(lag) <= error(lag + 1);
      if (dips && isDeep(lag, known, sums) && (best == 0 || isBetter(lag, best))) {
        best = lag;
      }
    }
    boolean stays = season > 0 && season < known && isDeep(season, known, sums);
    return stays && (best == 0 || best > SHORTER * season) && !isBetter(best, season)
        ? season
        : best;
  }

  /** Whether errors are well below those of the lags around. */
  private boolean isDeep(int lag, int known, double[] sums) {
    double seen = rows[lag - 1];
    if (seen < Math.min(Math.max(lag, FEWEST), MOST_SEEN)) {
      return false;
    }
    int from = lag - lag / 2;
    int to = Math.min(known, lag + lag / 2);
    double around = (sums[to] - sums[from - 1] - error(lag)) / (to - from);
    return error(lag) < (1 - Math.max(DIP, DOUBT / Math.sqrt(seen))) * around;
  }

  /** Whether errors at one lag are so much smaller that it is more than chance. */
  private boolean isBetter(int lag, int than) {
    return lag > 0
        && error(lag) < (1 - Math.max(ALIKE, CHANCE / Math.sqrt(rows[lag - 1]))) * error(than);
  }

  private double error(int lag) {
    return errors[lag - 1];
  }

  /** Number of bytes that {@link #write} writes: 8 per lag and per number target, and 12. */
  public int bytes() {
    return HEADER_BYTES + 2 * Float.BYTES * (columns.length + errors.length);
  }

  /**
   * Writes what was learnt, big-endian: lags, vectors since the last search, season, then means
   * with their counts.
   */
  public void write(ByteBuffer bytes) {
    bytes.putInt(errors.length).putInt(count).putInt(season);
    for (float[] values : List.of(changes, changeRows, errors, rows)) {
      for (float value : values) {
        bytes.putFloat(value);
      }
    }
  }

  /**
   * Goes on with what {@link #write} wrote; begins anew where that was of other targets or lags, or
   * cannot be.
   *
   * @param stored read from its position to its limit
   */
  public static SeasonFinder read(FeatureSchema schema, int longest, ByteBuffer stored) {
    SeasonFinder finder = new SeasonFinder(schema, longest);
    if (stored.remaining() != finder.bytes() || stored.getInt() != longest) {
      return finder;
    }
    int count = stored.getInt();
    int season = stored.getInt();
    if (count < 0 || season < 0 || season > longest) {
      return finder;
    }
    finder.count = count % EVERY; // Earlier releases count all vectors.
    finder.season = season;
    for (float[] values : List.of(finder.changes, finder.changeRows, finder.errors, finder.rows)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = stored.getFloat();
      }
    }
    return finder;
  }
}

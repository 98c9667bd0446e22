package io.tplus1.expert;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The experts for a category: the next symbol's probabilities out of counts of what followed each
 * context, learnt online. One expert per context, each backing off to the one before it. For one
 * thread; all state lies in {@link ContextCounts}.
 *
 * <p>Smoothing is that of Kneser and Ney as modified by Chen and Goodman (1999), interpolated, with
 * fixed discounts: of a count of 1, 2, or more, {@value #ONE}, {@value #TWO} or {@value #MORE} are
 * taken off, and the mass taken is given out as the shorter context says. The shortest, context 0,
 * is there without being named: how often the last symbol was repeated, and beside that how often
 * each symbol came (Witten and Bell 1991). So no probability is ever 0.
 *
 * <p>Of symbols beyond the next, context 0 alone speaks: where each symbol repeats the last with
 * probability r and is else drawn anew, the one in h steps is the last with r^h, and else drawn.
 * What is drawn may be the last one again: with probabilities q, the share f of symbols that are
 * the same as those before them is r + (1 − r) Σq², so r is (f − Σq²) / (1 − Σq²).
 *
 * <p>With {@code continuation}, a shorter context counts only what was new after all longer ones,
 * as Kneser and Ney's continuation counts do (in compression: update exclusion, Moffat 1990). On
 * text that is far better; where the shortest contexts say nearly all, it is worse. Of symbols
 * beyond the next such counts say next to nothing, so there all symbols are counted beside them.
 */
public final class Markov {
  /** Most ids of a category, that of what is unknown among them: two bytes of a key. */
  public static final int MOST_IDS = 1 << Short.SIZE;

  private static final double ONE = 0.75;
  private static final double TWO = 1.0;
  private static final double MORE = 1.2;
  private static final byte VERSION = 1;

  /** In place of a context: context 0, as the next symbol falls back on it. */
  private static final int BASE = -1;

  /** In place of a context: context 0 of all symbols, where {@link #BASE} counts only new ones. */
  private static final int ALL = -2;

  private final FeatureSchema schema;
  private final int target;
  private final int width;
  private final List<SymbolContext> contexts;
  private final boolean continuation;
  private final boolean countsAll;
  private final SymbolCounts counts;
  private final SymbolCounts base;
  private final ByteBuffer key;

  /**
   * Experts for one target.
   *
   * @param schema the fields of a vector; rows may have more columns behind these
   * @param target column of a category of at most {@link #MOST_IDS} ids
   * @param contexts from the shortest to the longest
   * @param continuation whether shorter contexts count only what is new after longer ones
   * @param horizon H, steps ahead that are asked for
   */
  public Markov(
      FeatureSchema schema,
      int target,
      List<SymbolContext> contexts,
      boolean continuation,
      int horizon) {
    if (target < 0 || target >= schema.size() || !schema.feature(target).isCategory()) {
      throw new IllegalArgumentException(
          "symbols are counted of a category of %s, found column %d"
              .formatted(schema.names(), target));
    }
    if (contexts.isEmpty() || contexts.size() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "1..%d contexts are needed, found %d".formatted(Byte.MAX_VALUE, contexts.size()));
    }
    int longest = 0;
    for (SymbolContext context : contexts) {
      for (SymbolContext.Reading reading : context.readings()) {
        if (reading.feature() >= schema.size()) {
          throw new IllegalArgumentException(
              "a context reads a column of %s, found column %d"
                  .formatted(schema.names(), reading.feature()));
        }
      }
      longest = Math.max(longest, Short.BYTES * context.symbols() + 4 * context.readings().size());
    }
    Feature feature = schema.feature(target);
    this.schema = schema;
    this.target = target;
    this.width = feature.width();
    this.contexts = List.copyOf(contexts);
    this.continuation = continuation;
    this.countsAll = continuation && horizon > 1;
    this.counts = new SymbolCounts(width);
    // Behind the symbols: how often the last one was repeated, and how often it was not.
    this.base = new SymbolCounts(width + 2);
    this.key = ByteBuffer.allocate(5 + longest);
  }

  /** Number of experts: one per context, and context 0 before them. */
  public int experts() {
    return contexts.size() + 1;
  }

  /**
   * What each expert says of the next symbol, and the first one of those behind it.
   *
   * @param window one vector or more; an id out of the vocabulary's range counts as unknown
   * @param out receives {@code float[experts][width]}, probabilities, each row summing to 1
   * @param beyond receives {@code float[horizon - 1][width]}, from t+2 on, of the first expert
   */
  public void forecast(FeatureWindow window, ContextCounts store, float[][] out, float[][] beyond) {
    double[] p = new double[width];
    int last = symbol(window, window.steps() - 1);
    byte[] first = store.get(baseKey(BASE));
    if (beyond.length > 0) {
      // Those of earlier releases lack the counts of all symbols, until the next one is learnt.
      byte[] all = countsAll ? store.get(baseKey(ALL)) : null;
      base.load(all == null ? first : all);
      base(last, 2, p, beyond);
    }
    base.load(first);
    base(last, 1, p, new float[][] {out[0]});
    for (int c = 0; c < contexts.size(); c++) {
      byte[] stored = store.get(key(window, c));
      if (stored != null) {
        counts.load(stored);
        interpolate(p);
      }
      round(p, out[c + 1]);
    }
  }

  /**
   * What the loaded base counts say.
   *
   * @param horizon of the first row of {@code out}, from 1
   * @param p receives the last row, unrounded
   */
  private void base(int last, int horizon, double[] p, float[][] out) {
    double total = 0;
    int distinct = 0;
    for (int s = 0; s < width; s++) {
      total += base.count(s);
      distinct += base.count(s) > 0 ? 1 : 0;
    }
    for (int i = 0; i < out.length; i++) {
      base(last, horizon + i, total, distinct, p);
      round(p, out[i]);
    }
  }

  private void base(int last, int horizon, double total, int distinct, double[] p) {
    double twice = 0;
    for (int s = 0; s < width; s++) {
      p[s] = (base.count(s) + (distinct + 1.0) / width) / (total + distinct + 1);
      twice += p[s] * p[s];
    }
    double repeats = base.count(width);
    double same = (repeats + 0.5) / (repeats + base.count(width + 1) + 1);
    double repeated = Math.pow(Math.max(0, (same - twice) / (1 - twice)), horizon);
    for (int s = 0; s < width; s++) {
      p[s] *= 1 - repeated;
    }
    p[last] += repeated;
  }

  private void interpolate(double[] p) {
    double total = 0;
    double taken = 0;
    for (int s = 0; s < width; s++) {
      total += counts.count(s);
      taken += discount(counts.count(s));
    }
    if (total == 0) {
      return;
    }
    for (int s = 0; s < width; s++) {
      int count = counts.count(s);
      p[s] = (count - discount(count) + taken * p[s]) / total;
    }
  }

  private static double discount(int count) {
    return switch (count) {
      case 0 -> 0;
      case 1 -> ONE;
      case 2 -> TWO;
      default -> MORE;
    };
  }

  private static void round(double[] p, float[] out) {
    for (int s = 0; s < p.length; s++) {
      out[s] = (float) p[s];
    }
  }

  /**
   * Learns which symbol followed a window.
   *
   * @param window as it was before that symbol came
   * @param next the symbol's id; one out of the vocabulary's range counts as unknown
   */
  public void learn(FeatureWindow window, float next, ContextCounts store) {
    int symbol = symbol(next);
    boolean again = symbol == symbol(window, window.steps() - 1);
    if (countsAll) {
      learnBase(ALL, symbol, again, store);
    }
    for (int c = contexts.size() - 1; c >= 0; c--) {
      byte[] at = key(window, c);
      counts.load(store.get(at));
      boolean known = counts.count(symbol) > 0;
      counts.add(symbol);
      store.put(at, counts.toBytes());
      if (continuation && known) {
        return;
      }
    }
    learnBase(BASE, symbol, again, store);
  }

  private void learnBase(int which, int symbol, boolean again, ContextCounts store) {
    byte[] at = baseKey(which);
    base.load(store.get(at));
    base.add(symbol);
    base.add(again ? width : width + 1);
    store.put(at, base.toBytes());
  }

  private byte[] baseKey(int which) {
    key.clear();
    return key(which);
  }

  /** Version, target, context, then the symbols, newest first, and the readings. */
  private byte[] key(int context) {
    key.put(VERSION).putShort((short) target).put((byte) context);
    return Arrays.copyOf(key.array(), key.position());
  }

  private byte[] key(FeatureWindow window, int c) {
    SymbolContext context = contexts.get(c);
    key.clear();
    key(c);
    int symbols = Math.min(context.symbols(), window.steps());
    key.put((byte) symbols);
    for (int i = 1; i <= symbols; i++) {
      key.putShort((short) symbol(window, window.steps() - i));
    }
    for (SymbolContext.Reading reading : context.readings()) {
      key.putInt(read(window, reading));
    }
    return Arrays.copyOf(key.array(), key.position());
  }

  private static int read(FeatureWindow window, SymbolContext.Reading reading) {
    float value = window.last(reading.feature());
    double width = reading.width();
    if (reading.change()) {
      float before = window.value(Math.max(0, window.steps() - 2), reading.feature());
      double least = width + rounding(Math.max(Math.abs(value), Math.abs(before)), width);
      double change = (double) value - before;
      return change > least ? 1 : change < -least ? -1 : 0;
    }
    double bins = value / width;
    double nearest = Math.rint(bins);
    boolean onBorder = Math.abs(value - nearest * width) <= rounding(value, width);
    // NaN becomes 0 and what is too large the largest int, as Java casts.
    return (int) (onBorder ? nearest : Math.floor(bins));
  }

  /**
   * How far floats lie from the decimals that they were written as, together: .7 is seven times .1,
   * and .1 more than .6, though not so of floats. Half a unit in the last place of each of two
   * values, and one at most of the width; of a width that floats of that size hardly resolve, as of
   * any change at all, a small part.
   */
  private static double rounding(float value, double width) {
    return Math.min(width / 8, 2 * Math.ulp(value));
  }

  private int symbol(FeatureWindow window, int step) {
    return symbol(window.value(step, target));
  }

  private int symbol(float id) {
    return id >= 0 && id < width ? (int) id : Feature.UNKNOWN;
  }

  @Override
  public String toString() {
    return "contexts %s of %s".formatted(contexts, schema.feature(target).name());
  }
}

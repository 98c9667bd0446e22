package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.LongKey;
import io.tplus1.feature.Rounding;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The unit in which a number's errors on a sample are told: the mean squared change from one vector
 * to the next, within the sample and, where it has fewer than {@value #FEWEST}, in those before it.
 * For one thread.
 *
 * <p>Persistence's own error is among a sample's changes, so in their unit it is never large, while
 * that of a network, over the mean of two or three, often is: it would lose to what it is better
 * than. So as many changes as lack are taken to be the usual ones of the series' last {@value
 * #OWN_MEMORY} samples, and as long as it has had fewer, those of the last {@value #MEMORY} of any
 * series; of new series of different sizes the small ones count for less. One sample counts {@value
 * #MOST_OWN} times what is usual of its series at most, {@value #MOST} times what is of all.
 *
 * <p>What {@linkplain Rounding rounding} moves stands still: in a unit of such steps each forecast
 * of a stuck sensor but its last value would be hopelessly wrong, and hide the errors of all
 * others.
 */
public final class UsualChanges {
  /** Changes that make a unit. */
  static final int FEWEST = 6;

  /** Few, so that the unit follows a series that grows restless as a long window does. */
  private static final int OWN_MEMORY = 6;

  private static final double MOST_OWN = 25;
  private static final int MEMORY = 100;
  private static final double MOST = 1_000;

  /** What a series of a few targets takes, but for a long key. */
  private static final int SERIES_BYTES = 200;

  /** Of the series that are told apart, 50,000 of usual keys; those silent for longest are not. */
  private static final int MOST_BYTES = 50_000 * SERIES_BYTES;

  /** Mean squared change of each target. */
  private static final class Means {
    private final double[] means;

    /** Of how many samples, up to the memory; each has a change at least that no other has. */
    private final byte[] counts;

    Means(int targets) {
      this.means = new double[targets];
      this.counts = new byte[targets];
    }

    void add(int target, double changes, double most, int memory) {
      double counted = counts[target] == 0 ? changes : Math.min(changes, most * means[target]);
      counts[target] = (byte) Math.min(counts[target] + 1, memory);
      means[target] += (counted - means[target]) / counts[target];
    }
  }

  private final List<Integer> targets;
  private final boolean telling;
  private final Means all;

  /** Not written: kept samples tell it again. */
  private final Map<String, Means> bySeries = new LinkedHashMap<>();

  private int seriesBytes;

  private UsualChanges(FeatureSchema schema, boolean telling) {
    this.targets = schema.targets();
    this.telling = telling;
    this.all = new Means(targets.size());
  }

  /** Knows nothing yet, and is to tell series apart. */
  public static UsualChanges bySeries(FeatureSchema schema) {
    return new UsualChanges(schema, true);
  }

  /** Knows nothing yet, and takes all series for one: whole after a restart. */
  static UsualChanges ofAll(FeatureSchema schema) {
    return new UsualChanges(schema, false);
  }

  /**
   * The unit of squared errors on a sample.
   *
   * @param target place among the targets, of a number
   * @return NaN if the target never changes in the sample, but for roundings, or too few changes
   *     are known
   */
  double unit(int target, TrainingSample sample) {
    double changes = squared(target, sample);
    int count = count(sample);
    int lacking = Math.max(0, FEWEST - count);
    if (changes == 0) {
      return Double.NaN;
    }
    Means own = lacking == 0 ? null : bySeries.get(sample.series());
    int known = own == null ? 0 : Math.min(lacking, own.counts[target]);
    if (known < lacking && all.counts[target] < lacking) {
      return Double.NaN;
    }
    double usual = (lacking - known) * all.means[target];
    if (known > 0) {
      usual += known * own.means[target];
    }
    return (changes + usual) / (count + lacking);
  }

  /** Learns from a sample, once it has been judged. */
  void add(TrainingSample sample) {
    for (int i = 0; i < targets.size(); i++) {
      double changes = squared(i, sample) / count(sample);
      if (changes > 0) {
        all.add(i, changes, MOST, MEMORY);
      }
    }
    addOwn(sample);
  }

  /**
   * Learns again from a sample that was kept, what is not {@linkplain #write written}: what is
   * usual of its series.
   */
  public void addOwn(TrainingSample sample) {
    if (!telling || count(sample) >= FEWEST) {
      return;
    }
    Means own = newest(sample.series());
    for (int i = 0; i < targets.size(); i++) {
      double changes = squared(i, sample) / count(sample);
      if (changes > 0) {
        own.add(i, changes, MOST_OWN, OWN_MEMORY);
      }
    }
  }

  /** What is known of a series, which is the last to be forgotten then. */
  private Means newest(String series) {
    Means means = bySeries.remove(series);
    if (means == null) {
      means = new Means(targets.size());
      seriesBytes += bytes(series);
    }
    bySeries.put(series, means);
    Iterator<String> longestAgo = bySeries.keySet().iterator();
    while (seriesBytes > MOST_BYTES) {
      seriesBytes -= bytes(longestAgo.next());
      longestAgo.remove();
    }
    return means;
  }

  private static int bytes(String series) {
    return SERIES_BYTES + LongKey.bytes(series);
  }

  private static int count(TrainingSample sample) {
    return sample.window().steps() - 1 + sample.following().steps();
  }

  private double squared(int target, TrainingSample sample) {
    int feature = targets.get(target);
    double sum = 0;
    FeatureWindow window = sample.window();
    float before = window.value(0, feature);
    for (int s = 1; s < window.steps(); s++) {
      float now = window.value(s, feature);
      sum += squared(before, now);
      before = now;
    }
    for (int h = 0; h < sample.following().steps(); h++) {
      float now = sample.following().value(h, feature);
      sum += squared(before, now);
      before = now;
    }
    return sum;
  }

  private static double squared(float before, float now) {
    double change = Rounding.change(before, now);
    return change * change;
  }

  /** Bytes that {@link #write} writes. */
  public int bytes() {
    return Short.BYTES + (1 + Double.BYTES) * all.means.length;
  }

  /**
   * Writes number of targets (16 bits), and of each the number of samples (8) and the mean (64),
   * big-endian.
   */
  public void write(ByteBuffer bytes) {
    bytes.putShort((short) all.means.length);
    for (int i = 0; i < all.means.length; i++) {
      bytes.put(all.counts[i]).putDouble(all.means[i]);
    }
  }

  /** Goes on with what {@link #write} wrote; of another number of targets, nothing is known. */
  public void read(ByteBuffer bytes) {
    int stored = Short.toUnsignedInt(bytes.getShort());
    boolean fits = stored == all.means.length;
    for (int i = 0; i < stored; i++) {
      byte count = bytes.get();
      double mean = bytes.getDouble();
      if (fits) {
        all.counts[i] = count;
        all.means[i] = mean;
      }
    }
  }
}

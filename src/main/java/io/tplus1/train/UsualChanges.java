package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The unit in which a number's errors on a sample are told: the mean squared change from one vector
 * to the next, within the sample and, where it has fewer than {@value #FEWEST}, in those before it.
 * For one thread.
 *
 * <p>Persistence's own error is among a sample's changes, so in their unit it is never large, while
 * that of a network, over the mean of two or three, often is: it would lose to what it is better
 * than. So as many changes as lack are taken to be the usual one of the last {@value #MEMORY}
 * samples, whatever their series; of series of different sizes the large ones are, and the small
 * ones count for less. A sample alone counts {@value #MOST} times what is usual at most.
 */
public final class UsualChanges {
  /** Changes that make a unit. */
  static final int FEWEST = 6;

  private static final int MEMORY = 100;
  private static final double MOST = 1_000;

  private final List<Integer> targets;
  private final double[] means;

  /** Of how many samples, up to the memory; each has a change at least that no other has. */
  private final byte[] counts;

  /** Knows nothing yet. */
  public UsualChanges(FeatureSchema schema) {
    this.targets = schema.targets();
    this.means = new double[targets.size()];
    this.counts = new byte[targets.size()];
  }

  /**
   * The unit of squared errors on a sample.
   *
   * @param target place among the targets, of a number
   * @return NaN if the target never changes in the sample, or too few changes are known
   */
  double unit(int target, TrainingSample sample) {
    double changes = squared(target, sample);
    int lacking = Math.max(0, FEWEST - count(sample));
    return changes == 0 || counts[target] < lacking
        ? Double.NaN
        : (changes + lacking * means[target]) / (count(sample) + lacking);
  }

  /** Learns from a sample, once it has been judged. */
  void add(TrainingSample sample) {
    for (int i = 0; i < means.length; i++) {
      double changes = squared(i, sample) / count(sample);
      if (changes > 0) {
        double counted = counts[i] == 0 ? changes : Math.min(changes, MOST * means[i]);
        counts[i] = (byte) Math.min(counts[i] + 1, MEMORY);
        means[i] += (counted - means[i]) / counts[i];
      }
    }
  }

  private static int count(TrainingSample sample) {
    return sample.window().steps() - 1 + sample.following().steps();
  }

  private double squared(int target, TrainingSample sample) {
    int feature = targets.get(target);
    double sum = 0;
    FeatureWindow window = sample.window();
    double before = window.value(0, feature);
    for (int s = 1; s < window.steps(); s++) {
      sum += square(window.value(s, feature) - before);
      before = window.value(s, feature);
    }
    for (int h = 0; h < sample.following().steps(); h++) {
      sum += square(sample.following().value(h, feature) - before);
      before = sample.following().value(h, feature);
    }
    return sum;
  }

  private static double square(double value) {
    return value * value;
  }

  /** Bytes that {@link #write} writes. */
  public int bytes() {
    return Short.BYTES + (1 + Double.BYTES) * means.length;
  }

  /**
   * Writes number of targets (16 bits), and of each the number of samples (8) and the mean (64),
   * big-endian.
   */
  public void write(ByteBuffer bytes) {
    bytes.putShort((short) means.length);
    for (int i = 0; i < means.length; i++) {
      bytes.put(counts[i]).putDouble(means[i]);
    }
  }

  /** Goes on with what {@link #write} wrote; of another number of targets, nothing is known. */
  public void read(ByteBuffer bytes) {
    int stored = bytes.getShort();
    boolean fits = stored == means.length;
    for (int i = 0; i < stored; i++) {
      byte count = bytes.get();
      double mean = bytes.getDouble();
      if (fits) {
        counts[i] = count;
        means[i] = mean;
      }
    }
  }
}

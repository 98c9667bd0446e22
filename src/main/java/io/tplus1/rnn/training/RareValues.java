package io.tplus1.rnn.training;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Values of which few may be no measure of the others: a sensor's code for no value, as −9999 among
 * temperatures, would alone set a unit that a network keeps for good.
 *
 * <p>Rare is one value in a hundred, or one of 20 to 99 (of changes twice as many, since a value
 * comes and goes), that lies more than {@value #APART} times as far out as any other, and that in
 * no series is the half or more: a series that is larger than all others is what it is. Rare values
 * are left out of a unit that shrinks to less than a fifth without them; any other unit stays what
 * it is, bit for bit.
 */
final class RareValues {
  private static final int FEWEST = 20;
  private static final int ONE_IN = 100;
  private static final double APART = 10;
  private static final double STRETCH = 5;

  private final double[] values;
  private final int[] series;
  private final Map<String, Integer> numbers = new HashMap<>();
  private int count;

  /**
   * @param count how many values will be added
   */
  RareValues(int count) {
    values = new double[count];
    series = new int[count];
  }

  /** How many of so many values may be rare. */
  static int most(int count) {
    return count < FEWEST ? 0 : Math.max(1, count / ONE_IN);
  }

  /** Whether the unit of all values is so much larger than the one without the rare ones. */
  static boolean stretch(double unit, double usual) {
    return unit > STRETCH * usual;
  }

  void add(String of, double value) {
    series[count] = numbers.computeIfAbsent(of, name -> numbers.size());
    values[count++] = value;
  }

  /** The median of what was added. */
  double median() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /**
   * The values that are not rare, in their order; all of them if none is.
   *
   * @param center from where they lie far out
   * @param most how many may be rare at most
   */
  double[] usual(double center, int most) {
    double[] distances = Arrays.stream(values).map(value -> Math.abs(value - center)).toArray();
    double farthest = farthestUsual(distances.clone(), most);
    int[] rare = new int[numbers.size()];
    int[] all = new int[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      all[series[i]]++;
      rare[series[i]] += distances[i] > farthest ? 1 : 0;
    }
    for (int s = 0; s < all.length; s++) {
      if (2 * rare[s] >= all[s]) {
        return values.clone();
      }
    }
    return Arrays.stream(values).filter(value -> Math.abs(value - center) <= farthest).toArray();
  }

  /** The distance of the farthest value that is not rare. */
  private static double farthestUsual(double[] distances, int most) {
    Arrays.sort(distances);
    for (int rare = most; rare > 0; rare--) {
      double usual = distances[distances.length - rare - 1];
      if (distances[distances.length - rare] > APART * usual) {
        return usual;
      }
    }
    return distances[distances.length - 1];
  }
}

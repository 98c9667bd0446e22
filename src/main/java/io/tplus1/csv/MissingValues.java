package io.tplus1.csv;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Gives missing values those that the series had before, whatever order the file has: of what came
 * later a row must know nothing.
 */
final class MissingValues {
  private MissingValues() {}

  /**
   * Fills and leaves out.
   *
   * @param rows in the order of the file; NaN where nothing was
   * @param unknownWords what is told of the words
   * @return in the same order; without the rows of which a value was missing that the series had
   *     never had
   */
  static CsvVectors fill(List<SeriesVector> rows, List<String> unknownWords) {
    List<SeriesVector> whole = new ArrayList<>(rows);
    Map<String, float[]> last = new HashMap<>();
    int[] filled = {0};
    IntStream.range(0, rows.size())
        .boxed()
        .sorted(Comparator.comparingLong(row -> rows.get(row).vector().timeMs()))
        .forEachOrdered(
            row -> {
              SeriesVector found = rows.get(row);
              float[] values = found.vector().values().clone();
              int missing = fill(values, last.get(found.series()));
              last.put(found.series(), values);
              if (hasNaN(values)) {
                whole.set(row, null);
                return;
              }
              filled[0] += missing;
              whole.set(
                  row,
                  new SeriesVector(
                      found.series(), new FeatureVector(found.vector().timeMs(), values)));
            });
    List<SeriesVector> left = whole.stream().filter(row -> row != null).toList();
    return new CsvVectors(left, filled[0], rows.size() - left.size(), unknownWords);
  }

  /** Takes what is missing from the values before, which may be absent or lack some too. */
  private static int fill(float[] values, float[] before) {
    int missing = 0;
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        values[i] = before == null ? Float.NaN : before[i];
        missing++;
      }
    }
    return missing;
  }

  private static boolean hasNaN(float[] values) {
    for (float value : values) {
      if (Float.isNaN(value)) {
        return true;
      }
    }
    return false;
  }
}

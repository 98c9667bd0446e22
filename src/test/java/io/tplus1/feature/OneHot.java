package io.tplus1.feature;

import java.util.Arrays;

/**
 * Categories as one-hot rows, the form in which classifiers are often given their targets. Vectors
 * hold ids; whoever has rows turns them into ids here, and a row that names no category, or two, is
 * refused.
 */
public final class OneHot {
  private OneHot() {}

  /**
   * The id that a row names.
   *
   * @param row {@code float[feature.width()]}: one 1, the others 0
   * @throws IllegalArgumentException if the row is of another length, or not one-hot
   */
  public static int id(Feature feature, float[] row) {
    if (row.length != feature.width()) {
      throw new IllegalArgumentException(
          "a one-hot row of '%s' must have %d values, found %d"
              .formatted(feature.name(), feature.width(), row.length));
    }
    int id = -1;
    for (int i = 0; i < row.length; i++) {
      if (row[i] == 1f && id < 0) {
        id = i;
      } else if (row[i] != 0f) {
        throw notOneHot(feature, row);
      }
    }
    if (id < 0) {
      throw notOneHot(feature, row);
    }
    return id;
  }

  private static IllegalArgumentException notOneHot(Feature feature, float[] row) {
    String shown =
        row.length <= 16
            ? Arrays.toString(row)
            : Arrays.toString(Arrays.copyOf(row, 16)).replace("]", ", …]");
    return new IllegalArgumentException(
        "a target of '%s' must be one-hot, one 1 and zeros elsewhere, found %s"
            .formatted(feature.name(), shown));
  }
}

package io.tplus1.feature;

import java.util.List;
import java.util.Map;

/**
 * Numbers that stand for no value, such as −9999 among temperatures. Immutable; any thread.
 *
 * @param byFeature those of each feature that has any, by its name
 */
public record MissingValues(Map<String, List<Float>> byFeature) {
  /** Every number is a value. */
  public static final MissingValues NONE = new MissingValues(Map.of());

  /** The same by the places of a schema. */
  public OfSchema of(FeatureSchema schema) {
    float[][] numbers = new float[schema.size()][];
    for (int i = 0; i < numbers.length; i++) {
      List<Float> named = byFeature.getOrDefault(schema.feature(i).name(), List.of());
      numbers[i] = new float[named.size()];
      for (int j = 0; j < numbers[i].length; j++) {
        numbers[i][j] = named.get(j);
      }
    }
    return new OfSchema(numbers);
  }

  public boolean isEmpty() {
    return byFeature.isEmpty();
  }

  /** The numbers by the places of a schema. Immutable; any thread. */
  public static final class OfSchema {
    private final float[][] numbers;

    private OfSchema(float[][] numbers) {
      this.numbers = numbers;
    }

    /**
     * Whether a number stands for no value.
     *
     * @param feature its place in the schema
     */
    public boolean contains(int feature, float number) {
      for (float missing : numbers[feature]) {
        if (missing == number) {
          return true;
        }
      }
      return false;
    }
  }
}

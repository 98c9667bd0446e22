package io.tplus1.config;

import io.tplus1.feature.Feature;
import io.tplus1.feature.MissingValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** The setting {@code missing.values}: numbers for all features, and such for one of them. */
final class MissingValueConfiguration {
  private static final String SETTING = "missing.values";

  private MissingValueConfiguration() {}

  /**
   * Reads the setting.
   *
   * @param entries {@code number} or {@code NAME:number}
   * @param features those of a vector, of which categories have words in place of numbers
   * @throws ConfigException if an entry is none, or names what is no feature or a category, or if
   *     no feature is a number
   */
  static MissingValues parse(List<String> entries, List<Feature> features) {
    if (entries.isEmpty()) {
      return MissingValues.NONE;
    }
    Map<String, List<Float>> byFeature = new HashMap<>();
    for (String entry : entries) {
      int colon = entry.lastIndexOf(':');
      float number = number(entry.substring(colon + 1).strip(), entries);
      for (String name : names(entry, colon, features, entries)) {
        byFeature.computeIfAbsent(name, any -> new ArrayList<>()).add(number);
      }
    }
    byFeature.replaceAll((name, numbers) -> List.copyOf(numbers));
    return new MissingValues(Map.copyOf(byFeature));
  }

  private static List<String> names(
      String entry, int colon, List<Feature> features, List<String> entries) {
    List<String> numbers =
        features.stream().filter(feature -> !feature.isCategory()).map(Feature::name).toList();
    if (numbers.isEmpty()) {
      throw new ConfigException(
          SETTING, entries, "all features are categories, which have words: leave it empty");
    }
    if (colon < 0) {
      return numbers;
    }
    String name = entry.substring(0, colon).strip();
    if (!numbers.contains(name)) {
      throw new ConfigException(
          SETTING,
          entries,
          "'%s' is not among the features that are numbers, %s".formatted(name, numbers));
    }
    return List.of(name);
  }

  /** As vectors are read: the nearest float. */
  private static float number(String text, List<String> entries) {
    double exact = Double.NaN;
    try {
      exact = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      // told below
    }
    float number = Double.isNaN(exact) ? Float.NaN : Float.parseFloat(text);
    if (!Float.isFinite(number) || (number == 0 && exact != 0)) {
      throw new ConfigException(
          SETTING,
          entries,
          "numbers that 32-bit floats can hold are expected, or NAME:number for one feature, found '%s'"
              .formatted(text));
    }
    return number;
  }
}

package io.tplus1.csv;

import io.tplus1.feature.Feature;
import io.tplus1.model.Shown;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ids of one category's words, how many that were met have none, and how many were taken for no
 * value. For one thread.
 */
final class CategoryWords {
  private final Feature category;
  private final Map<String, Integer> ids = new HashMap<>();
  private long met;
  private long unknown;
  private String firstUnknown;
  private long passedOver;

  CategoryWords(Feature category) {
    this.category = category;
    for (int id = 1; id < category.width(); id++) {
      ids.put(category.category(id), id);
    }
  }

  /** The id of a word that was met. */
  int id(String word) {
    met++;
    int id = ids.getOrDefault(word, Feature.UNKNOWN);
    if (id == Feature.UNKNOWN && unknown++ == 0) {
      firstUnknown = word;
    }
    return id;
  }

  /** Notes a cell that holds the text of a missing value. */
  void passOver() {
    passedOver++;
  }

  /**
   * What a person is told of cells with the text of a missing value, which may be a word; empty if
   * there were none.
   */
  Optional<String> passedOver(String missing) {
    return passedOver == 0
        ? Optional.empty()
        : Optional.of(
            "%,d cells of '%s' are '%s', which csv.missing takes for no value: if it is a word, set csv.missing= and leave cells without a value empty, those of numbers, too"
                .formatted(passedOver, category.name(), missing));
  }

  /**
   * What a person is told of words without an id; empty if all have one.
   *
   * @param name the file's name, for errors
   * @throws CsvException if none has one
   */
  Optional<String> unknown(String name) {
    if (unknown == 0) {
      return Optional.empty();
    }
    String feature = category.name();
    if (unknown == met) {
      throw new CsvException(
          "%s: none of the %,d words of '%s' is in its vocabulary (setting vocabulary.%s), which has '%s', and the file '%s': write them alike, case included"
              .formatted(
                  name, met, feature, feature, category.category(1), Shown.quote(firstUnknown)));
    }
    return Optional.of(
        "%,d of %,d words of '%s' are not in its vocabulary, such as '%s'"
            .formatted(unknown, met, feature, Shown.quote(firstUnknown)));
  }
}

package io.tplus1.replay;

import io.tplus1.config.CsvSettings;
import java.io.Reader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The words that a CSV file's category columns hold. */
public final class CsvVocabulary {
  /** Most words of one category; a column with more is no category. */
  public static final int MOST_WORDS = 100_000;

  private CsvVocabulary() {}

  /**
   * Collects the words of columns, in alphabetical order.
   *
   * @param name the file's name, for errors
   * @param reader its text; closed by the caller
   * @param settings tells which text stands for a missing value
   * @param columns names of the columns
   * @throws CsvException if a column is absent, or has no or too many words
   */
  public static Map<String, List<String>> learn(
      String name, Reader reader, CsvSettings settings, List<String> columns) {
    if (settings.text()) {
      return Map.of(columns.get(0), TextVectors.symbols(name, reader));
    }
    CsvRows rows = new CsvRows(name, reader);
    Map<String, Integer> indexes = new LinkedHashMap<>();
    Map<String, Set<String>> words = new LinkedHashMap<>();
    for (String column : columns) {
      indexes.put(column, rows.column(column, "categories"));
      words.put(column, new TreeSet<>());
    }
    while (rows.next()) {
      indexes.forEach(
          (column, index) -> {
            String word = rows.cell(index);
            if (!word.isEmpty() && !word.equals(settings.missing())) {
              words.get(column).add(word);
            }
            if (words.get(column).size() > MOST_WORDS) {
              throw new CsvException(
                  "%s: column '%s' has more than %d different values: is it a category?"
                      .formatted(name, column, MOST_WORDS));
            }
          });
    }
    Map<String, List<String>> vocabularies = new HashMap<>();
    words.forEach(
        (column, set) -> {
          if (set.isEmpty()) {
            throw new CsvException(
                "%s: column '%s' (setting categories) has no words".formatted(name, column));
          }
          vocabularies.put(column, List.copyOf(set));
        });
    return vocabularies;
  }
}

package io.tplus1.csv;

import io.tplus1.config.CsvSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.SeriesVector;
import java.io.Reader;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The words that a CSV file's category columns hold. */
public final class CsvVocabulary {
  /** Most words of one category; a column with more is no category. */
  public static final int MOST_WORDS = 100_000;

  private CsvVocabulary() {}

  /**
   * Collects the words of columns, in alphabetical order; the name of unknown words is none.
   *
   * @param name the file's name, for errors
   * @param reader its text; closed by the caller
   * @param settings tells which text stands for a missing value
   * @param columns names of the columns
   * @param most rows, or characters of plain text, behind which nothing counts
   * @throws CsvException if a column is absent, or has no or too many words
   */
  public static Map<String, List<String>> learn(
      String name, Reader reader, CsvSettings settings, List<String> columns, int most) {
    if (settings.text()) {
      return Map.of(columns.get(0), TextVectors.symbols(name, reader, most));
    }
    CsvRows rows = new CsvRows(name, reader);
    Map<String, Integer> indexes = new LinkedHashMap<>();
    Map<String, Set<String>> words = new LinkedHashMap<>();
    for (String column : columns) {
      indexes.put(column, rows.column(column, "categories"));
      words.put(column, new TreeSet<>());
    }
    for (int n = 0; n < most && rows.next(); n++) {
      indexes.forEach(
          (column, index) -> {
            String word = rows.cell(index);
            if (!settings.isMissing(word) && !word.equals(Feature.UNKNOWN_NAME)) {
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
                "%s: column '%s' (setting categories) has no words%s"
                    .formatted(
                        name,
                        column,
                        most < Integer.MAX_VALUE ? " in the first %,d rows".formatted(most) : ""));
          }
          vocabularies.put(column, List.copyOf(set));
        });
    return vocabularies;
  }

  /**
   * The words of those that some vectors hold, in their order; all, where they hold none.
   *
   * @param words by column
   * @param schema the columns as features that have these words
   * @param vectors of that schema
   */
  public static Map<String, List<String>> met(
      Map<String, List<String>> words, FeatureSchema schema, List<SeriesVector> vectors) {
    Map<String, List<String>> met = new HashMap<>();
    words.forEach(
        (column, all) -> {
          int field = schema.indexOf(column);
          BitSet ids = new BitSet();
          vectors.forEach(row -> ids.set((int) row.vector().values()[field]));
          List<String> some =
              IntStream.range(0, all.size())
                  .filter(i -> ids.get(i + 1))
                  .mapToObj(all::get)
                  .toList();
          met.put(column, some.isEmpty() ? all : some);
        });
    return met;
  }
}

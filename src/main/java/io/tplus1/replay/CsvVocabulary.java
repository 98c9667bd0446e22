package io.tplus1.replay;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.tplus1.config.CsvSettings;
import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
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
    Map<String, Set<String>> words = new HashMap<>();
    columns.forEach(column -> words.put(column, new TreeSet<>()));
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(reader)) {
      while (rows.hasNextValue()) {
        Map<String, String> row = rows.nextValue();
        for (String column : columns) {
          String word = row.get(column);
          if (word == null) {
            throw new CsvException(
                "%s has no column '%s' (setting categories): its header is %s"
                    .formatted(name, column, row.keySet()));
          }
          if (!word.isBlank() && !word.equals(settings.missing())) {
            words.get(column).add(word.strip());
          }
          if (words.get(column).size() > MOST_WORDS) {
            throw new CsvException(
                "%s: column '%s' has more than %d different values: is it a category?"
                    .formatted(name, column, MOST_WORDS));
          }
        }
      }
    } catch (IOException e) {
      throw new CsvException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
    Map<String, List<String>> vocabularies = new HashMap<>();
    words.forEach((column, set) -> vocabularies.put(column, List.copyOf(set)));
    return vocabularies;
  }
}

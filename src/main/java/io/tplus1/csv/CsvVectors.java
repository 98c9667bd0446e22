package io.tplus1.csv;

import io.tplus1.config.CsvSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.MissingValues;
import io.tplus1.feature.SeriesVector;
import java.io.Reader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of recorded vectors, in the order of its rows: CSV with a header, or plain text.
 *
 * @param vectors one per row; NaN where a value is missing
 * @param missing number of missing values
 * @param holed number of rows that lack any
 * @param unknownWords what a person is told of words outside a vocabulary, and of those that were
 *     taken for none, a sentence each for a category
 */
public record CsvVectors(
    List<SeriesVector> vectors, int missing, int holed, List<String> unknownWords) {

  /** The key of all rows where the settings name no key column. */
  public static final String SINGLE_SERIES = "series";

  /** What Java takes for a number and nobody else: hexadecimal digits, and the letter of a type. */
  private static final Pattern JAVA_ALONE = Pattern.compile("[xX]|\\d\\.?[dDfF]$");

  /** Steps that are counted from another time than 1970 do not come so far. */
  private static final long EARLIEST_OF_A_CLOCK_MS =
      Instant.parse("2001-01-01T00:00:00Z").toEpochMilli();

  /**
   * Whether the rows' times are of no clock: rows that were counted, or steps that are not counted
   * from 1970 as days and hours may be.
   *
   * @param settings by which the file was read
   */
  public boolean areOfNoClock(CsvSettings settings) {
    return settings.text()
        || settings.time().isEmpty()
        || (settings.isCounted() && newestMs() < EARLIEST_OF_A_CLOCK_MS);
  }

  /** Newest time of all rows, epoch milliseconds; 0 if there is no row. */
  public long newestMs() {
    return vectors.stream().mapToLong(one -> one.vector().timeMs()).max().orElse(0);
  }

  /** Number of rows that have no value at all. */
  public long empty() {
    return vectors.stream().filter(one -> !FeatureFill.isAnyThere(one.vector().values())).count();
  }

  /** Number of rows with the series and time of one before them. */
  public long replaced() {
    Map<String, Set<Long>> times = new HashMap<>();
    return vectors.stream()
        .filter(
            one ->
                !times
                    .computeIfAbsent(one.series(), key -> new HashSet<>())
                    .add(one.vector().timeMs()))
        .count();
  }

  /**
   * Reads a file.
   *
   * @param name the file's name, for errors
   * @param reader its text; closed by the caller
   * @param settings which columns hold key and time
   * @param schema the columns that become features, by name; words outside a vocabulary get the
   *     unknown id
   * @throws CsvException naming line, column, the value found and what was expected
   */
  public static CsvVectors read(
      String name, Reader reader, CsvSettings settings, FeatureSchema schema) {
    return read(name, reader, settings, schema, Integer.MAX_VALUE);
  }

  /**
   * The same of the first rows.
   *
   * @param most rows, or characters of plain text, behind which nothing counts
   */
  public static CsvVectors read(
      String name, Reader reader, CsvSettings settings, FeatureSchema schema, int most) {
    return settings.text()
        ? TextVectors.read(name, reader, settings, schema, most)
        : new Reading(new CsvRows(name, reader), settings, schema).first(most);
  }

  /** The reading of one file. */
  private static final class Reading {
    private final CsvRows rows;
    private final CsvSettings settings;
    private final FeatureSchema schema;
    private final MissingValues.OfSchema missingValues;
    private final CsvTime time;
    private final int keyColumn;
    private final int timeColumn;
    private final int[] featureColumns;
    private final Map<String, Long> counts = new HashMap<>();

    /** By feature; null for a number. */
    private final List<CategoryWords> words = new ArrayList<>();

    private final List<SeriesVector> vectors = new ArrayList<>();
    private int missing;
    private int holed;

    Reading(CsvRows rows, CsvSettings settings, FeatureSchema schema) {
      this.rows = rows;
      this.settings = settings;
      this.schema = schema;
      this.missingValues = settings.missingValues().of(schema);
      this.time = new CsvTime(settings);
      this.keyColumn = settings.key().map(column -> rows.column(column, "csv.key")).orElse(-1);
      this.timeColumn = settings.time().map(column -> rows.column(column, "csv.time")).orElse(-1);
      this.featureColumns = new int[schema.size()];
      for (int i = 0; i < featureColumns.length; i++) {
        Feature feature = schema.feature(i);
        featureColumns[i] = rows.column(feature.name(), "features");
        words.add(feature.isCategory() ? new CategoryWords(feature) : null);
      }
    }

    CsvVectors first(int most) {
      while (vectors.size() < most && rows.next()) {
        row();
      }
      List<String> unknown =
          words.stream()
              .filter(Objects::nonNull)
              .flatMap(
                  category ->
                      Stream.concat(
                          category.passedOver(settings.missing()).stream(),
                          category.unknown(rows.name()).stream()))
              .toList();
      return new CsvVectors(vectors, missing, holed, unknown);
    }

    private void row() {
      String key = key();
      long count = counts.merge(key, 1L, Long::sum) - 1;
      long timeMs = timeColumn >= 0 ? time() : count * settings.timeStep().toMillis();
      float[] values = new float[schema.size()];
      int before = missing;
      for (int i = 0; i < values.length; i++) {
        String cell = rows.cell(featureColumns[i]);
        float value = settings.isMissing(cell) ? none(i, cell) : value(i, cell);
        values[i] = missingValues.contains(i, value) ? Float.NaN : value;
        missing += Float.isNaN(values[i]) ? 1 : 0;
      }
      holed += missing > before ? 1 : 0;
      vectors.add(new SeriesVector(key, new FeatureVector(timeMs, values)));
    }

    private float none(int index, String cell) {
      if (!cell.isEmpty() && words.get(index) != null) {
        words.get(index).passOver(); // it may be a word
      }
      return Float.NaN;
    }

    private String key() {
      if (keyColumn < 0) {
        return SINGLE_SERIES;
      }
      String key = rows.cell(keyColumn);
      if (key.isEmpty()) {
        throw rows.wrong(keyColumn, "the key of a series");
      }
      return key;
    }

    private long time() {
      long timeMs;
      try {
        timeMs = time.parse(rows.cell(timeColumn));
      } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
        throw rows.wrong(
            timeColumn,
            "a time as csv.time.format=%s (or set it to iso, epoch.ms, epoch.s, steps or a pattern)"
                .formatted(settings.timeFormat()));
      }
      if (timeMs < 0) {
        throw rows.wrong(
            timeColumn,
            "a time from 1970 on, for Kafka has none before (shift the times, or leave csv.time out),");
      }
      return timeMs;
    }

    private float value(int index, String cell) {
      if (schema.feature(index).isCategory()) {
        return words.get(index).id(cell);
      }
      float value;
      try {
        value = Float.parseFloat(JAVA_ALONE.matcher(cell).find() ? "" : cell);
      } catch (NumberFormatException e) {
        throw rows.wrong(featureColumns[index], "a number, or csv.missing");
      }
      if (!Float.isFinite(value)) {
        throw rows.wrong(featureColumns[index], "a finite number, or csv.missing");
      }
      return value;
    }
  }
}

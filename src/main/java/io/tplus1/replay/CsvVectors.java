package io.tplus1.replay;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.tplus1.config.CsvSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of recorded vectors, in the order of its rows: CSV with a header, or plain text.
 *
 * @param vectors one per row that is not skipped
 * @param filled number of missing values that took the series' last one
 * @param skipped number of rows left out, because a value was missing and the series had none
 *     before
 */
public record CsvVectors(List<SeriesVector> vectors, int filled, int skipped) {

  /** The key of all rows where the settings name no key column. */
  public static final String SINGLE_SERIES = "series";

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
    if (settings.text()) {
      return TextVectors.read(name, reader, settings, schema);
    }
    CsvMapper mapper = new CsvMapper();
    ObjectReader rows =
        mapper
            .readerFor(String[].class)
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.SKIP_EMPTY_LINES);
    try (MappingIterator<String[]> iterator = rows.readValues(reader)) {
      if (!iterator.hasNextValue()) {
        throw new CsvException("%s is empty: a header line was expected".formatted(name));
      }
      Columns columns = new Columns(name, iterator.nextValue(), settings, schema);
      Reading reading = new Reading(columns, settings, schema);
      while (iterator.hasNextValue()) {
        reading.row(iterator.nextValue());
      }
      return new CsvVectors(reading.vectors, reading.filled, reading.skipped);
    } catch (IOException e) {
      throw new CsvException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** The first vectors, at most so many. */
  public CsvVectors first(int most) {
    return most >= vectors.size()
        ? this
        : new CsvVectors(List.copyOf(vectors.subList(0, most)), filled, skipped);
  }

  /** The reading of one file. */
  private static final class Reading {
    private final Columns columns;
    private final CsvSettings settings;
    private final FeatureSchema schema;
    private final CsvTime time;
    private final Map<String, float[]> last = new HashMap<>();
    private final Map<String, Long> counts = new HashMap<>();
    private final List<Map<String, Integer>> ids = new ArrayList<>();
    private final List<SeriesVector> vectors = new ArrayList<>();
    private int filled;
    private int skipped;
    private int line = 1;

    Reading(Columns columns, CsvSettings settings, FeatureSchema schema) {
      this.columns = columns;
      this.settings = settings;
      this.schema = schema;
      this.time = new CsvTime(settings);
      for (Feature feature : schema.features()) {
        Map<String, Integer> words = new HashMap<>();
        for (int id = 1; feature.isCategory() && id < feature.width(); id++) {
          words.put(feature.category(id), id);
        }
        ids.add(words);
      }
    }

    void row(String[] cells) {
      line++;
      String key = columns.key(cells, line);
      long count = counts.merge(key, 1L, Long::sum) - 1;
      long timeMs = columns.hasTime() ? time(cells) : count * settings.timeStep().toMillis();
      float[] before = last.get(key);
      float[] values = new float[schema.size()];
      for (int i = 0; i < values.length; i++) {
        String cell = columns.feature(cells, i, line);
        if (cell.isEmpty() || cell.equals(settings.missing())) {
          if (before == null) {
            skipped++;
            return;
          }
          values[i] = before[i];
          filled++;
        } else {
          values[i] = value(i, cell);
        }
      }
      last.put(key, values);
      vectors.add(new SeriesVector(key, new FeatureVector(timeMs, values)));
    }

    private long time(String[] cells) {
      String cell = columns.time(cells, line);
      try {
        return time.parse(cell);
      } catch (IllegalArgumentException | java.time.DateTimeException e) {
        throw columns.wrong(
            line,
            settings.time().orElseThrow(),
            cell,
            "a time as csv.time.format=" + settings.timeFormat());
      }
    }

    private float value(int index, String cell) {
      Feature feature = schema.feature(index);
      if (feature.isCategory()) {
        return ids.get(index).getOrDefault(cell, Feature.UNKNOWN);
      }
      try {
        float value = Float.parseFloat(cell);
        if (Float.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw columns.wrong(line, feature.name(), cell, "a number, or csv.missing");
      }
      throw columns.wrong(line, feature.name(), cell, "a finite number, or csv.missing");
    }
  }

  /** Where the columns stand. */
  private static final class Columns {
    private final String name;
    private final List<String> header;
    private final int key;
    private final int time;
    private final int[] features;

    Columns(String name, String[] header, CsvSettings settings, FeatureSchema schema) {
      this.name = name;
      this.header = List.of(header);
      this.key = settings.key().map(column -> find(column, "csv.key")).orElse(-1);
      this.time = settings.time().map(column -> find(column, "csv.time")).orElse(-1);
      this.features = new int[schema.size()];
      for (int i = 0; i < features.length; i++) {
        features[i] = find(schema.feature(i).name(), "features");
      }
    }

    private int find(String column, String setting) {
      int index = header.indexOf(column);
      if (index < 0) {
        throw new CsvException(
            "%s has no column '%s' (setting %s): its header is %s"
                .formatted(name, column, setting, header));
      }
      return index;
    }

    boolean hasTime() {
      return time >= 0;
    }

    String key(String[] cells, int line) {
      return key < 0 ? SINGLE_SERIES : cell(cells, key, line);
    }

    String time(String[] cells, int line) {
      return cell(cells, time, line);
    }

    String feature(String[] cells, int index, int line) {
      return cell(cells, features[index], line);
    }

    private String cell(String[] cells, int column, int line) {
      if (cells.length != header.size()) {
        throw new CsvException(
            "%s, line %d: %d cells were expected, as in the header, found %d"
                .formatted(name, line, header.size(), cells.length));
      }
      return cells[column].strip();
    }

    CsvException wrong(int line, String column, String found, String expected) {
      return new CsvException(
          "%s, line %d, column '%s': %s was expected, found '%s'"
              .formatted(name, line, column, expected, found));
    }
  }
}

package io.tplus1.demo;

import io.tplus1.config.ConfigurationFile;
import io.tplus1.config.CsvSettings;
import io.tplus1.csv.CsvVectors;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shipped storm tracks as a long stream in time order: the first pass over them is as they
 * were, in 30 years. Each further one has new keys and takes a year, for which every storm is moved
 * by whole years, and goes on behind the pass before it. So days go by before the year 9999 is
 * over, at which it ends: what lies behind is taken for a wrong unit of time. Immutable.
 */
public final class StormTracks {
  private static final Duration YEAR = Duration.ofHours(24 * 365 + 6);

  /** The first pass is of these years and the 29 after them. */
  private static final long BEGIN_MS = Instant.parse("1975-01-01T00:00:00Z").toEpochMilli();

  private static final int FIRST_PASS_YEARS = 30;

  private static final long END_MS = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

  private static final Comparator<SeriesVector> IN_TIME =
      Comparator.comparingLong(row -> row.vector().timeMs());

  private static final String ROWS = "storms.csv";
  private static final String SETTINGS = "storms.properties";

  private final List<SeriesVector> rows;

  /** The same within the first year, in time order. */
  private final List<SeriesVector> ofAYear;

  private StormTracks(List<SeriesVector> rows) {
    this.rows = rows;
    this.ofAYear = ofAYear(rows);
  }

  /**
   * The settings that go with the shipped file: what the demo runs with, but for what is the
   * machine's own.
   *
   * @return by name; the caller's own
   */
  public static Map<String, String> settings() {
    try (InputStream shipped = StormTracks.class.getResourceAsStream(SETTINGS)) {
      return ConfigurationFile.read(shipped);
    } catch (IOException e) {
      throw new UncheckedIOException("the settings of the storm tracks cannot be read", e);
    }
  }

  /**
   * Reads the shipped file.
   *
   * @param columns which of them is what, as {@link #settings} have it
   */
  public static StormTracks load(CsvSettings columns, FeatureSchema schema) {
    try (Reader reader =
        new InputStreamReader(
            StormTracks.class.getResourceAsStream(ROWS), StandardCharsets.UTF_8)) {
      List<SeriesVector> rows =
          CsvVectors.read(ROWS, reader, columns, schema).vectors().stream()
              .sorted(IN_TIME)
              .toList();
      return new StormTracks(rows);
    } catch (IOException e) {
      throw new UncheckedIOException("the shipped storm tracks cannot be read", e);
    }
  }

  /** Storms stay whole: that of a turn of the year belongs to the year in which it began. */
  private static List<SeriesVector> ofAYear(List<SeriesVector> rows) {
    Map<String, Integer> years = new HashMap<>();
    for (SeriesVector row : rows) {
      long sinceMs = row.vector().timeMs() - BEGIN_MS;
      years.putIfAbsent(row.series(), (int) (sinceMs / YEAR.toMillis()));
    }
    return rows.stream()
        .map(row -> moved(row, row.series(), -years.get(row.series())))
        .sorted(IN_TIME)
        .toList();
  }

  private static SeriesVector moved(SeriesVector row, String series, int years) {
    FeatureVector vector = row.vector();
    return new SeriesVector(
        series, new FeatureVector(vector.timeMs() + years * YEAR.toMillis(), vector.values()));
  }

  /** One pass, in time order. */
  public List<SeriesVector> rows() {
    return rows;
  }

  /** Number of vectors of the stream. */
  public long size() {
    long lastMs = ofAYear.get(ofAYear.size() - 1).vector().timeMs();
    long passes = (END_MS - lastMs) / YEAR.toMillis() - FIRST_PASS_YEARS + 2;
    return passes * rows.size();
  }

  /**
   * The n-th vector of the stream.
   *
   * @param position from 0, below {@link #size}
   */
  public SeriesVector at(long position) {
    int pass = (int) (position / rows.size());
    int row = (int) (position % rows.size());
    if (pass == 0) {
      return rows.get(row);
    }
    SeriesVector moved = ofAYear.get(row);
    return moved(moved, moved.series() + " (" + (pass + 1) + ")", FIRST_PASS_YEARS - 1 + pass);
  }
}

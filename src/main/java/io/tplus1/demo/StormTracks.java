package io.tplus1.demo;

import io.tplus1.config.CsvSettings;
import io.tplus1.csv.CsvVectors;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * The shipped storm tracks as an endless stream in time order: each pass over them has new keys and
 * event times that go on behind the former pass. Immutable.
 */
public final class StormTracks {
  /** What lies between the same row of two passes; the tracks span a little less. */
  private static final Duration PASS = Duration.ofDays(30 * 365L + 8);

  private static final String RESOURCE = "/io/tplus1/demo/storms.csv";

  private final List<SeriesVector> rows;

  private StormTracks(List<SeriesVector> rows) {
    this.rows = rows;
  }

  /** Reads the shipped file. */
  public static StormTracks load(CsvSettings settings, FeatureSchema schema) {
    try (Reader reader =
        new InputStreamReader(
            StormTracks.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8)) {
      List<SeriesVector> rows =
          CsvVectors.read("storms.csv", reader, settings, schema).vectors().stream()
              .sorted(Comparator.comparingLong(row -> row.vector().timeMs()))
              .toList();
      return new StormTracks(rows);
    } catch (IOException e) {
      throw new UncheckedIOException("the shipped storm tracks cannot be read", e);
    }
  }

  /** One pass, in time order. */
  public List<SeriesVector> rows() {
    return rows;
  }

  /**
   * The n-th vector of the stream.
   *
   * @param position from 0, without end
   */
  public SeriesVector at(long position) {
    int pass = (int) (position / rows.size());
    SeriesVector row = rows.get((int) (position % rows.size()));
    if (pass == 0) {
      return row;
    }
    return new SeriesVector(
        row.series() + " (" + (pass + 1) + ")",
        new FeatureVector(row.vector().timeMs() + pass * PASS.toMillis(), row.vector().values()));
  }
}

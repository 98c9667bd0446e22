package io.tplus1.config;

import io.tplus1.feature.MissingValues;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How a file of recorded vectors is read: which columns of a CSV file hold what, or plain text.
 *
 * @param text whether the file is plain text, each character a vector of one category
 * @param key column of the series' key; empty for a file of one series
 * @param time column of the event time; empty for rows that are counted
 * @param timeFormat {@code iso}, {@code epoch.ms}, {@code epoch.s}, {@code steps}, or a pattern of
 *     {@link java.time.format.DateTimeFormatter}
 * @param timeStep length of one step where times are counted
 * @param missing text that stands for a missing value
 * @param missingValues numbers that do
 */
public record CsvSettings(
    boolean text,
    Optional<String> key,
    Optional<String> time,
    String timeFormat,
    Duration timeStep,
    String missing,
    MissingValues missingValues) {

  /**
   * @param interval of {@code step.interval}, the length of a step where no other is set
   */
  static CsvSettings parse(
      AbstractConfig config, Optional<Duration> interval, MissingValues missingValues) {
    return new CsvSettings(
        config.getString("csv.format").equals("text"),
        Values.optional(config, "csv.key"),
        Values.optional(config, "csv.time"),
        config.getString("csv.time.format"),
        Values.duration(config, "csv.time.step").or(() -> interval).orElse(Duration.ofHours(1)),
        config.getString("csv.missing"),
        missingValues);
  }

  /** Whether a cell, without the blanks around it, holds no value; a number may stand for none. */
  public boolean isMissing(String cell) {
    return cell.isEmpty() || cell.equals(missing);
  }

  /** Whether the rows' times are counts of steps, of rows or as the file has them. */
  public boolean isCounted() {
    return text || time.isEmpty() || timeFormat.equals("steps");
  }
}

package io.tplus1.config;

import java.time.Duration;
import java.util.Optional;

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
 */
public record CsvSettings(
    boolean text,
    Optional<String> key,
    Optional<String> time,
    String timeFormat,
    Duration timeStep,
    String missing) {}

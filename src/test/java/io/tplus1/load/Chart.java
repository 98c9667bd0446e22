package io.tplus1.load;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The readings of a run, in their order, and what grew. */
final class Chart {
  /**
   * What may grow over the second half of a run without being called growth: a little more than
   * healthy runs vary by. What follows the load itself is not here, nor the process's whole memory:
   * RocksDB's part of it fills up to its bound, which at a low rate takes more than half an hour.
   */
  static final Map<Vital, Double> TOLERATED =
      new EnumMap<>(
          Map.of(
              Vital.LIVE, 4.0,
              Vital.BESIDE, 24.0,
              Vital.JVM, 12.0,
              Vital.DIRECT, 2.0,
              Vital.CLASSES, 100.0,
              Vital.THREADS, 2.0,
              Vital.FILES, 4.0,
              Vital.TABLES, 24.0,
              Vital.DISK, 16.0));

  private final List<Map<Vital, Double>> readings = new ArrayList<>();

  /** Adds a reading; a vital that is absent was not read this time. */
  void add(Map<Vital, Double> reading) {
    readings.add(new EnumMap<>(reading));
  }

  List<Map<Vital, Double>> readings() {
    return List.copyOf(readings);
  }

  /** The largest that was read. */
  double largest(Vital vital) {
    return readings.stream()
        .filter(reading -> reading.containsKey(vital))
        .mapToDouble(reading -> reading.get(vital))
        .max()
        .orElse(Double.NaN);
  }

  /**
   * The growth over the second half of the run; see {@link Trend}. NaN where too little was read.
   */
  double growth(Vital vital) {
    double half =
        (readings.get(0).get(Vital.SECONDS) + readings.get(readings.size() - 1).get(Vital.SECONDS))
            / 2;
    List<Map<Vital, Double>> second =
        readings.stream()
            .filter(reading -> reading.get(Vital.SECONDS) >= half && reading.containsKey(vital))
            .toList();
    if (second.size() < 2) {
      return Double.NaN;
    }
    return Trend.growth(
        second.stream().mapToDouble(reading -> reading.get(Vital.SECONDS)).toArray(),
        second.stream().mapToDouble(reading -> reading.get(vital)).toArray());
  }

  /** What grew by more than is tolerated, in words; empty if nothing did. */
  List<String> grown() {
    List<String> grown = new ArrayList<>();
    TOLERATED.forEach(
        (vital, tolerated) -> {
          double growth = growth(vital);
          if (!(growth <= tolerated)) {
            grown.add(
                String.format(
                    Locale.ROOT,
                    "%s grew by %.1f %s over the second half, tolerated are %.1f",
                    vital,
                    growth,
                    vital.unit(),
                    tolerated));
          }
        });
    return grown;
  }

  /** Writes all readings, a line each. */
  void write(Path file) {
    try {
      Files.createDirectories(file.getParent());
      try (BufferedWriter csv = Files.newBufferedWriter(file)) {
        csv.write(
            names().stream()
                .map(vital -> vital.name().toLowerCase(Locale.ROOT) + "_" + vital.unit())
                .collect(Collectors.joining(",")));
        csv.newLine();
        for (Map<Vital, Double> reading : readings) {
          csv.write(
              names().stream()
                  .map(vital -> reading.containsKey(vital) ? number(reading.get(vital)) : "")
                  .collect(Collectors.joining(",")));
          csv.newLine();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Vital> names() {
    return List.of(Vital.values());
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  /** At the start, in the middle and at the end, what it grew by, and the most there was. */
  @Override
  public String toString() {
    String line = "| %-10s | %-9s | %10s | %10s | %10s | %10s | %12s | %9s |%n";
    StringBuilder table = new StringBuilder();
    table.append(
        line.formatted(
            "what", "unit", "start", "middle", "end", "largest", "2nd half +", "tolerated"));
    table.append(line.formatted("---", "---", "---", "---", "---", "---", "---", "---"));
    for (Vital vital : Vital.values()) {
      List<Double> values =
          readings.stream().filter(r -> r.containsKey(vital)).map(r -> r.get(vital)).toList();
      if (values.isEmpty()) {
        continue;
      }
      Double tolerated = TOLERATED.get(vital);
      table.append(
          line.formatted(
              vital.name().toLowerCase(Locale.ROOT),
              vital.unit(),
              number(values.get(0)),
              number(values.get(values.size() / 2)),
              number(values.get(values.size() - 1)),
              number(largest(vital)),
              tolerated == null ? "" : String.format(Locale.ROOT, "%.2f", growth(vital)),
              tolerated == null ? "" : number(tolerated)));
    }
    return table.toString();
  }
}

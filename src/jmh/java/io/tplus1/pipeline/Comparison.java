package io.tplus1.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Medians of tplus1 in one file of results against those of another. Rivals are not compared: what
 * they carry is the machine's affair. Nor is the process's memory, of which a collector takes what
 * it likes, how long a run was warmed up, or what a training took beside it.
 */
final class Comparison {
  /** Whether a run had settled before it was measured, for throughput and for latency. */
  private static final Set<String> SETTLED = Set.of("settled", "latency-settled");

  private static final Set<String> NOT_COMPARED = Set.of("resident", "warm", "latency-warm");

  private static final int FIELDS = Results.HEADER.split(",", -1).length;

  private final Medians before;
  private final Medians after;

  private record Medians(Set<String> machines, Map<String, Double> bySubject, int unsettled) {}

  private Comparison(Medians before, Medians after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Reads both.
   *
   * @throws IllegalArgumentException if one is no file of results, or they have nothing in common
   */
  static Comparison of(Path before, Path after) throws IOException {
    Comparison comparison = new Comparison(read(before), read(after));
    if (comparison.compared() == 0) {
      throw new IllegalArgumentException(
          "the files have nothing of tplus1 in common: measure the same cases");
    }
    return comparison;
  }

  private static Medians read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(file + " is not there, or cannot be read");
    }
    Map<String, List<Double>> bySubject = new TreeMap<>();
    Set<String> machines = new TreeSet<>();
    int unsettled = 0;
    List<String> rows = Files.readAllLines(file);
    if (rows.isEmpty() || !rows.get(0).equals(Results.HEADER)) {
      throw new IllegalArgumentException(file + " must begin with " + Results.HEADER);
    }
    for (String row : rows) {
      if (row.equals(Results.HEADER)) {
        continue; // At each beginning of what several runs wrote.
      }
      String[] fields = row.split(",", -1);
      if (fields.length != FIELDS) {
        throw new IllegalArgumentException(
            "%s must have %d fields in each row, found %s".formatted(file, FIELDS, row));
      }
      machines.add(fields[1]);
      if (!fields[2].startsWith("tplus1")) {
        continue;
      }
      double value = value(file, row, fields[10]);
      if (SETTLED.contains(fields[7])) {
        unsettled += value == 0 ? 1 : 0;
      } else if (!NOT_COMPARED.contains(fields[7]) && !fields[8].equals("cores")) {
        bySubject
            .computeIfAbsent(
                String.join(",", Arrays.copyOfRange(fields, 2, 9)), any -> new ArrayList<>())
            .add(value);
      }
    }
    Map<String, Double> medians = new TreeMap<>();
    bySubject.forEach((subject, found) -> medians.put(subject, Results.spread(found.stream())[0]));
    return new Medians(machines, medians, unsettled);
  }

  private static double value(Path file, String row, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must have a number last in each row, found %s".formatted(file, row), e);
    }
  }

  /** How many medians stand in both. */
  private int compared() {
    Set<String> both = new TreeSet<>(before.bySubject.keySet());
    both.retainAll(after.bySubject.keySet());
    return both.size();
  }

  /**
   * What has become worse, a line each. What has become nothing was not measured, and is worse too.
   *
   * @param tolerance part by which a median may be worse, from 0 to below 1
   */
  List<String> worse(double tolerance) {
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "--tolerance must be from 0 to below 1, found " + tolerance);
    }
    List<String> worse = new ArrayList<>();
    after.bySubject.forEach(
        (subject, now) -> {
          Double then = before.bySubject.get(subject);
          boolean more = subject.endsWith(",records/s"); // is better
          if (then != null
              && !(more
                  ? now >= then * (1 - tolerance)
                  : now <= then * (1 + tolerance) && (now > 0 || then == 0))) {
            worse.add(
                String.format(
                    Locale.ROOT,
                    "%s: %.4g, was %.4g (%+.0f %%)",
                    subject,
                    now,
                    then,
                    100 * (now / then - 1)));
          }
        });
    return worse;
  }

  @Override
  public String toString() {
    int compared = compared();
    StringBuilder text =
        new StringBuilder(
            "%d medians compared; %d stand in the old file alone, %d in the new one alone"
                .formatted(
                    compared,
                    before.bySubject.size() - compared,
                    after.bySubject.size() - compared));
    if (after.unsettled > 0) {
      text.append("; %d of the new file's runs had not settled".formatted(after.unsettled));
    }
    if (!before.machines.equals(after.machines)) {
      text.append("; of different machines: " + before.machines + ", " + after.machines);
    }
    return text.toString();
  }
}

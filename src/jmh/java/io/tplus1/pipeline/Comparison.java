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
 * they carry is the machine's affair. Nor is what a collector happens to leave in memory, how long
 * a run was warmed up, or what a training took beside it.
 */
final class Comparison {
  private static final Set<String> NOT_COMPARED = Set.of("heap", "resident", "settled", "warm");

  private final Medians before;
  private final Medians after;

  private record Medians(Set<String> machines, Map<String, Double> bySubject) {}

  private Comparison(Medians before, Medians after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Reads both.
   *
   * @throws IllegalArgumentException if one is no file of results
   */
  static Comparison of(Path before, Path after) throws IOException {
    return new Comparison(read(before), read(after));
  }

  private static Medians read(Path file) throws IOException {
    Map<String, List<Double>> bySubject = new TreeMap<>();
    Set<String> machines = new TreeSet<>();
    List<String> rows = Files.readAllLines(file);
    if (rows.isEmpty() || !rows.get(0).equals(Results.HEADER)) {
      throw new IllegalArgumentException(file + " must begin with " + Results.HEADER);
    }
    for (String row : rows) {
      if (row.equals(Results.HEADER)) {
        continue; // At each beginning of what several runs wrote.
      }
      String[] fields = row.split(",");
      machines.add(fields[1]);
      if (fields[2].startsWith("tplus1")
          && !NOT_COMPARED.contains(fields[7])
          && !fields[8].equals("cores")) {
        bySubject
            .computeIfAbsent(
                String.join(",", Arrays.copyOfRange(fields, 2, 9)), any -> new ArrayList<>())
            .add(Double.parseDouble(fields[10]));
      }
    }
    Map<String, Double> medians = new TreeMap<>();
    bySubject.forEach((subject, found) -> medians.put(subject, Results.spread(found.stream())[0]));
    return new Medians(machines, medians);
  }

  /** How many medians stand in both. */
  int compared() {
    Set<String> both = new TreeSet<>(before.bySubject.keySet());
    both.retainAll(after.bySubject.keySet());
    return both.size();
  }

  /**
   * What has become worse, a line each.
   *
   * @param tolerance part by which a median may be worse
   */
  List<String> worse(double tolerance) {
    List<String> worse = new ArrayList<>();
    after.bySubject.forEach(
        (subject, now) -> {
          Double then = before.bySubject.get(subject);
          boolean more = subject.endsWith(",records/s"); // is better
          if (then != null
              && !(more ? now >= then * (1 - tolerance) : now <= then * (1 + tolerance))) {
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
    String text =
        "%d medians compared; %d stand in the old file alone, %d in the new one alone"
            .formatted(
                compared, before.bySubject.size() - compared, after.bySubject.size() - compared);
    return before.machines.equals(after.machines)
        ? text
        : text + "; of different machines: " + before.machines + ", " + after.machines;
  }
}

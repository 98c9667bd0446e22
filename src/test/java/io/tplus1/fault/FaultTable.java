package io.tplus1.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What became of each fault, for people. */
final class FaultTable {
  /**
   * One fault.
   *
   * @param goal how long a recovery is to take on a quiet machine; told, and not asserted
   * @param recoveries one for each repetition
   * @param audit of all repetitions together
   */
  record Row(String fault, Optional<Duration> goal, List<Duration> recoveries, Audit.Result audit) {
    Duration worst() {
      return Collections.max(recoveries);
    }

    Duration median() {
      List<Duration> sorted = new ArrayList<>(recoveries);
      Collections.sort(sorted);
      int half = sorted.size() / 2;
      return sorted.size() % 2 == 1
          ? sorted.get(half)
          : sorted.get(half - 1).plus(sorted.get(half)).dividedBy(2);
    }
  }

  private static final String LINE =
      "| %-46s | %11s | %8s | %5s | %7s | %5s | %8s | %8s | %11s |%n";

  private final List<Row> rows = new ArrayList<>();

  void add(Row row) {
    rows.add(row);
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    table.append(
        LINE.formatted(
            "fault",
            "repetitions",
            "records",
            "lost",
            "doubled",
            "wrong",
            "median s",
            "worst s",
            "goal s"));
    table.append(LINE.formatted("---", "---", "---", "---", "---", "---", "---", "---", "---"));
    for (Row row : rows) {
      table.append(
          LINE.formatted(
              row.fault(),
              row.recoveries().size(),
              row.audit().vectors(),
              row.audit().lost(),
              row.audit().doubled(),
              row.audit().wrong(),
              seconds(row.median()),
              seconds(row.worst()),
              row.goal().map(goal -> held(goal, row.worst())).orElse("")));
    }
    return table.toString();
  }

  private static String held(Duration goal, Duration worst) {
    return "%s %s".formatted(seconds(goal), worst.compareTo(goal) <= 0 ? "met" : "missed");
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1e3);
  }
}

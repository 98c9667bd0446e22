package io.tplus1.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  private static final String THROUGHPUT = "throughput,records/s";

  @TempDir Path folder;

  private static String row(String variant, String metric, int round, String value) {
    return "2026-11-26,2 cores,%s,json,at_least_once,B,1000,%s,%d,%s"
        .formatted(variant, metric, round, value);
  }

  private static String row(String metric, String value) {
    return row("tplus1", metric, 1, value);
  }

  private Path file(String name, String... rows) throws Exception {
    List<String> all = new ArrayList<>(List.of(Results.HEADER));
    all.addAll(List.of(rows));
    return Files.write(folder.resolve(name), all);
  }

  private Comparison compare(String before, String after) throws Exception {
    return Comparison.of(file("before.csv", before), file("after.csv", after));
  }

  @ParameterizedTest
  @CsvSource({
    // What is less of records a second is more of everything else.
    "'throughput,records/s', 100, 90, false",
    "'throughput,records/s', 100, 89.9, true",
    "'throughput,records/s', 100, 200, false",
    "'throughput,records/s', 100, NaN, true",
    "'capacity,records/s', 100, 0, true",
    "'p99-at-half,ms', 100, 110, false",
    "'p99-at-half,ms', 100, 110.1, true",
    "'p99-at-half,ms', 100, 50, false",
    "'p99-at-half,ms', 100, NaN, true",
    // Not measured, rather than nothing written.
    "'written,bytes/record', 100, 0, true",
    "'written,bytes/record', 0, 0, false",
    // All garbage is collected before.
    "'heap,bytes', 100, 1000, true",
    "'heap,bytes', 100, 105, false",
    "'resident,bytes', 100, 1000, false",
    "'warm,s', 100, 1000, false",
    "'latency-warm,s', 100, 1000, false",
    "'settled,yes', 1, 0, false",
    "'latency-settled,yes', 1, 0, false",
    "'training-at-half,cores', 1, 2, false"
  })
  void worse_oneMetric_isADropBeyondTheTolerance(
      String metric, String then, String now, boolean worse) throws Exception {
    String[] always = {row("read,bytes/record", "1")};
    Comparison comparison =
        Comparison.of(
            file("before.csv", row(metric, then), always[0]),
            file("after.csv", row(metric, now), always[0]));

    assertThat(comparison.worse(0.1)).hasSize(worse ? 1 : 0);
  }

  @Test
  void worse_severalRoundsBehindOneAnother_comparesMedians() throws Exception {
    Path before = file("before.csv", row(THROUGHPUT, "100"));
    Path after =
        file(
            "after.csv",
            row("tplus1", THROUGHPUT, 1, "10"),
            row("tplus1", THROUGHPUT, 2, "99"),
            Results.HEADER,
            row("tplus1", THROUGHPUT, 3, "101"));

    assertThat(Comparison.of(before, after).worse(0.05)).isEmpty();
    assertThat(Comparison.of(before, after).worse(0.005))
        .containsExactly(
            "tplus1,json,at_least_once,B,1000,throughput,records/s: 99.00, was 100.0 (-1 %)");
  }

  @Test
  void worse_rivals_areNotCompared() throws Exception {
    Path before = file("before.csv", row(THROUGHPUT, "100"), row("pass", THROUGHPUT, 1, "100"));
    Path after = file("after.csv", row(THROUGHPUT, "100"), row("pass", THROUGHPUT, 1, "1"));

    assertThat(Comparison.of(before, after).worse(0.1)).isEmpty();
  }

  @Test
  void toString_oneFileAlone_isCounted() throws Exception {
    Path before = file("before.csv", row(THROUGHPUT, "1"), row("read,bytes/record", "1"));
    Path after = file("after.csv", row(THROUGHPUT, "1"), row("tplus1_mix", THROUGHPUT, 1, "1"));

    assertThat(Comparison.of(before, after))
        .hasToString("1 medians compared; 1 stand in the old file alone, 1 in the new one alone");
  }

  @Test
  void toString_runsThatHadNotSettled_areCounted() throws Exception {
    Path before = file("before.csv", row(THROUGHPUT, "1"), row("settled,yes", "0"));
    Path after =
        file(
            "after.csv",
            row(THROUGHPUT, "1"),
            row("settled,yes", "0"),
            row("latency-settled,yes", "0"),
            row("tplus1_mix", "settled,yes", 1, "1"),
            row("pass", "settled,yes", 1, "0"));

    assertThat(Comparison.of(before, after).toString())
        .endsWith("; 2 of the new file's runs had not settled");
  }

  @Test
  void of_anotherForm_isRefusedByName() throws Exception {
    Path results = file("results.csv", row(THROUGHPUT, "1"));
    Path short1 = file("short.csv", "2026-11-26,2 cores,tplus1");
    Path other = Files.writeString(folder.resolve("other.csv"), "a,b\n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(results, short1))
        .withMessageContaining("short.csv must have 11 fields");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(other, results))
        .withMessageContaining("other.csv must begin with date,");
  }

  @Test
  void of_machines_areToldWhereTheyDiffer() throws Exception {
    String row = row(THROUGHPUT, "1");

    assertThat(compare(row, row.replace("2 cores", "4 cores")).toString())
        .endsWith("; of different machines: [2 cores], [4 cores]");
    assertThat(compare(row, row).toString()).doesNotContain("machines");
  }
}

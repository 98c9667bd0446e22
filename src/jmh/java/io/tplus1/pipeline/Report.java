package io.tplus1.pipeline;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The table of one shape, number of series and guarantee, for people. */
final class Report {
  /** Metrics by unit, in the order of the table. */
  private static final Map<String, String> METRICS =
      new TreeMap<>(
          Map.of(
              "throughput", "records/s",
              "stream-thread-cpu", "us/record",
              "allocation", "bytes/record",
              "read", "bytes/record",
              "written", "bytes/record",
              "changelog", "bytes/record",
              "disk", "bytes/record",
              "heap", "bytes",
              "resident", "bytes",
              "restore", "records/s"));

  private final Results results;
  private final List<Variant> variants;
  private final Case one;

  /**
   * @param one any of its cases
   */
  Report(Results results, List<Variant> variants, Case one) {
    this.results = results;
    this.variants = variants;
    this.one = one;
  }

  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%nshape %s, %,d series, %s, %s, threads %d: median (least … greatest); ratio to the pass-through%n",
        one.shape(),
        one.keys(),
        one.serde(),
        one.guarantee(),
        one.threads());
    Map<String, String> metrics = new TreeMap<>(METRICS);
    metrics.put("process-cpu", "us/record");
    metrics.put("capacity", "records/s");
    for (String at : List.of("1000", "half")) {
      for (String quantile : List.of("p50", "p99", "p99.9")) {
        metrics.put(quantile + "-at-" + at, "ms");
      }
    }
    metrics.forEach(
        (metric, unit) -> {
          for (Variant variant : variants) {
            line(out, subject(variant, metric, unit));
          }
        });
    for (Variant to : List.of(Variant.PASS_JACKSON, Variant.PASS_AS_MUCH, Variant.NAIVE)) {
      for (String metric :
          List.of("throughput", "stream-thread-cpu", "process-cpu", "allocation")) {
        String unit = metrics.get(metric);
        double[] ratio =
            results.ratio(subject(Variant.TPLUS1, metric, unit), subject(to, metric, unit));
        if (ratio != null) {
          out.printf(
              Locale.ROOT,
              "tplus1 / %s, %s: %.3g (%.3g … %.3g)%n",
              to.title,
              metric,
              ratio[0],
              ratio[1],
              ratio[2]);
        }
      }
    }
  }

  private Results.Subject subject(Variant variant, String metric, String unit) {
    return one.of(variant).subject(metric, unit);
  }

  private void line(PrintStream out, Results.Subject subject) {
    double[] spread = results.spread(subject);
    if (spread == null) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "%-18s %-30s %,12.4g (%,.4g … %,.4g) %s",
        subject.metric(),
        subject.variant().title,
        spread[0],
        spread[1],
        spread[2],
        subject.unit());
    // The pass-through's capacity is what may be under way, not what it carries.
    double[] ratio =
        subject.metric().equals("capacity")
            ? null
            : results.ratio(subject, subject.of(Variant.PASS));
    if (ratio != null && subject.variant() != Variant.PASS) {
      out.printf(Locale.ROOT, "  ratio %.3g (%.3g … %.3g)", ratio[0], ratio[1], ratio[2]);
    }
    out.println();
  }
}

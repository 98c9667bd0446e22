package io.tplus1.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Runs a variant over a preloaded topic, as fast as it goes. */
final class ThroughputRun {
  private final Options options;
  private final Workload workload;
  private final Results results;
  private final Map<Case, List<Rivals.Payload>> written = new HashMap<>();

  /** Of what the stores were restored; once a round is enough. */
  private final Set<String> restored = new TreeSet<>();

  private int run;

  ThroughputRun(Options options, Workload workload, Results results) {
    this.options = options;
    this.workload = workload;
    this.results = results;
  }

  /**
   * Runs it.
   *
   * @param records in its topic of vectors
   */
  void run(Case one, long records) throws Exception {
    String name = "run-" + run++;
    Path configuration = workload.configuration(name, one.features(), one, options.settings);
    List<String> more = more(one, name);
    Map<String, String> meter = meter(one, records);
    Map<String, Double> report;
    try (Child child = child(one, name, configuration, meter, more)) {
      report = child.report(longest());
      if (report.get("records") <= 0) {
        throw child.failure("it read nothing while it was measured");
      }
    }
    record(one, report);
    if (one.variant() == Variant.TPLUS1) {
      written.put(one, payloads(name, report));
      stored(one, name, configuration, report, meter);
    }
    workload.clear(name);
  }

  /** Makes the topics that a rival writes to, and says what it needs more. */
  private List<String> more(Case one, String name) throws Exception {
    if (one.variant() == Variant.PASS_AS_MUCH) {
      List<String> payloads = new ArrayList<>();
      for (Rivals.Payload payload : written.getOrDefault(one.of(Variant.TPLUS1), List.of())) {
        String topic = name + "-" + payload.topic();
        workload.createTopic(topic, one.threads());
        payloads.add(new Rivals.Payload(topic, payload.bytes(), payload.share()).toString());
      }
      if (payloads.isEmpty()) {
        throw new IllegalArgumentException("--variants needs tplus1 before pass_as_much");
      }
      return List.of(String.join(",", payloads));
    }
    if (!one.variant().isOurs()) {
      workload.createTopic(name + "-predictions", one.threads());
    }
    return one.variant() == Variant.NAIVE
        ? List.of(workload.dl4j(one.shape()).toString())
        : List.of();
  }

  private Map<String, String> meter(Case one, long records) {
    Map<String, String> meter = new HashMap<>();
    meter.put("records", Long.toString(records));
    meter.put("warm.least", Integer.toString(options.warm.get(0)));
    meter.put("warm.most", Integer.toString(options.warm.get(1)));
    meter.put("seconds", Double.toString(options.seconds));
    boolean hasWindows = one.variant().isOurs() || one.variant() == Variant.NAIVE;
    long windows = hasWindows ? (long) one.keys() * options.fullSteps(one.shape()) : 0;
    meter.put("warm.records", Long.toString(Math.max(1, windows)));
    return meter;
  }

  /** Seconds within which a run must have measured, with what starting and restoring may take. */
  private double longest() {
    return options.warm.get(1) + options.seconds + 600;
  }

  private Child child(
      Case one, String name, Path configuration, Map<String, String> meter, List<String> more)
      throws IOException {
    return Child.start(
        workload.folder(), name, one.variant(), configuration, meter, options.jvm, more);
  }

  private void record(Case one, Map<String, Double> report) {
    double records = report.get("records");
    double seconds = report.get("seconds");
    add(one, "throughput", "records/s", records / seconds);
    add(one, "stream-thread-cpu", "us/record", report.get("stream.cpu.ns") / records / 1e3);
    add(one, "process-cpu", "us/record", report.get("process.cpu.ns") / records / 1e3);
    add(one, "allocation", "bytes/record", report.get("stream.allocated") / records);
    add(one, "read", "bytes/record", report.get("read") / records);
    add(one, "written", "bytes/record", bytes(report, ".bytes") / records);
    add(one, "changelog", "bytes/record", bytes(report, "-changelog.bytes") / records);
    add(one, "heap", "bytes", report.get("heap"));
    if (report.containsKey("resident")) {
      add(one, "resident", "bytes", report.get("resident"));
    }
    add(one, "settled", "yes", report.get("settled"));
    add(one, "warm", "s", report.get("warm.seconds"));
    System.out.printf(
        Locale.ROOT,
        "round %d  %-14s %-6s %-15s %,9.0f records/s  CPU %6.2f us  process %6.2f us"
            + "  %,7.0f B allocated  %,5.0f B written  gc %.0f ms in %.1f s  %s after %.0f s%n",
        one.round(),
        one.variant(),
        one.serde(),
        one.guarantee(),
        records / seconds,
        report.get("stream.cpu.ns") / records / 1e3,
        report.get("process.cpu.ns") / records / 1e3,
        report.get("stream.allocated") / records,
        bytes(report, ".bytes") / records,
        report.get("gc.ms"),
        seconds,
        state(report),
        report.get("warm.seconds"));
  }

  private String state(Map<String, Double> report) {
    if (report.get("settled") > 0) {
      return "settled";
    }
    String why =
        report.get("warm.seconds") >= options.warm.get(1)
            ? "the longest warm-up was over"
            : "the input ran short";
    boolean full = report.get("windows.full") > 0;
    return "NOT SETTLED (" + why + (full ? "" : ", windows not whole") + ")";
  }

  private void add(Case one, String metric, String unit, double value) {
    results.add(one.subject(metric, unit), one.round(), value);
  }

  private static double bytes(Map<String, Double> report, String suffix) {
    return report.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("topic.") && entry.getKey().endsWith(suffix))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** What tplus1 wrote to each topic, for one record that it read. */
  private static List<Rivals.Payload> payloads(String name, Map<String, Double> report) {
    List<Rivals.Payload> payloads = new ArrayList<>();
    for (Map.Entry<String, Double> entry : report.entrySet()) {
      String suffix = ".records";
      if (entry.getKey().startsWith("topic.") && entry.getKey().endsWith(suffix)) {
        String topic =
            entry.getKey().substring("topic.".length(), entry.getKey().length() - suffix.length());
        double sent = entry.getValue();
        double bytes = report.get("topic." + topic + ".bytes");
        if (sent > 0) {
          // A record's key and what stands around it take about 20 bytes.
          payloads.add(
              new Rivals.Payload(
                  topic.substring(name.length() + 1),
                  Math.max(0, (int) (bytes / sent) - 20),
                  sent / report.get("records")));
        }
      }
    }
    return payloads;
  }

  /** Bytes of the stores, and how fast they come back. */
  private void stored(
      Case one,
      String name,
      Path configuration,
      Map<String, Double> report,
      Map<String, String> meter)
      throws Exception {
    Path state = workload.folder().resolve(name + "-state");
    double read = report.get("records.before") + report.get("records");
    double disk = bytes(state) / read;
    add(one, "disk", "bytes/record", disk);
    if (!restored.add(one.features() + "-" + one.round())) {
      return;
    }
    Workload.delete(state);
    Map<String, String> restoring = new HashMap<>(meter);
    restoring.put("restore", "true");
    restoring.put("warm.least", "0");
    restoring.put("warm.most", "0");
    restoring.put("warm.records", "0");
    restoring.put("seconds", "0.1");
    restoring.put("records", Long.toString(Long.MAX_VALUE));
    try (Child child = child(one, name, configuration, restoring, List.of())) {
      Map<String, Double> found = child.report(longest());
      if (!found.containsKey("restore.records")) {
        throw child.failure("it restored nothing");
      }
      if (found.get("restore.seconds") > 0) {
        double rate = found.get("restore.records") / found.get("restore.seconds");
        add(one, "restore", "records/s", rate);
        System.out.printf(
            Locale.ROOT,
            "         restored %,.0f records, %,.0f a second; %.0f B a record on disk%n",
            found.get("restore.records"),
            rate,
            disk);
      }
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}

package io.tplus1.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How much of Kafka Streams' own speed tplus1 leaves: a pass-through, a pass-through that writes as
 * much, tplus1, and the naive pipeline, in turn, each in a fresh JVM with one stream thread on a
 * preloaded topic of one partition, with a broker in a JVM of its own.
 *
 * <pre>{@code
 * mvn -Pjmh -DskipTests test-compile exec:exec@bench -Dbench.args="--shape B --keys 1000 --rounds 5"
 * mvn -Pjmh -DskipTests test-compile exec:exec@bench -Dbench.args="compare OLD NEW --tolerance 0.1"
 * }</pre>
 */
public final class PipelineBenchmark {
  private static final String JSON = "json";

  /** Records that the pass-through reads in a second, at most. */
  private static final Map<Shape, Integer> FASTEST =
      Map.of(Shape.A, 450_000, Shape.B, 300_000, Shape.C, 120_000);

  private final Options options;
  private final Workload workload;
  private final Results results = new Results();
  private final Map<String, List<Rivals.Payload>> written = new HashMap<>();
  private int run;

  private PipelineBenchmark(Options options, Workload workload) {
    this.options = options;
    this.workload = workload;
  }

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("compare")) {
      System.exit(compare(args));
    }
    Options options = Options.parse(args);
    Path folder = Files.createTempDirectory("pipeline");
    try (Workload workload = new Workload(folder)) {
      new PipelineBenchmark(options, workload).run();
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  private static int compare(String[] args) throws IOException {
    if (args.length != 3 && !(args.length == 5 && args[3].equals("--tolerance"))) {
      System.err.println("compare OLD.csv NEW.csv [--tolerance 0.1]");
      return 2;
    }
    double tolerance = args.length == 5 ? Double.parseDouble(args[4]) : 0.1;
    List<String> worse = Results.worse(Path.of(args[1]), Path.of(args[2]), tolerance);
    worse.forEach(System.out::println);
    return worse.isEmpty() ? 0 : 1;
  }

  private void run() throws Exception {
    for (Shape shape : options.shapes()) {
      for (int keys : options.keys()) {
        String input = "features-%s-%d".formatted(shape, keys);
        long records = records(shape, keys);
        System.out.printf(
            Locale.ROOT, "shape %s, %,d series: preloading %,d vectors%n", shape, keys, records);
        workload.preload(input, new Workload.Vectors(shape, keys), records);
        for (int round = 1; round <= options.rounds(); round++) {
          for (String guarantee : options.guarantees()) {
            for (Variant variant : options.variants()) {
              // What it does is limited by DL4J alone.
              if (variant != Variant.NAIVE || guarantee.equals(options.guarantees().get(0))) {
                throughput(new Case(variant, guarantee, shape, keys, round), input, records);
              }
            }
          }
          results.write(options.out().resolve("results.csv"));
        }
        latencies(shape, keys);
        workload.deleteTopics(input);
        for (String guarantee : options.guarantees()) {
          new Report(results, options.variants(), JSON, guarantee, shape, keys).print(System.out);
        }
        results.write(options.out().resolve("results.csv"));
      }
    }
    new Plot(results, options).write(options.out().resolve("results.svg"));
    System.out.println("in " + options.out().toAbsolutePath());
  }

  private long records(Shape shape, int keys) {
    boolean windows = options.variants().stream().anyMatch(Variant::isOurs);
    double seconds = options.warm() + options.seconds() + 1;
    boolean pass = options.variants().contains(Variant.PASS);
    long fastest = (long) (FASTEST.get(shape) * seconds * (pass ? 1 : 0.6));
    return fastest + (windows ? (long) keys * shape.steps : 0);
  }

  private record Case(Variant variant, String guarantee, Shape shape, int keys, int round) {
    Results.Subject subject(String metric, String unit) {
      return new Results.Subject(variant, JSON, guarantee, shape, keys, metric, unit);
    }
  }

  private void throughput(Case one, String input, long records) throws Exception {
    String name = "run-" + run++;
    Path configuration = configuration(one, name, input);
    List<String> more = new ArrayList<>();
    String sizes = one.guarantee() + one.shape() + one.keys();
    if (one.variant() == Variant.NAIVE) {
      more.add(workload.dl4j(one.shape()).toString());
    } else if (one.variant() == Variant.PASS_AS_MUCH) {
      List<String> payloads = new ArrayList<>();
      for (Rivals.Payload payload : written.getOrDefault(sizes, List.of())) {
        String topic = name + "-" + payload.topic();
        workload.createTopic(topic);
        payloads.add(new Rivals.Payload(topic, payload.bytes(), payload.share()).toString());
      }
      if (payloads.isEmpty()) {
        throw new IllegalArgumentException("--variants needs tplus1 before pass_as_much");
      }
      more.add(String.join(",", payloads));
    } else if (one.variant() == Variant.PASS) {
      workload.createTopic(name + "-predictions");
    }
    if (one.variant() == Variant.NAIVE) {
      workload.createTopic(name + "-predictions");
    }
    Map<String, String> meter = new HashMap<>();
    meter.put("records", Long.toString(records));
    meter.put("warm", Double.toString(options.warm()));
    meter.put("seconds", Double.toString(options.seconds()));
    // Our windows are to be full; the naive one would take minutes for so many.
    long windows = one.variant().isOurs() ? (long) one.keys() * one.shape().steps : 0;
    long warm = one.variant() == Variant.NAIVE ? 1 : options.warmRecords();
    meter.put("warm.records", Long.toString(Math.max(warm, windows)));
    Map<String, Double> report;
    try (Child child =
        Child.start(
            workload.folder(), name, one.variant(), configuration, meter, options.jvm(), more)) {
      report = child.report();
    }
    record(one, report);
    if (one.variant() == Variant.TPLUS1) {
      written.put(sizes, payloads(name, report));
      stored(one, name, configuration, report, meter);
    }
    workload.deleteTopics(name);
    delete(workload.folder().resolve(name + "-state"));
  }

  private Path configuration(Case one, String name, String input) throws IOException {
    Map<String, String> more = new HashMap<>();
    more.put("http.port", one.variant().isOurs() ? freePort() : "0");
    if (one.variant() == Variant.TPLUS1_MIX) {
      more.put("experts", "last,linear,joint,series,rnn");
    }
    for (String setting : options.settings()) {
      String[] parts = setting.split("=", 2);
      more.put(parts[0], parts[1]);
    }
    return workload.configuration(name, input, one.shape(), one.guarantee(), more);
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  private void record(Case one, Map<String, Double> report) {
    double records = report.get("records");
    double speed = records / report.get("seconds");
    double bytes =
        report.entrySet().stream()
            .filter(
                entry -> entry.getKey().startsWith("topic.") && entry.getKey().endsWith(".bytes"))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    double changelog =
        report.entrySet().stream()
            .filter(entry -> entry.getKey().endsWith("-changelog.bytes"))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    results.add(one.subject("throughput", "records/s"), one.round(), speed);
    results.add(
        one.subject("stream-thread-cpu", "us/record"),
        one.round(),
        report.get("stream.cpu.ns") / records / 1e3);
    results.add(
        one.subject("process-cpu", "us/record"),
        one.round(),
        report.get("process.cpu.ns") / records / 1e3);
    results.add(
        one.subject("allocation", "bytes/record"),
        one.round(),
        report.get("stream.allocated") / records);
    results.add(one.subject("written", "bytes/record"), one.round(), bytes / records);
    results.add(one.subject("changelog", "bytes/record"), one.round(), changelog / records);
    System.out.printf(
        Locale.ROOT,
        "round %d  %-16s %-12s %,9.0f records/s  CPU %6.2f us  process %6.2f us  %,7.0f B allocated"
            + "  %,5.0f B written  gc %.0f ms in %.1f s%n",
        one.round(),
        one.variant(),
        one.guarantee(),
        speed,
        report.get("stream.cpu.ns") / records / 1e3,
        report.get("process.cpu.ns") / records / 1e3,
        report.get("stream.allocated") / records,
        bytes / records,
        report.get("gc.ms"),
        report.get("seconds"));
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
    results.add(one.subject("disk", "bytes/record"), one.round(), bytes(state) / read);
    delete(state);
    Map<String, String> restoring = new HashMap<>(meter);
    restoring.put("restore", "true");
    restoring.put("warm", "0");
    restoring.put("warm.records", "0");
    restoring.put("seconds", "0.1");
    restoring.put("records", Long.toString(Long.MAX_VALUE));
    try (Child child =
        Child.start(
            workload.folder(),
            name,
            one.variant(),
            configuration,
            restoring,
            options.jvm(),
            List.of())) {
      Map<String, Double> restored = child.report();
      if (restored.getOrDefault("restore.seconds", 0.0) > 0) {
        double rate = restored.get("restore.records") / restored.get("restore.seconds");
        results.add(one.subject("restore", "records/s"), one.round(), rate);
        System.out.printf(
            Locale.ROOT,
            "         restored %,.0f records, %,.0f a second; %.0f B a record on disk%n",
            restored.get("restore.records"),
            rate,
            results.spread(one.subject("disk", "bytes/record"))[0]);
      }
    }
  }

  private void latencies(Shape shape, int keys) throws Exception {
    if (options.latencySeconds() == 0) {
      return;
    }
    for (int rate : options.rates()) {
      for (int round = 1; round <= options.rounds(); round++) {
        for (String guarantee : options.guarantees()) {
          for (Variant variant : options.variants()) {
            if (variant.isOurs() || variant == Variant.PASS) {
              latency(new Case(variant, guarantee, shape, keys, round), rate);
            }
          }
        }
      }
    }
  }

  private void latency(Case one, int wished) throws Exception {
    double[] carried =
        results.spread(
            new Case(Variant.TPLUS1, one.guarantee(), one.shape(), one.keys(), 0)
                .subject("throughput", "records/s"));
    int rate = wished == 0 ? (int) (carried[0] / 2) : wished;
    String name = "run-" + run++;
    workload.createTopic(name + "-features");
    if (!one.variant().isOurs()) {
      workload.createTopic(name + "-predictions");
    }
    Path configuration = configuration(one, name, name + "-features");
    try (Child child =
        Child.start(
            workload.folder(),
            name,
            one.variant(),
            configuration,
            Map.of(),
            options.jvm(),
            List.of())) {
      double[] latencies =
          new Latencies(workload, child, name + "-features", name + "-predictions")
              .measure(
                  new Workload.Vectors(one.shape(), one.keys()), rate, options.latencySeconds());
      String at = wished == 0 ? "half" : Integer.toString(rate);
      StringBuilder text = new StringBuilder();
      for (double quantile : new double[] {.5, .99, .999}) {
        double value = latencies[(int) (latencies.length * quantile)];
        String metric =
            String.format(
                Locale.ROOT, "p%s-at-%s", Double.toString(100 * quantile).replace(".0", ""), at);
        results.add(one.subject(metric, "ms"), one.round(), value);
        text.append(String.format(Locale.ROOT, "  %s %.2f ms", metric, value));
      }
      System.out.printf(
          Locale.ROOT,
          "round %d  %-16s %-12s %,d records/s%s%n",
          one.round(),
          one.variant(),
          one.guarantee(),
          rate,
          text);
    }
    workload.deleteTopics(name);
    delete(workload.folder().resolve(name + "-state"));
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}

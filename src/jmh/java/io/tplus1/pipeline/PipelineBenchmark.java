package io.tplus1.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.serde.Encoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much of Kafka Streams' own speed tplus1 leaves: a pass-through, a pass-through that writes as
 * much, tplus1, and the naive pipeline, in turn, each in a fresh JVM with one stream thread on a
 * preloaded topic of one partition, with a broker in a JVM of its own.
 *
 * <pre>{@code
 * mvn -Pjmh -DskipTests test-compile exec:exec@bench -Dbench.args="--shape B --keys 1000 --serde json,binary"
 * mvn -Pjmh -DskipTests test-compile exec:exec@bench -Dbench.args="compare OLD NEW --tolerance 0.1"
 * }</pre>
 */
public final class PipelineBenchmark {
  /** Records that the pass-through reads in a second and a thread, at most. */
  private static final Map<Shape, Integer> FASTEST =
      Map.of(Shape.A, 700_000, Shape.B, 600_000, Shape.C, 300_000);

  /** Seconds that a run may go on until it has settled. */
  private static final double SETTLING = 10;

  private final Options options;
  private final Workload workload;
  private final Results results = new Results();
  private final ThroughputRun throughput;
  private final LatencyRun latency;
  private final List<Case> done = new ArrayList<>();

  private PipelineBenchmark(Options options, Workload workload) {
    this.options = options;
    this.workload = workload;
    this.throughput = new ThroughputRun(options, workload, results);
    this.latency = new LatencyRun(options, workload, results);
  }

  public static void main(String[] args) {
    System.exit(
        BenchCommand.execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args));
  }

  static void measure(Options options) throws Exception {
    Path folder = Files.createTempDirectory("pipeline");
    // Whoever stops it leaves gigabytes behind otherwise.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(folder)));
    try (Workload workload = new Workload(folder)) {
      new PipelineBenchmark(options, workload).run();
    }
  }

  private static void deleteQuietly(Path folder) {
    try {
      Workload.delete(folder);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("what is left in " + folder + " can be deleted: " + e.getMessage());
    }
  }

  private void run() throws Exception {
    try {
      for (Shape shape : options.shapes) {
        for (int keys : options.keys) {
          for (int threads : options.threads) {
            run(shape, keys, threads);
          }
        }
      }
    } finally {
      write(); // What was measured before a failure too.
    }
    new Plot(results, options, done).write(options.out.resolve("results.svg"));
    System.out.println("in " + options.out.toAbsolutePath());
  }

  private void run(Shape shape, int keys, int threads) throws Exception {
    List<Case> cases = new ArrayList<>();
    for (Encoding serde : options.serdes) {
      for (String guarantee : options.guarantees) {
        cases.add(new Case(Variant.PASS, serde, guarantee, shape, keys, threads, 0));
      }
    }
    if (options.seconds > 0) {
      preload(cases);
    }
    for (int i = 0; i < options.rounds; i++) {
      int round = options.firstRound + i;
      for (Case any : cases) {
        for (Variant variant : options.variants) {
          Case one = new Case(variant, any.serde(), any.guarantee(), shape, keys, threads, round);
          // DL4J alone limits the naive one, whatever the guarantee.
          boolean isAgain =
              variant == Variant.NAIVE && !any.guarantee().equals(options.guarantees.get(0));
          if (options.seconds > 0
              && variant.hasThroughput()
              && variant.reads(any.serde())
              && !isAgain) {
            throughput.run(one, records(one));
          }
        }
        if (options.latencySeconds > 0 && threads == 1) {
          for (Variant variant : options.variants) {
            if (variant.hasLatency()) {
              latency.run(
                  new Case(variant, any.serde(), any.guarantee(), shape, keys, threads, round));
            }
          }
        }
        write(); // Whoever stops it keeps what was measured.
      }
    }
    for (Case any : cases) {
      workload.deleteTopics(any.features());
      new Report(results, options.variants, any).print(System.out);
    }
    done.addAll(cases);
  }

  private void write() throws IOException {
    results.write(options.out.resolve("results.csv"));
  }

  private void preload(List<Case> cases) throws Exception {
    for (Case any : cases) {
      if (any.guarantee().equals(options.guarantees.get(0))) {
        System.out.printf(
            Locale.ROOT,
            "shape %s, %,d series, %s: preloading %,d vectors%n",
            any.shape(),
            any.keys(),
            any.serde(),
            records(any));
        workload.preload(
            any.features(),
            any.threads(),
            new Workload.Vectors(any.shape(), any.serde(), any.keys()),
            records(any));
      }
    }
  }

  /** Enough for the fastest variant, and for windows that are to be full before a measurement. */
  private long records(Case any) {
    if (options.records > 0) {
      return options.records;
    }
    double seconds = options.seconds + options.warm.get(0) + SETTLING;
    boolean pass = options.variants.contains(Variant.PASS);
    double share = (pass ? 1 : 0.5) * (any.serde() == Encoding.BINARY ? 1.7 : 1);
    long fastest = (long) (FASTEST.get(any.shape()) * seconds * share * any.threads());
    return fastest + (long) any.keys() * options.fullSteps(any.shape());
  }
}

package io.tplus1.pipeline;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs a variant at steady rates, and records how long forecasts take. */
final class LatencyRun {
  /** The thread that trains. */
  private static final String TRAINING = "training";

  private static final double[] QUANTILES = {.5, .99, .999};

  private final Options options;
  private final Workload workload;
  private final Results results;

  /** Half of what tplus1 carried in its own run of the round. */
  private final Map<Case, Integer> half = new HashMap<>();

  private int run;

  LatencyRun(Options options, Workload workload, Results results) {
    this.options = options;
    this.workload = workload;
    this.results = results;
  }

  void run(Case one) throws Exception {
    String name = "latency-" + run++;
    workload.createTopic(name + "-features", 1);
    if (!one.variant().isOurs()) {
      workload.createTopic(name + "-predictions", 1);
    }
    Path configuration = workload.configuration(name, name + "-features", one, options.settings);
    try (Child child =
            Child.start(
                workload.folder(),
                name,
                one.variant(),
                configuration,
                Map.of(),
                options.jvm,
                List.of());
        Latencies latencies =
            new Latencies(
                workload.bootstrapServers(),
                child,
                name,
                new Workload.Vectors(one.shape(), one.serde(), one.keys()),
                one.guarantee().startsWith("exactly"))) {
      double capacity = warmUp(one, latencies);
      if (one.variant() == Variant.TPLUS1) {
        half.put(one, (int) (capacity / 2));
      }
      for (int rate : options.rates) {
        if (one.variant() == Variant.TPLUS1_RETRAIN) {
          measure(one, child, latencies, rate);
        } else {
          measure(one, latencies, rate);
        }
      }
    }
    workload.clear(name);
  }

  /** Records per second that it carries, and rows that say whether that had settled. */
  private double warmUp(Case one, Latencies latencies) throws Exception {
    long windows = one.variant().isOurs() ? (long) one.keys() * options.fullSteps(one.shape()) : 0;
    Latencies.WarmUp warm = latencies.warmUp(options.warm.get(0), options.warm.get(1), windows);
    results.add(one.subject("capacity", "records/s"), one.round(), warm.recordsPerSecond());
    results.add(one.subject("latency-settled", "yes"), one.round(), warm.settled() ? 1 : 0);
    results.add(one.subject("latency-warm", "s"), one.round(), warm.seconds());
    if (!warm.settled()) {
      System.out.printf(
          Locale.ROOT,
          "round %d  %-14s latency: NOT SETTLED after %.0f s%s%n",
          one.round(),
          one.variant(),
          warm.seconds(),
          warm.enough() ? "" : " (windows not whole)");
    }
    return warm.recordsPerSecond();
  }

  /** The same beside a training, of which it sees that it runs. */
  private void measure(Case one, Child child, Latencies latencies, int rate) throws Exception {
    try (Busy busy = Busy.of(child.pid())) {
      double before = busy.cpuNanos(TRAINING);
      long start = System.nanoTime();
      measure(one, latencies, rate);
      double cores = (busy.cpuNanos(TRAINING) - before) / (System.nanoTime() - start);
      if (cores <= 0) {
        throw child.failure("no training ran");
      }
      results.add(one.subject("training-at-" + name(rate, rate), "cores"), one.round(), cores);
      System.out.printf(Locale.ROOT, "         the training took %.2f cores%n", cores);
    }
  }

  private static String name(int wished, int rate) {
    return wished == 0 ? "half" : Integer.toString(rate);
  }

  private void measure(Case one, Latencies latencies, int wished) throws Exception {
    Integer rate = wished == 0 ? half.get(one.of(Variant.TPLUS1)) : Integer.valueOf(wished);
    double[] sorted = latencies.measure(rate, options.latencySeconds);
    String at = name(wished, rate);
    StringBuilder text = new StringBuilder();
    for (double quantile : QUANTILES) {
      double value = sorted[(int) (sorted.length * quantile)];
      String metric =
          String.format(
              Locale.ROOT, "p%s-at-%s", Double.toString(100 * quantile).replace(".0", ""), at);
      results.add(one.subject(metric, "ms"), one.round(), value);
      text.append(String.format(Locale.ROOT, "  %s %.2f ms", metric, value));
    }
    System.out.printf(
        Locale.ROOT,
        "round %d  %-14s %-6s %-15s %,d records/s%s%n",
        one.round(),
        one.variant(),
        one.serde(),
        one.guarantee(),
        rate,
        text);
  }
}

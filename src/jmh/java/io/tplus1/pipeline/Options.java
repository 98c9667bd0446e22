package io.tplus1.pipeline;

import io.tplus1.serde.Encoding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** What is measured. Lists are written with commas. */
final class Options {
  private static final Set<String> GUARANTEES = Set.of("at_least_once", "exactly_once_v2");

  /** Two spans of warming up are held against each other. */
  private static final int LEAST_WARM_SECONDS = 6;

  @Option(
      names = "--shape",
      split = ",",
      defaultValue = "B",
      description = "Windows, vectors and networks: ${COMPLETION-CANDIDATES}.")
  List<Shape> shapes;

  @Option(
      names = "--keys",
      split = ",",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Numbers of series.")
  List<Integer> keys;

  @Option(
      names = "--variants",
      split = ",",
      defaultValue = "TPLUS1,PASS,PASS_AS_MUCH,NAIVE",
      description = "In the order of a round: ${COMPLETION-CANDIDATES}.")
  List<Variant> variants;

  @Option(
      names = "--serde",
      split = ",",
      defaultValue = "JSON",
      description = "Forms of vectors, forecasts and scores: ${COMPLETION-CANDIDATES}.")
  List<Encoding> serdes;

  @Option(
      names = "--guarantees",
      split = ",",
      defaultValue = "at_least_once,exactly_once_v2",
      paramLabel = "NAME",
      description = "at_least_once, exactly_once_v2.")
  List<String> guarantees;

  @Option(
      names = "--threads",
      split = ",",
      defaultValue = "1",
      paramLabel = "N",
      description = "Stream threads, and partitions; latency is measured with one alone.")
  List<Integer> threads;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "How often each is measured.")
  int rounds;

  @Option(
      names = "--first-round",
      defaultValue = "1",
      paramLabel = "N",
      description = "Number of the first round, for a measurement in parts.")
  int firstRound;

  @Option(
      names = "--seconds",
      defaultValue = "8",
      description = "Of each measurement of throughput; 0 for none.")
  double seconds;

  @Option(
      names = "--records",
      defaultValue = "0",
      paramLabel = "N",
      description = "Preloaded vectors; 0 for as many as the fastest variant may read.")
  long records;

  @Option(
      names = "--warm",
      split = ",",
      defaultValue = "6,60",
      paramLabel = "SECONDS",
      description = "Least and most of warming up, within which costs must have settled.")
  List<Integer> warm;

  @Option(
      names = "--full-windows",
      arity = "1",
      defaultValue = "true",
      paramLabel = "true|false",
      description = "Whether each series has a whole window before a measurement.")
  boolean fullWindows;

  @Option(
      names = "--latency-seconds",
      defaultValue = "20",
      paramLabel = "SECONDS",
      description = "Of each measurement of latency; 0 for none.")
  double latencySeconds;

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "1000,0",
      paramLabel = "N",
      description = "Records per second of latency; 0 for half of what tplus1 carries.")
  List<Integer> rates;

  @Option(
      names = "--out",
      defaultValue = "target/bench",
      paramLabel = "FOLDER",
      description = "For results.csv and results.svg.")
  Path out;

  @Option(
      names = "--jvm",
      showDefaultValue = Visibility.NEVER,
      split = " ",
      paramLabel = "OPTIONS",
      description = "Options of the measured JVMs, with spaces.")
  List<String> jvm = List.of();

  @Option(
      names = "--set",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "NAME=VALUE",
      description = "A setting of tplus1; may be repeated.")
  Map<String, String> settings = Map.of();

  /**
   * Refuses what would fail, or measure something else, minutes later.
   *
   * @throws IllegalArgumentException with the option, what it must be and what it is
   */
  void check() {
    require(keys.stream().allMatch(n -> n > 0), "--keys must be above 0", keys);
    require(threads.stream().allMatch(n -> n > 0), "--threads must be above 0", threads);
    require(
        GUARANTEES.containsAll(guarantees), "--guarantees must be of " + GUARANTEES, guarantees);
    for (String name : settings.keySet()) {
      if (Workload.isOwn(name)) {
        throw new IllegalArgumentException(
            "--set must not name %s, by which the benchmark tells runs apart or counts"
                .formatted(name));
      }
    }
    require(rounds > 0, "--rounds must be above 0", rounds);
    require(seconds >= 0, "--seconds must not be negative", seconds);
    require(records >= 0, "--records must not be negative", records);
    require(
        warm.size() == 2
            && warm.get(0) >= 0
            && warm.get(0) <= warm.get(1)
            && warm.get(1) >= LEAST_WARM_SECONDS,
        "--warm must be the least seconds and the most, which are %d or more"
            .formatted(LEAST_WARM_SECONDS),
        warm);
    require(latencySeconds >= 0, "--latency-seconds must not be negative", latencySeconds);
    require(rates.stream().allMatch(n -> n >= 0), "--rates must not be negative", rates);
    require(
        latencySeconds == 0 || rates.stream().allMatch(n -> n == 0 || n * latencySeconds >= 1),
        "--latency-seconds must be long enough for one vector at each of --rates",
        latencySeconds);
    require(
        seconds == 0 || isFirst(Variant.TPLUS1, Variant.PASS_AS_MUCH),
        "--variants must have TPLUS1 before PASS_AS_MUCH, which writes as much",
        variants);
    if (latencySeconds > 0 && rates.contains(0) && threads.contains(1)) {
      for (Variant variant : variants) {
        require(
            !variant.hasLatency() || isFirst(Variant.TPLUS1, variant),
            "--variants must have TPLUS1 before all others for --rates 0, half of what it carries",
            variants);
      }
    }
  }

  /** Whether one is there before another, or the other is not there, or both are one. */
  private boolean isFirst(Variant one, Variant other) {
    int index = variants.indexOf(one);
    int of = variants.indexOf(other);
    return of < 0 || (index >= 0 && index <= of);
  }

  private static void require(boolean met, String rule, Object found) {
    if (!met) {
      throw new IllegalArgumentException(rule + ", found " + found);
    }
  }

  /** Vectors of each series that come before a measurement. */
  int fullSteps(Shape shape) {
    return fullWindows ? shape.steps : 0;
  }
}

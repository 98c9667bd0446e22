package io.tplus1.pipeline;

import io.tplus1.serde.Encoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is measured.
 *
 * @param shapes windows, vectors and networks
 * @param keys numbers of series
 * @param variants in the order of a round
 * @param serdes forms of vectors, forecasts and scores
 * @param guarantees {@code at_least_once} and {@code exactly_once_v2}
 * @param threads numbers of stream threads, and of partitions; latency is measured with one alone
 * @param rounds how often each
 * @param firstRound number of the first, for a measurement in parts
 * @param seconds of each measurement; 0 for none but of latency
 * @param records preloaded; 0 for as many as the fastest variant may read
 * @param warm least and most seconds of warming up, within which costs must have settled
 * @param fullWindows whether every series has a whole window before a measurement
 * @param latencySeconds of each measurement of latency; 0 for none
 * @param rates records per second of latency; 0 for half of what tplus1 carries
 * @param out folder for {@code results.csv} and {@code results.svg}
 * @param jvm options of the measured JVM
 * @param settings settings of tplus1, {@code name=value}
 */
record Options(
    List<Shape> shapes,
    List<Integer> keys,
    List<Variant> variants,
    List<Encoding> serdes,
    List<String> guarantees,
    List<Integer> threads,
    int rounds,
    int firstRound,
    double seconds,
    long records,
    List<Integer> warm,
    boolean fullWindows,
    double latencySeconds,
    List<Integer> rates,
    Path out,
    List<String> jvm,
    List<String> settings) {

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("--shape", "B"),
          Map.entry("--keys", "1000"),
          Map.entry("--variants", "TPLUS1,PASS,PASS_AS_MUCH,NAIVE"),
          Map.entry("--serde", "json"),
          Map.entry("--guarantees", "at_least_once,exactly_once_v2"),
          Map.entry("--threads", "1"),
          Map.entry("--rounds", "5"),
          Map.entry("--first-round", "1"),
          Map.entry("--seconds", "8"),
          Map.entry("--records", "0"),
          Map.entry("--warm", "6,60"),
          Map.entry("--full-windows", "true"),
          Map.entry("--latency-seconds", "20"),
          Map.entry("--rates", "1000,0"),
          Map.entry("--out", "target/bench"),
          Map.entry("--jvm", ""),
          Map.entry("--set", ""));

  /**
   * Parses pairs of an option and its value.
   *
   * @throws IllegalArgumentException if one is unknown or has no value
   */
  static Options parse(String[] args) {
    Map<String, String> options = new TreeMap<>(DEFAULTS);
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 >= args.length || !DEFAULTS.containsKey(args[i])) {
        throw new IllegalArgumentException(
            "options are pairs of some of %s and a value, found %s"
                .formatted(new TreeMap<>(DEFAULTS).keySet(), Arrays.toString(args)));
      }
      options.put(args[i], args[i + 1]);
    }
    return new Options(
        list(options.get("--shape")).stream().map(Shape::valueOf).toList(),
        numbers(options.get("--keys")),
        list(upper(options.get("--variants"))).stream().map(Variant::valueOf).toList(),
        list(upper(options.get("--serde"))).stream().map(Encoding::valueOf).toList(),
        list(options.get("--guarantees")),
        numbers(options.get("--threads")),
        Integer.parseInt(options.get("--rounds")),
        Integer.parseInt(options.get("--first-round")),
        Double.parseDouble(options.get("--seconds")),
        Long.parseLong(options.get("--records")),
        numbers(options.get("--warm")),
        Boolean.parseBoolean(options.get("--full-windows")),
        Double.parseDouble(options.get("--latency-seconds")),
        numbers(options.get("--rates")),
        Path.of(options.get("--out")),
        Optional.of(options.get("--jvm")).filter(s -> !s.isEmpty()).stream()
            .flatMap(s -> Arrays.stream(s.split(" ")))
            .toList(),
        list(options.get("--set")));
  }

  /** Vectors of each series that come before a measurement. */
  int fullSteps(Shape shape) {
    return fullWindows ? shape.steps : 0;
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  private static List<Integer> numbers(String text) {
    return list(text).stream().map(Integer::valueOf).toList();
  }

  private static List<String> list(String text) {
    List<String> list = new ArrayList<>();
    for (String one : text.split(",")) {
      if (!one.isBlank()) {
        list.add(one.strip());
      }
    }
    return list;
  }
}

package io.tplus1.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is measured.
 *
 * @param shapes windows, vectors and networks
 * @param keys numbers of series
 * @param variants in the order of a round
 * @param guarantees {@code at_least_once} and {@code exactly_once_v2}
 * @param rounds how often each
 * @param seconds of each measurement, after {@code warm} seconds
 * @param warmRecords fewest records before a measurement: compilers may be slow to come to them
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
    List<String> guarantees,
    int rounds,
    double seconds,
    double warm,
    long warmRecords,
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
          Map.entry("--guarantees", "at_least_once,exactly_once_v2"),
          Map.entry("--rounds", "5"),
          Map.entry("--seconds", "8"),
          Map.entry("--warm", "10"),
          Map.entry("--warm-records", "200000"),
          Map.entry("--latency-seconds", "20"),
          Map.entry("--rates", "1000,0"),
          Map.entry("--out", "target/bench"),
          Map.entry("--jvm", ""),
          Map.entry("--set", ""));

  static Options parse(String[] args) {
    Map<String, String> options = new TreeMap<>(DEFAULTS);
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 >= args.length || !DEFAULTS.containsKey(args[i])) {
        throw new IllegalArgumentException(
            "options are pairs of some of %s and a value, found %s"
                .formatted(Set.copyOf(DEFAULTS.keySet()), Arrays.toString(args)));
      }
      options.put(args[i], args[i + 1]);
    }
    return new Options(
        list(options.get("--shape")).stream().map(Shape::valueOf).toList(),
        list(options.get("--keys")).stream().map(Integer::valueOf).toList(),
        list(options.get("--variants").toUpperCase(Locale.ROOT)).stream()
            .map(Variant::valueOf)
            .toList(),
        list(options.get("--guarantees")),
        Integer.parseInt(options.get("--rounds")),
        Double.parseDouble(options.get("--seconds")),
        Double.parseDouble(options.get("--warm")),
        Long.parseLong(options.get("--warm-records")),
        Double.parseDouble(options.get("--latency-seconds")),
        list(options.get("--rates")).stream().map(Integer::valueOf).toList(),
        Path.of(options.get("--out")),
        Optional.of(options.get("--jvm")).filter(s -> !s.isEmpty()).stream()
            .flatMap(s -> Arrays.stream(s.split(" ")))
            .toList(),
        list(options.get("--set")));
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

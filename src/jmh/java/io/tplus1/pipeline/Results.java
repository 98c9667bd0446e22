package io.tplus1.pipeline;

import io.tplus1.serde.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Measured values, as a file: {@value #HEADER}. */
final class Results {
  static final String HEADER =
      "date,machine,variant,serde,guarantee,shape,keys,metric,unit,round,value";

  /**
   * What was measured, without the round.
   *
   * @param variant see {@link Variant}
   * @param serde of vectors and forecasts
   * @param keys number of series
   * @param threads stream threads, and partitions; more than one stand beside the variant's name
   */
  record Subject(
      Variant variant,
      Encoding serde,
      String guarantee,
      Shape shape,
      int keys,
      int threads,
      String metric,
      String unit) {
    /** The same of another variant. */
    Subject of(Variant other) {
      return new Subject(other, serde, guarantee, shape, keys, threads, metric, unit);
    }

    @Override
    public String toString() {
      return String.join(
          ",",
          variant.name().toLowerCase(Locale.ROOT) + (threads == 1 ? "" : "_x" + threads),
          serde.name().toLowerCase(Locale.ROOT),
          guarantee,
          shape.name(),
          Integer.toString(keys),
          metric,
          unit);
    }
  }

  private final Map<String, Map<Integer, Double>> values = new TreeMap<>();
  private final List<String> lines = new ArrayList<>();
  private final String origin = LocalDate.now(ZoneId.systemDefault()) + "," + machine();

  private static String machine() {
    long memory =
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
    String architecture = System.getProperty("os.arch").replace("amd64", "x86-64");
    return "%d cores%s; %d GiB; %s %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor(),
            Math.round(memory / (double) (1 << 30)),
            System.getProperty("os.name"),
            architecture);
  }

  /** What Linux says of the processor, after " of"; empty elsewhere. */
  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return "";
    }
    Map<String, String> first = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] parts = line.split(":", 2);
        if (parts.length == 2) {
          first.putIfAbsent(parts[0].strip(), parts[1].strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String name = first.get("model name");
    return name == null
        ? ""
        : " of %s (family %s model %s)"
            .formatted(name, first.get("cpu family"), first.get("model"))
            .replace(',', ';');
  }

  void add(Subject subject, int round, double value) {
    values.computeIfAbsent(subject.toString(), any -> new TreeMap<>()).put(round, value);
    lines.add(String.format(Locale.ROOT, "%s,%s,%d,%.6g", origin, subject, round, value));
  }

  /** Median, least and greatest over the rounds; null if nothing was measured. */
  double[] spread(Subject subject) {
    return spread(values.getOrDefault(subject.toString(), Map.of()).values().stream());
  }

  /** The spread of the ratios of each round to another subject's in the same round. */
  double[] ratio(Subject subject, Subject to) {
    Map<Integer, Double> base = values.getOrDefault(to.toString(), Map.of());
    return spread(
        values.getOrDefault(subject.toString(), Map.of()).entrySet().stream()
            .filter(one -> base.getOrDefault(one.getKey(), 0.0) > 0)
            .map(one -> one.getValue() / base.get(one.getKey())));
  }

  /** Median, least and greatest; null of nothing. */
  static double[] spread(Stream<Double> of) {
    double[] sorted = of.mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return null;
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new double[] {median, sorted[0], sorted[sorted.length - 1]};
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    List<String> all = new ArrayList<>(List.of(HEADER));
    all.addAll(lines);
    Files.write(file, all);
  }
}

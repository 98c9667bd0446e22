package io.tplus1.load;

import io.tplus1.ChildBeans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;

/**
 * Reads a JVM's vital signs from outside: its own counters through JMX, Linux' through {@code
 * /proc}. Nothing is added to what it runs. One thread.
 */
final class VitalsReader implements AutoCloseable {
  private static final double MB = 1 << 20;
  private static final String DIAGNOSTICS = "com.sun.management:type=DiagnosticCommand";
  private static final Pattern COMMITTED =
      Pattern.compile("(Total|Java Heap \\().*?committed=(\\d+)KB");

  private final long pid;
  private final double heapMegabytes;
  private final Path state;
  private final URI metrics;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  private VitalsReader(
      long pid, double heapMegabytes, Path state, URI metrics, JMXConnector connector)
      throws IOException {
    this.pid = pid;
    this.heapMegabytes = heapMegabytes;
    this.state = state;
    this.metrics = metrics;
    this.connector = connector;
    this.beans = connector.getMBeanServerConnection();
  }

  /**
   * Attaches to an application.
   *
   * @param state its state directory
   */
  static VitalsReader of(ApplicationJvm application, Path state) {
    return of(
        application.pid(),
        application.heapMegabytes(),
        state,
        URI.create("http://127.0.0.1:" + application.port() + "/metrics"));
  }

  /**
   * Attaches to a JVM.
   *
   * @param heapMegabytes its heap, all of it resident
   * @param metrics where it has metrics of tplus1; null if it has none
   */
  static VitalsReader of(long pid, double heapMegabytes, Path state, URI metrics) {
    try {
      return new VitalsReader(pid, heapMegabytes, state, metrics, ChildBeans.connect(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads everything but {@link Vital#SECONDS} and what {@link #settled} reads. */
  Map<Vital, Double> read() {
    Map<Vital, Double> vitals = new EnumMap<>(Vital.class);
    try {
      readCollections(vitals);
      readProcess(vitals);
      vitals.put(Vital.JVM, committedBesideHeap());
      vitals.put(Vital.ROCKS, rocks());
      vitals.put(
          Vital.DIRECT,
          number(new ObjectName("java.nio:type=BufferPool,name=direct"), "MemoryUsed") / MB);
      vitals.put(
          Vital.CPU,
          number(new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME), "ProcessCpuTime")
              / 1e9);
      vitals.put(
          Vital.CLASSES,
          number(new ObjectName(ManagementFactory.CLASS_LOADING_MXBEAN_NAME), "LoadedClassCount"));
      vitals.put(
          Vital.REBALANCES,
          sum("kafka.consumer:type=consumer-coordinator-metrics,*", "rebalance-total"));
      vitals.put(Vital.DISK, bytes(state) / MB);
      if (metrics != null) {
        readMetrics(vitals);
      }
    } catch (JMException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return vitals;
  }

  /**
   * Reads {@link Vital#LIVE} and {@link Vital#BESIDE}: what is in use, once all garbage is
   * collected and malloc has given back what it keeps for later.
   */
  Map<Vital, Double> settled() {
    Map<Vital, Double> vitals = new EnumMap<>(Vital.class);
    try {
      beans.invoke(new ObjectName(ManagementFactory.MEMORY_MXBEAN_NAME), "gc", null, null);
      trim();
      readCollections(vitals);
      readProcess(vitals);
      return Map.of(
          Vital.LIVE,
          vitals.get(Vital.OLD) + vitals.get(Vital.YOUNG),
          Vital.BESIDE,
          vitals.get(Vital.OFF_HEAP) - rocks());
    } catch (JMException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void trim() throws IOException, JMException {
    try {
      beans.invoke(new ObjectName(DIAGNOSTICS), "systemTrimNativeHeap", null, null);
    } catch (ReflectionException e) {
      // Only a JVM on glibc has that.
    }
  }

  private double rocks() throws IOException, JMException {
    return largest(
            "kafka.streams:type=stream-state-metrics,rocksdb-state-id=*,*", "block-cache-usage")
        / MB;
  }

  private void readCollections(Map<Vital, Double> vitals) throws IOException, JMException {
    long newest = -1;
    for (ObjectName collector :
        beans.queryNames(new ObjectName("java.lang:type=GarbageCollector,*"), null)) {
      CompositeData info = (CompositeData) beans.getAttribute(collector, "LastGcInfo");
      if (info == null || (Long) info.get("endTime") < newest) {
        continue;
      }
      newest = (Long) info.get("endTime");
      double old = 0;
      double young = 0;
      for (Object row : ((TabularData) info.get("memoryUsageAfterGc")).values()) {
        String pool = (String) ((CompositeData) row).get("key");
        double used =
            MemoryUsage.from((CompositeData) ((CompositeData) row).get("value")).getUsed();
        if (pool.contains("Old") || pool.contains("Tenured")) {
          old += used;
        } else if (pool.contains("Eden") || pool.contains("Survivor")) {
          young += used;
        }
      }
      vitals.put(Vital.OLD, old / MB);
      vitals.put(Vital.YOUNG, young / MB);
    }
  }

  private void readProcess(Map<Vital, Double> vitals) throws IOException {
    double anonymous = 0;
    for (String line : Files.readAllLines(proc("status"))) {
      String[] words = line.split("\\s+", -1);
      switch (words[0]) {
        case "VmRSS:" -> vitals.put(Vital.RSS, Double.parseDouble(words[1]) / 1024);
        case "RssAnon:" -> anonymous = Double.parseDouble(words[1]) / 1024;
        case "Threads:" -> vitals.put(Vital.THREADS, Double.parseDouble(words[1]));
        default -> {}
      }
    }
    vitals.put(Vital.OFF_HEAP, anonymous - heapMegabytes);
    try (Stream<Path> files = Files.list(proc("fd"))) {
      Map<Boolean, Long> open =
          files.collect(Collectors.partitioningBy(VitalsReader::isTable, Collectors.counting()));
      vitals.put(Vital.FILES, (double) open.get(false));
      vitals.put(Vital.TABLES, (double) open.get(true));
    }
  }

  private static boolean isTable(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().endsWith(".sst");
    } catch (IOException closed) {
      return false;
    }
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(pid), file);
  }

  private double committedBesideHeap() throws IOException, JMException {
    String summary =
        (String)
            beans.invoke(
                new ObjectName(DIAGNOSTICS),
                "vmNativeMemory",
                new Object[] {new String[] {"summary"}},
                new String[] {String[].class.getName()});
    double kilobytes = Double.NaN;
    Matcher lines = COMMITTED.matcher(summary);
    while (lines.find()) {
      double committed = Double.parseDouble(lines.group(2));
      kilobytes = lines.group(1).equals("Total") ? committed : kilobytes - committed;
    }
    return kilobytes / 1024;
  }

  private void readMetrics(Map<Vital, Double> vitals) throws IOException {
    String text = scrape();
    vitals.put(Vital.LAG, metric(text, "tplus1_lag_records"));
    vitals.put(Vital.FORECASTS, metric(text, "tplus1_forecasts_total"));
    vitals.put(Vital.SWAPS, metric(text, "tplus1_swaps_total"));
    vitals.put(
        Vital.TRAININGS, metric(text, "tplus1_retrain_events_total{event=\"training_started\""));
  }

  private String scrape() throws IOException {
    try {
      HttpRequest request = HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(30)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The sum of the metrics whose lines begin so, up to a whole name or label. */
  double metric(String start) {
    try {
      return metric(scrape(), start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double metric(String text, String start) {
    return text.lines()
        .filter(line -> line.startsWith(start) && " {},".indexOf(line.charAt(start.length())) >= 0)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private double largest(String pattern, String attribute) throws IOException, JMException {
    double largest = 0;
    for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
      largest = Math.max(largest, number(name, attribute));
    }
    return largest;
  }

  private double sum(String pattern, String attribute) throws IOException, JMException {
    double sum = 0;
    for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
      sum += number(name, attribute);
    }
    return sum;
  }

  /** 0 for what is not there: stores come and go. */
  private double number(ObjectName name, String attribute) throws IOException {
    try {
      double value = ((Number) beans.getAttribute(name, attribute)).doubleValue();
      return Double.isFinite(value) ? value : 0;
    } catch (JMException e) {
      return 0;
    }
  }

  /** Stores delete files all the time. */
  private static double bytes(Path folder) throws IOException {
    double bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        bytes += size(file);
      }
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e;
      }
    }
    return bytes;
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // The JVM ended first.
    }
  }
}

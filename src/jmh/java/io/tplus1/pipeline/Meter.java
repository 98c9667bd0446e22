package io.tplus1.pipeline;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Measures the stream threads of its JVM from beside them, and writes a report: {@code name=value}
 * a line. What it reads are the JVM's own counters and those that Kafka keeps anyway.
 *
 * <p>Settings are system properties: {@code meter.report} where to write, {@code meter.warm} and
 * {@code meter.seconds}, {@code meter.warm.records} fewest records before it measures, {@code
 * meter.records} records there are.
 */
public final class Meter {
  private static final Pattern STREAM_THREAD = Pattern.compile(".*-StreamThread-\\d+");
  private static final long PERIOD_MS = 10;

  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Map<String, Object> report = new TreeMap<>();

  private record Reading(
      long nanos,
      double records,
      double cpuNanos,
      double allocated,
      double processCpuNanos,
      double collectedMs,
      Map<String, Double> topics) {}

  private Meter() {}

  /** Starts to measure if the properties ask for it. */
  public static void start() {
    if (System.getProperty("meter.report") != null) {
      Thread thread = new Thread(() -> new Meter().run(), "meter");
      thread.setDaemon(true);
      thread.start();
    }
  }

  // Nobody would notice a meter that has ended.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private void run() {
    try {
      measureAndReport();
    } catch (IOException | JMException | InterruptedException | RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(3);
    }
  }

  private void measureAndReport() throws IOException, JMException, InterruptedException {
    measure();
    Path file = Path.of(System.getProperty("meter.report"));
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.write(
        draft, report.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void measure() throws JMException, InterruptedException {
    long total = Long.getLong("meter.records");
    restore();
    long started = System.nanoTime();
    long warm = (long) (1e9 * Double.parseDouble(System.getProperty("meter.warm")));
    long warmRecords = Long.getLong("meter.warm.records");
    while (System.nanoTime() - started < warm || records() < warmRecords) {
      if (records() >= total) {
        throw new IllegalStateException("the input ended while it warmed up: preload more");
      }
      Thread.sleep(PERIOD_MS);
    }
    Reading from = read();
    long seconds = (long) (1e9 * Double.parseDouble(System.getProperty("meter.seconds")));
    Reading to = from;
    // What is read after the input's end would count idle time.
    for (Reading next = from;
        next.nanos - from.nanos < seconds && next.records < total;
        next = read()) {
      to = next;
      Thread.sleep(PERIOD_MS);
    }
    report.put("seconds", (to.nanos - from.nanos) / 1e9);
    report.put("records", to.records - from.records);
    report.put("records.before", from.records);
    report.put("stream.cpu.ns", to.cpuNanos - from.cpuNanos);
    report.put("stream.allocated", to.allocated - from.allocated);
    report.put("process.cpu.ns", to.processCpuNanos - from.processCpuNanos);
    report.put("gc.ms", to.collectedMs - from.collectedMs);
    for (Map.Entry<String, Double> topic : to.topics.entrySet()) {
      report.put(
          "topic." + topic.getKey(),
          topic.getValue() - from.topics.getOrDefault(topic.getKey(), 0.0));
    }
  }

  /** Waits for the first record; what is restored before it counts. */
  private void restore() throws JMException, InterruptedException {
    double restored = 0;
    long first = 0;
    long last = 0;
    while (records() == 0) {
      double now =
          sum(
              "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*restore-consumer",
              "records-consumed-total");
      if (now > restored) {
        last = System.nanoTime();
        first = first == 0 ? last : first;
        restored = now;
        report.put("restore.records", restored);
        report.put("restore.seconds", (last - first) / 1e9);
      }
      if (Boolean.getBoolean("meter.restore") && last != 0 && System.nanoTime() - last > 2e9) {
        break;
      }
      Thread.sleep(PERIOD_MS);
    }
  }

  private double records() throws JMException {
    return sum("kafka.streams:type=stream-thread-metrics,thread-id=*", "process-total");
  }

  private double sum(String pattern, String attribute) throws JMException {
    double sum = 0;
    for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
      sum += number(name, attribute);
    }
    return sum;
  }

  private Reading read() throws JMException {
    double cpu = 0;
    double allocated = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && STREAM_THREAD.matcher(info.getThreadName()).matches()) {
        cpu += threads.getThreadCpuTime(id);
        allocated += threads.getThreadAllocatedBytes(id);
      }
    }
    double collected = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collected += collector.getCollectionTime();
    }
    Map<String, Double> topics = new TreeMap<>();
    ObjectName pattern =
        new ObjectName("kafka.producer:type=producer-topic-metrics,client-id=*,topic=*");
    for (ObjectName name : beans.queryNames(pattern, null)) {
      String topic = name.getKeyProperty("topic").replace("\"", "");
      topics.merge(topic + ".bytes", number(name, "byte-total"), Double::sum);
      topics.merge(topic + ".records", number(name, "record-send-total"), Double::sum);
    }
    return new Reading(
        System.nanoTime(),
        records(),
        cpu,
        allocated,
        system.getProcessCpuTime(),
        collected,
        topics);
  }

  private double number(ObjectName name, String attribute) throws JMException {
    try {
      return ((Number) beans.getAttribute(name, attribute)).doubleValue();
    } catch (AttributeNotFoundException | InstanceNotFoundException e) {
      return 0; // Kafka has not come to it yet
    }
  }
}

package io.tplus1.pipeline;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.management.JMException;

/**
 * Measures the stream threads of its JVM from beside them, and writes a report: {@code name=value}
 * a line. What it reads are the JVM's own counters and those that Kafka keeps anyway.
 *
 * <p>It measures when the stream threads' CPU time per record has settled: when it differs between
 * two neighbouring spans of {@value #SPAN_MS} ms by less than {@value #SETTLED}, and compilers took
 * less than {@value #COMPILING} of the second. What they are not yet done with is slow steadily.
 *
 * <p>Settings are system properties: {@code meter.report} where to write, {@code meter.seconds} of
 * the measurement, {@code meter.warm.least} and {@code meter.warm.most} seconds before it, {@code
 * meter.warm.records} fewest records before it, {@code meter.records} records there are.
 */
public final class Meter {
  private static final Pattern STREAM_THREAD = Pattern.compile(".*-StreamThread-\\d+");
  private static final long PERIOD_MS = 10;

  /** Whoever has not counted a record by then may lack the counter. */
  private static final long LONGEST_START_NANOS = 120_000_000_000L;

  /** Between two readings, each of which takes the better part of a millisecond. */
  private static final long READING_MS = 100;

  private static final int SPAN_MS = 3_000;
  private static final double SETTLED = 0.04;

  /** Cores, or part of one, that compilers may take when they count as done. */
  static final double COMPILING = 0.1;

  private final KafkaCounters kafka = new KafkaCounters(ManagementFactory.getPlatformMBeanServer());
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Map<String, Object> report = new TreeMap<>();

  record Reading(
      long nanos,
      double records,
      double cpuNanos,
      double allocated,
      double bytesRead,
      double processCpuNanos,
      double collectedMs,
      double compiledMs,
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
    memory();
    Path file = Path.of(System.getProperty("meter.report"));
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.write(
        draft, report.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void measure() throws JMException, InterruptedException {
    long total = Long.getLong("meter.records");
    restore();
    long seconds = nanos("meter.seconds");
    settle(total, seconds);
    Reading from = read();
    Reading to = from;
    while (System.nanoTime() - from.nanos < seconds) {
      Thread.sleep(READING_MS);
      Reading next = read();
      if (next.records >= total) {
        break; // What is read after the input's end would count idle time.
      }
      to = next;
    }
    if (!Boolean.getBoolean("meter.restore")) {
      kafka.requireAll();
    }
    report.put("seconds", (to.nanos - from.nanos) / 1e9);
    report.put("records", to.records - from.records);
    report.put("records.before", from.records);
    report.put("stream.cpu.ns", to.cpuNanos - from.cpuNanos);
    report.put("stream.allocated", to.allocated - from.allocated);
    report.put("read", to.bytesRead - from.bytesRead);
    report.put("process.cpu.ns", to.processCpuNanos - from.processCpuNanos);
    report.put("gc.ms", to.collectedMs - from.collectedMs);
    for (Map.Entry<String, Double> topic : to.topics.entrySet()) {
      report.put(
          "topic." + topic.getKey(),
          topic.getValue() - from.topics.getOrDefault(topic.getKey(), 0.0));
    }
  }

  private static long nanos(String property) {
    return (long) (1e9 * Double.parseDouble(System.getProperty(property)));
  }

  /**
   * Waits until the cost of a record has settled, or the longest warm-up is over, or no more input
   * is left than the measurement takes.
   */
  private void settle(long total, long seconds) throws JMException, InterruptedException {
    long least = nanos("meter.warm.least");
    long most = nanos("meter.warm.most");
    long warmRecords = Long.getLong("meter.warm.records");
    Deque<Reading> readings = new ArrayDeque<>();
    Reading started = read();
    Reading now = started;
    boolean settled = false;
    while (!settled && now.nanos - started.nanos < most) {
      double rate = (now.records - started.records) * 1e9 / (now.nanos - started.nanos + 1);
      boolean enough = now.records >= warmRecords;
      if (enough && total - now.records < 1.3 * rate * seconds / 1e9) {
        break;
      }
      if (now.records >= total) {
        throw new IllegalStateException("the input ended while it warmed up: preload more");
      }
      Thread.sleep(READING_MS);
      now = read();
      readings.addLast(now);
      while (now.nanos - readings.getFirst().nanos > 2_000_000L * SPAN_MS) {
        readings.removeFirst();
      }
      settled = enough && now.nanos - started.nanos >= least && isSettled(readings);
    }
    report.put("settled", settled ? 1 : 0);
    report.put("windows.full", now.records >= warmRecords ? 1 : 0);
    report.put("warm.seconds", (now.nanos - started.nanos) / 1e9);
  }

  /**
   * Whether costs in the later half of the readings are as in the earlier one, and compilers done.
   */
  static boolean isSettled(Deque<Reading> readings) {
    Reading first = readings.getFirst();
    Reading last = readings.getLast();
    if (last.nanos - first.nanos < 1_900_000L * SPAN_MS) {
      return false;
    }
    Reading middle = first;
    for (Reading reading : readings) {
      if (reading.nanos - first.nanos <= 1_000_000L * SPAN_MS) {
        middle = reading;
      }
    }
    double before = (middle.cpuNanos - first.cpuNanos) / (middle.records - first.records);
    double after = (last.cpuNanos - middle.cpuNanos) / (last.records - middle.records);
    double compiling = (last.compiledMs - middle.compiledMs) * 1e6 / (last.nanos - middle.nanos);
    return Math.abs(after / before - 1) < SETTLED // false where nothing was read
        && compiling < COMPILING;
  }

  /** What was in use as the last collection ended, whatever was allocated since. */
  static long liveBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getCollectionUsage)
        .filter(Objects::nonNull)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  /** What lives on the heap, and what the process has of the memory. */
  private void memory() throws IOException {
    System.gc();
    System.gc();
    report.put("heap", liveBytes());
    Path status = Path.of("/proc/self/status"); // Of Linux alone.
    if (Files.isReadable(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          report.put("resident", 1024 * Long.parseLong(line.replaceAll("\\D", "")));
        }
      }
    }
  }

  /** Waits for the first record; what is restored before it counts. */
  private void restore() throws JMException, InterruptedException {
    double restored = 0;
    long first = 0;
    long last = 0;
    long begun = System.nanoTime();
    while (kafka.records() == 0) {
      if (!Boolean.getBoolean("meter.restore") && System.nanoTime() - begun > LONGEST_START_NANOS) {
        kafka.requireRecords();
      }
      double now = kafka.restored();
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
    // All of a small store comes between two looks.
    double now = kafka.restored();
    if (now > restored) {
      report.put("restore.records", now);
      report.putIfAbsent("restore.seconds", 0.0);
    }
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
    return new Reading(
        System.nanoTime(),
        kafka.records(),
        cpu,
        allocated,
        kafka.bytesRead(),
        system.getProcessCpuTime(),
        collected,
        ManagementFactory.getCompilationMXBean().getTotalCompilationTime(),
        kafka.topics());
  }
}

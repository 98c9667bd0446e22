package io.tplus1.load;

import io.tplus1.broker.BrokerProcess;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.instance.Watching;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker and the application, in JVMs of their own, vectors, and somebody who counts. */
final class LoadRig implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadRig.class);
  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a", "b", "c");
  private static final int PARTITIONS = 4;

  /** Between two readings. */
  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** Between two looks at whether a watch is over. */
  private static final Duration GLANCE = Duration.ofMillis(50);

  /** Readings between two of what is in use, for which garbage is collected and malloc trimmed. */
  private static final int LIVE_EVERY = 3;

  private final BrokerProcess broker;
  private final ApplicationJvm application;
  private final VitalsReader vitals;
  private final Rounds rounds;
  private final OnceEach once;
  private final Path csv;
  private final Chart chart = new Chart();
  private final long started;

  /**
   * Starts everything; nothing is produced yet.
   *
   * @param csv where the readings are written
   * @param series number of series
   * @param heapMegabytes heap of the application
   * @param settings over the usual ones
   */
  LoadRig(Path directory, Path csv, int series, int heapMegabytes, Map<String, String> settings) {
    this.csv = csv;
    broker = BrokerProcess.start(directory.resolve("broker"));
    try {
      Map<String, String> all = new TreeMap<>();
      all.put("bootstrap.servers", broker.bootstrapServers());
      all.put("application.id", "load");
      all.put("state.dir", directory.resolve("state").toString());
      all.put("features", String.join(",", SCHEMA.names()));
      all.put("history.minimum", "1");
      // So that windows are as many as they will ever be after some minutes.
      all.put("window.max.age", "6h");
      all.put("max.lateness", "1h");
      all.put("time.max.ahead", "off");
      all.put("http.port", Integer.toString(freePort()));
      all.putAll(settings);
      application = ApplicationJvm.start(directory, heapMegabytes, all);
    } catch (RuntimeException | Error e) {
      broker.close();
      throw e;
    }
    try {
      awaitReady();
      vitals = VitalsReader.of(application, directory.resolve("state"));
    } catch (RuntimeException | Error e) {
      application.close();
      broker.close();
      throw e;
    }
    int steps = Integer.parseInt(settings.getOrDefault("window.steps", "24"));
    once = new OnceEach(broker.bootstrapServers(), "predictions", PARTITIONS, series, steps);
    rounds = new Rounds(broker.bootstrapServers(), "features", series, SCHEMA);
    started = System.nanoTime();
  }

  private static int freePort() {
    try {
      // It is dialled before anybody listens: of those for outgoing connections one may dial
      // itself.
      return Watching.freePortFrom(28_580);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ApplicationJvm application() {
    return application;
  }

  Rounds rounds() {
    return rounds;
  }

  OnceEach once() {
    return once;
  }

  /** What {@link #watch} has read. */
  Chart chart() {
    return chart;
  }

  /** Waits until {@code /health/ready} says so. */
  void awaitReady() {
    Awaitility.await("ready")
        .atMost(LONGEST_START)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              application.assertAlive();
              return isReady();
            });
  }

  /** Whether {@code /health/ready} answers 200. */
  boolean isReady() {
    URI uri = URI.create("http://127.0.0.1:" + application.port() + "/health/ready");
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      return HttpClient.newHttpClient()
              .send(request, HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false; // It does not listen yet.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Vectors that are taken and not yet forecast. */
  long behind() {
    return rounds.acknowledged() - once.forecasts();
  }

  /**
   * How many vectors a second are forecast while more wait: after a warm-up with as many.
   *
   * @param backlog vectors to wait
   */
  double sustainable(long backlog) {
    sustain(backlog);
    double perSecond = sustain(backlog);
    LOG.info("Sustained: {} vectors/s", Math.round(perSecond));
    return perSecond;
  }

  private double sustain(long backlog) {
    long until = rounds.acknowledged() + backlog;
    rounds.rate(100_000);
    Awaitility.await("a backlog")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> rounds.acknowledged() >= until);
    rounds.rate(0);
    long from = System.nanoTime();
    long first = once.forecasts();
    awaitCaughtUp(Duration.ofMinutes(10));
    return (once.forecasts() - first) / ((System.nanoTime() - from) / 1e9);
  }

  /** Waits until everything that is taken is forecast. */
  void awaitCaughtUp(Duration longest) {
    Awaitility.await("everything forecast")
        .atMost(longest)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              application.assertAlive();
              return behind() <= 0;
            });
  }

  /** Reads vital signs every ten seconds, so long. */
  void watch(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    watchUntil(() -> System.nanoTime() >= end);
  }

  /** Reads vital signs every ten seconds until everything that is taken is forecast. */
  void watchUntilCaughtUp(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    watchUntil(() -> behind() <= 0 || System.nanoTime() >= end);
    if (behind() > 0) {
      throw new AssertionError("still %d behind after %s".formatted(behind(), longest));
    }
  }

  /** Reads vital signs every ten seconds until something is so. */
  void watchUntil(BooleanSupplier end) {
    long due = System.nanoTime();
    for (; !end.getAsBoolean(); due += PERIOD.toNanos()) {
      read();
      while (System.nanoTime() < due + PERIOD.toNanos() && !end.getAsBoolean()) {
        LockSupport.parkNanos(GLANCE.toNanos());
      }
    }
  }

  /** One reading. */
  Map<Vital, Double> read() {
    return read(chart.readings().size() % LIVE_EVERY == 0);
  }

  /** One reading, with what lives. */
  Map<Vital, Double> readLive() {
    return read(true);
  }

  /** The sum of the metrics that begin so. */
  double metric(String start) {
    return vitals.metric(start);
  }

  private Map<Vital, Double> read(boolean live) {
    application.assertAlive();
    Map<Vital, Double> reading = new EnumMap<>(vitals.read());
    reading.put(
        Vital.SECONDS, (double) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
    if (live) {
      reading.putAll(vitals.settled());
    }
    chart.add(reading);
    // Each time anew, so that a run that is cut off leaves what it has read.
    chart.write(csv);
    return reading;
  }

  @Override
  public void close() {
    rounds.close();
    once.close();
    vitals.close();
    application.close();
    broker.close();
  }
}

package io.tplus1.instance;

import io.tplus1.catalogue.ModelConsole;
import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.ops.ModelControl;
import io.tplus1.ops.Operations;
import io.tplus1.ops.Running;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainCounters;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics, health, queries and dashboard of an application, or nothing where they are off. */
public final class Watching implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

  /** With a second for what is closed beside the streams. */
  private static final Duration LONGEST_STOP = ForecastApplication.LONGEST_CLOSE.plusSeconds(1);

  private static final int PORTS = 50;
  private static final String CLIENT = "tplus1-operations";
  private static final Duration LONGEST_COMMAND = Duration.ofSeconds(5);

  private final Configuration configuration;
  private final Optional<Operations> operations;
  private boolean closed;

  private Watching(Configuration configuration, Optional<Operations> operations) {
    this.configuration = configuration;
    this.operations = operations;
  }

  /**
   * Binds the port that the configuration asks for, if it asks for one, and answers about health.
   *
   * @throws org.apache.kafka.common.KafkaException if it is taken
   */
  public static Watching open(Configuration configuration, FeatureSchema schema) {
    return new Watching(
        configuration,
        Optional.of(configuration.http())
            .filter(HttpSettings::isOn)
            .map(on -> Operations.ofForecasts(configuration, on, schema, Clock.systemUTC())));
  }

  /**
   * Binds the port of a process that retrains alone, if the configuration asks for one: metrics and
   * health, of which it answers about health at once.
   *
   * @throws org.apache.kafka.common.KafkaException if it is taken
   */
  public static Watching ofRetraining(Configuration configuration) {
    return new Watching(
        configuration,
        Optional.of(configuration.retrainHttp())
            .filter(HttpSettings::isOn)
            .map(on -> Operations.ofRetraining(configuration, on, Clock.systemUTC())));
  }

  /**
   * The first port from one on that nobody has on the loopback address, or from 0 on any; 0 if
   * there is none.
   */
  public static int freePortFrom(int first) throws IOException {
    for (int port = first; port < first + PORTS; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // The next one.
      }
    }
    return 0;
  }

  /** What the application is to tell of what it does. */
  public ForecastListener listener() {
    return operations.map(Operations::listener).orElse(ForecastListener.NONE);
  }

  /**
   * Begins to answer about all that runs, unless it is closed already.
   *
   * @param control sends commands about models
   * @param learnt what the side topology of this process does; empty where none runs
   */
  public synchronized void start(
      ForecastApplication application,
      ModelRegistry registry,
      ModelControl control,
      Optional<RetrainCounters> learnt) {
    if (closed || operations.isEmpty()) {
      return;
    }
    Running running =
        new Running(
            application.forecasting(),
            application.others(),
            application.counters(),
            application.modelCounters(),
            registry,
            learnt);
    operations.get().start(running, ClientProperties.of(configuration).reader(CLIENT), control);
  }

  /** Commands by HTTP, whatever trains: a role that trains nothing rolls back and pins, too. */
  public static ModelControl control(Configuration configuration) {
    return command -> {
      try (ModelConsole console = new ModelConsole(configuration, LONGEST_COMMAND)) {
        console.order(command);
      }
    };
  }

  /** Where the dashboard is, for people. */
  public String address() {
    return operations.map(Operations::address).orElse("none (http.port=0)");
  }

  /** Says that the instance is not ready, closes the application, and answers no more. */
  public void closeAround(ForecastApplication application) {
    operations.ifPresent(Operations::stopping);
    application.close();
    close();
  }

  /**
   * As {@link #closeAround}, for a process that is told to stop: waits for it no longer than it
   * takes where nothing failed, since whoever stops a process kills it soon. What failed is given a
   * minute to close, also by another thread, which may be under way; what has not closed by then
   * goes on closing until the process ends.
   */
  public void stop(ForecastApplication application) {
    Thread closing = new Thread(() -> closeAround(application), "stop, closing");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(LONGEST_STOP.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while the streams closed", e);
    }
    if (closing.isAlive()) {
      LOG.warn(
          "Not all closed within {} s; the next start recovers from the brokers",
          LONGEST_STOP.toSeconds());
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    operations.ifPresent(Operations::close);
  }
}

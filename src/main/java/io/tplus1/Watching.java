package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.RetrainSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.ops.ModelControl;
import io.tplus1.ops.Operations;
import io.tplus1.topology.ForecastListener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;

/** Metrics, health, queries and dashboard of an application, or nothing where they are off. */
final class Watching implements AutoCloseable {
  private static final int PORTS = 50;
  private static final Duration LONGEST_COMMAND = Duration.ofSeconds(5);

  private final Configuration configuration;
  private final Optional<Operations> operations;

  private Watching(Configuration configuration, Optional<Operations> operations) {
    this.configuration = configuration;
    this.operations = operations;
  }

  /**
   * Binds the port that the configuration asks for, if it asks for one.
   *
   * @throws org.apache.kafka.common.KafkaException if it is taken
   */
  static Watching open(Configuration configuration, FeatureSchema schema) {
    return new Watching(
        configuration,
        configuration.http().isOn()
            ? Optional.of(
                new Operations(configuration, configuration.http(), schema, Clock.systemUTC()))
            : Optional.empty());
  }

  /** Watches nothing, whatever the configuration says. */
  static Watching nothing(Configuration configuration) {
    return new Watching(configuration, Optional.empty());
  }

  /** The first port from one on that nobody has on the loopback address; 0 if there is none. */
  static int freePortFrom(int first) throws IOException {
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
  ForecastListener listener() {
    return operations.map(Operations::listener).orElse(ForecastListener.NONE);
  }

  /**
   * Begins to answer.
   *
   * @param control sends commands about models; empty where nobody would carry them out
   */
  void start(
      ForecastApplication application, ModelRegistry registry, Optional<ModelControl> control) {
    if (operations.isEmpty() || application.forecasting().isEmpty()) {
      return;
    }
    Map<String, Object> client = new HashMap<>(configuration.kafka());
    client.put(StreamsConfig.APPLICATION_ID_CONFIG, configuration.forecastApplicationId());
    client.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.bootstrapServers());
    operations
        .get()
        .start(
            application.forecasting().get(),
            application.others(),
            application.counters(),
            application.modelCounters(),
            registry,
            new StreamsConfig(client).getRestoreConsumerConfigs("tplus1-operations"),
            control);
  }

  /** Commands by HTTP, where something retrains that would carry them out. */
  static Optional<ModelControl> control(Configuration configuration) {
    if (configuration.retrain().mode() == RetrainSettings.Mode.OFF) {
      return Optional.empty();
    }
    return Optional.of(
        command -> {
          try (ModelConsole console = new ModelConsole(configuration, LONGEST_COMMAND)) {
            console.send(command);
          }
        });
  }

  /** Where the dashboard is, for people. */
  String address() {
    return operations.map(Operations::address).orElse("none (http.port=0)");
  }

  /** Says that the instance is not ready, closes the application, and answers no more. */
  void closeAround(ForecastApplication application) {
    operations.ifPresent(Operations::stopping);
    application.close();
    close();
  }

  @Override
  public void close() {
    operations.ifPresent(Operations::close);
  }
}

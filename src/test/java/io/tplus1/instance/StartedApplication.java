package io.tplus1.instance;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastListener;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/** Makes and starts applications. */
public final class StartedApplication {
  private StartedApplication() {}

  /** The forecasts alone, telling nobody. */
  public static ForecastApplication of(
      Configuration configuration, FeatureSchema schema, ModelRegistry registry) {
    return of(configuration, schema, registry, ForecastListener.NONE);
  }

  /** The forecasts alone. */
  public static ForecastApplication of(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      ForecastListener listener) {
    return of(configuration, schema, registry, Role.FORECAST, listener, Topology::new);
  }

  /** What a role runs; closed again if it does not start. */
  public static ForecastApplication of(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      Role role,
      ForecastListener listener,
      Supplier<Topology> sideTopology) {
    ForecastApplication application =
        ForecastApplication.of(configuration, schema, registry, role, listener, sideTopology);
    try {
      application.start();
      return application;
    } catch (RuntimeException | Error e) {
      application.close();
      throw e;
    }
  }

  /** The state of the part that is furthest from running. */
  public static KafkaStreams.State state(ForecastApplication application) {
    return Stream.concat(application.forecasting().stream(), application.others().stream())
        .map(KafkaStreams::state)
        .filter(state -> state != KafkaStreams.State.RUNNING)
        .findFirst()
        .orElse(KafkaStreams.State.RUNNING);
  }
}

package io.tplus1.harness;

import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/** What {@code tplus1 run} would start Kafka Streams with, so that both refuse the same. */
final class HarnessProperties {
  private static final String INSTANCE = "harness";

  private HarnessProperties() {}

  /**
   * Properties for the driver.
   *
   * @param stateDir where stores lie, whatever {@code state.dir} says
   * @throws ConfigException if Kafka Streams or a client of it would not start with the settings
   */
  static Properties of(Configuration configuration, Path stateDir) {
    Properties properties = StreamsProperties.forecast(configuration, INSTANCE);
    // The driver makes no clients. The side topology's are given the same, but for what tplus1 puts
    // there itself.
    StreamsProperties.requireClients(properties, true);
    // What are inputs of two applications is read by one task here, which would wait for the
    // other's.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "0");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    return properties;
  }
}

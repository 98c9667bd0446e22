package io.tplus1.config;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What Kafka Streams is started with: the defaults that tplus1 ships where they differ from
 * Kafka's, and over them whatever the configuration says under Kafka's own names.
 */
public final class StreamsProperties {
  /** Where stores lie unless {@code state.dir} says otherwise, relative to the working folder. */
  public static final String STATE_DIR = "tplus1-data/state";

  private StreamsProperties() {}

  /**
   * Properties of the forecast application.
   *
   * @param configuration the settings
   * @param instanceId the name under which this instance comes back after a restart
   */
  public static Properties forecast(Configuration configuration, String instanceId) {
    Properties properties = new Properties();
    properties.putAll(defaults());
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Integer.toString(configuration.deadLetterMaxBytes() + 65_536));
    if (configuration.http().isOn()) {
      properties.put(
          StreamsConfig.APPLICATION_SERVER_CONFIG, configuration.http().advertised().orElse(""));
    }
    properties.putAll(configuration.kafka());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.bootstrapServers());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, configuration.forecastApplicationId());
    return properties;
  }

  /** The shipped values that differ from Kafka's. */
  static Map<String, String> defaults() {
    return Map.of(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        StreamsConfig.EXACTLY_ONCE_V2,
        StreamsConfig.STATE_DIR_CONFIG,
        STATE_DIR,
        // Streams waits 100 ms for more records before it sends; a forecast should not.
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
        "0",
        // 5.0's default, of which 4.3 warns several times at every start. Its constant is
        // deprecated.
        "processing.exception.handler.global.enabled",
        "true",
        // With a fixed instance id, these decide how soon a killed instance's partitions go on.
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        "6000",
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        "1500");
  }
}

package io.tplus1.config;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What clients of the cluster are made with that are no part of the streams: addresses, security,
 * and what the user sets for clients of their kind. Nothing that a role's own clients need is asked
 * of them. All maps are new, and under Kafka's names.
 */
public final class ClientProperties {
  private final StreamsConfig config;

  private ClientProperties(StreamsConfig config) {
    this.config = config;
  }

  /**
   * Those of a configuration's cluster.
   *
   * @throws org.apache.kafka.common.config.ConfigException if a setting has no value that Kafka
   *     knows
   */
  public static ClientProperties of(Configuration configuration) {
    Properties properties = new Properties();
    properties.put(StreamsProperties.HANDLES_GLOBAL_ERRORS, "true");
    properties.putAll(configuration.kafka());
    // Kafka Streams knows whose a setting is by its prefix; its guarantee is of its own clients.
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.bootstrapServers());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, configuration.forecastApplicationId());
    return new ClientProperties(new StreamsConfig(properties));
  }

  /**
   * Of an admin client.
   *
   * @param client what the brokers' logs call it
   */
  public Map<String, Object> admin(String client) {
    return config.getAdminConfigs(client);
  }

  /**
   * Of a consumer in no group, which reads what is committed and makes no topics.
   *
   * @param client what the brokers' logs call it
   */
  public Map<String, Object> reader(String client) {
    Map<String, Object> settings = config.getRestoreConsumerConfigs(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return settings;
  }

  /**
   * Of a producer without transactions.
   *
   * @param client what the brokers' logs call it
   */
  public Map<String, Object> writer(String client) {
    Map<String, Object> settings = config.getProducerConfigs(client);
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    if (ProducerSetting.of(ProducerConfig.LINGER_MS_CONFIG, config.originals()).isEmpty()) {
      settings.remove(ProducerConfig.LINGER_MS_CONFIG); // Kafka Streams lets records wait 100 ms.
    }
    return settings;
  }
}

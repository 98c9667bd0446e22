package io.tplus1.harness;

import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
    requireClients(properties);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    return properties;
  }

  /**
   * The driver makes no clients, and these check what they are configured with. The side topology's
   * are given the same, but for what tplus1 puts there itself. What clients look at only once they
   * are made, delivery.timeout.ms against linger.ms and request.timeout.ms, passes.
   */
  private static void requireClients(Properties properties) {
    StreamsConfig streams = new StreamsConfig(properties);
    Map<String, Object> producer = new HashMap<>(streams.getProducerConfigs(INSTANCE));
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    new ProducerConfig(producer);
    requireConsumer(streams.getMainConsumerConfigs(INSTANCE, INSTANCE, 1));
    requireConsumer(streams.getRestoreConsumerConfigs(INSTANCE));
    requireConsumer(streams.getGlobalConsumerConfigs(INSTANCE));
    new AdminClientConfig(streams.getAdminConfigs(INSTANCE));
  }

  private static void requireConsumer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    new ConsumerConfig(all);
  }
}

package io.tplus1.config;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;

/**
 * A setting of a producer as it is found among others.
 *
 * @param name with Kafka Streams' prefix where it has that, which Kafka Streams prefers
 */
record ProducerSetting(String name, Object value) {

  /**
   * Looks for one.
   *
   * @param name a producer's own
   */
  static Optional<ProducerSetting> of(String name, Map<?, ?> settings) {
    String prefixed = StreamsConfig.producerPrefix(name);
    String found = settings.containsKey(prefixed) ? prefixed : name;
    return Optional.ofNullable(settings.get(found)).map(value -> new ProducerSetting(found, value));
  }

  /** Its value; what is no number is Kafka's to refuse. */
  long bytes() {
    try {
      return Long.parseLong(value.toString());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}

package io.tplus1.config;

import io.tplus1.topic.TopicContract;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Names that brokers take: of topics, and of applications, of which Kafka Streams makes topics. */
final class KafkaName {
  static final ConfigDef.Validator OF_TOPIC = validator(TopicContract.LONGEST_NAME);

  /** Names of stores are added to it, and "-changelog". */
  static final ConfigDef.Validator OF_APPLICATION = validator(200);

  private KafkaName() {}

  private static ConfigDef.Validator validator(int longest) {
    String expected = "at most %d of a-z, A-Z, 0-9, '.', '_' and '-'".formatted(longest);
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          if (!TopicContract.isLegal((String) value, longest)) {
            throw new ConfigException(
                name, value, expected + " are expected, for so Kafka names topics");
          }
        },
        () -> expected);
  }
}

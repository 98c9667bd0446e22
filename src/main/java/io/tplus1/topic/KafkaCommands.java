package io.tplus1.topic;

import java.util.Map;

/** The command lines of Kafka's own tools that put a topic right, ready to be pasted. */
record KafkaCommands(String bootstrapServers) {
  String create(TopicContract topic) {
    StringBuilder line =
        new StringBuilder("kafka-topics.sh --bootstrap-server ")
            .append(bootstrapServers)
            .append(" --create --topic ")
            .append(topic.name())
            .append(" --partitions ")
            .append(topic.partitions());
    if (topic.replication() != TopicContract.BROKER_DEFAULT) {
      line.append(" --replication-factor ").append(topic.replication());
    }
    for (Map.Entry<String, String> config : topic.configs().entrySet()) {
      line.append(" --config ").append(config.getKey()).append('=').append(config.getValue());
    }
    return line.toString();
  }

  String alter(String topicName, String config, String value) {
    // The tool splits at commas outside of brackets.
    String listed = value.contains(",") ? "[" + value + "]" : value;
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(bootstrapServers, topicName, config, listed);
  }
}

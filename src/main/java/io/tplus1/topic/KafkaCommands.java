package io.tplus1.topic;

import java.util.Map;

/**
 * The command lines of Kafka's own tools that put right what is found on a cluster, ready to be
 * pasted.
 *
 * @param bootstrapServers brokers as {@code host:port}, with commas between them
 * @param secured whether the tools need a file of a client's security settings, too
 */
public record KafkaCommands(String bootstrapServers, boolean secured) {
  private String tool(String name) {
    return "%s --bootstrap-server %s%s"
        .formatted(name, bootstrapServers, secured ? " --command-config client.properties" : "");
  }

  String create(TopicContract topic) {
    StringBuilder line =
        new StringBuilder(tool("kafka-topics.sh"))
            .append(" --create --topic ")
            .append(topic.name())
            .append(" --partitions ")
            .append(topic.partitions());
    topic.replicas().ifPresent(count -> line.append(" --replication-factor ").append(count));
    for (Map.Entry<String, String> config : topic.configs().entrySet()) {
      line.append(" --config ").append(config.getKey()).append('=').append(config.getValue());
    }
    return line.toString();
  }

  /**
   * Lets an application read a topic from its beginning, with empty stores. The tool learnt to know
   * the option of the others later than they did (KIP-1147).
   */
  String reset(String applicationId, String topicName) {
    return "%s --application-id %s --input-topics %s%s"
        .formatted(
            tool("kafka-streams-application-reset.sh"),
            applicationId,
            topicName,
            secured
                ? "; with a tool from before Kafka 4.2 --config-file in the place of --command-config"
                : "");
  }

  /** Sets a topic's setting. */
  public String alter(String topicName, String config, String value) {
    // The tool splits at commas outside of brackets.
    String listed = value.contains(",") ? "[" + value + "]" : value;
    return "%s --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(tool("kafka-configs.sh"), topicName, config, listed);
  }

  /** Names the brokers whose replicas are wanting where too few are in sync. */
  public String underMinIsr() {
    return tool("kafka-topics.sh") + " --describe --under-min-isr-partitions";
  }

  /**
   * Grants a user, who is to be filled in, what is wanting.
   *
   * @param what operations and resources, as options of the tool
   */
  public String grant(String what) {
    return "%s --add --allow-principal User:… %s".formatted(tool("kafka-acls.sh"), what);
  }
}

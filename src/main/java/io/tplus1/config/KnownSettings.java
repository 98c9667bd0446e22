package io.tplus1.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;

/** Which setting names exist, so that a misspelt one is refused instead of doing nothing. */
final class KnownSettings {
  /** Before settings of one of the clients alone. */
  private static final List<String> CLIENT_PREFIXES =
      List.of(
          "consumer.",
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "producer.",
          "admin.");

  /** Names that begin like this, too, may be those of plug-ins, which only Kafka can judge. */
  private static final List<String> OTHER_PREFIXES =
      List.of(
          StreamsConfig.TOPIC_PREFIX,
          "config.providers",
          "sasl.",
          "ssl.",
          "metric",
          "interceptor.");

  /** Letters by which a name may miss a known one and be taken for it, not for a plug-in's. */
  private static final int SLIP = 2;

  /** Of changelogs, but for those of windows, which have their own whatever is set. */
  private static final String CLEANUP_POLICY =
      StreamsConfig.topicPrefix(TopicConfig.CLEANUP_POLICY_CONFIG);

  private static final String RETENTION_BYTES =
      StreamsConfig.topicPrefix(TopicConfig.RETENTION_BYTES_CONFIG);

  private static final Set<String> KAFKA = kafkaNames();

  private KnownSettings() {}

  private static Set<String> kafkaNames() {
    Set<String> names = new TreeSet<>(StreamsConfig.configDef().names());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(ProducerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    return names;
  }

  /** Kafka Streams would hand {@code topic.features.name} on to its internal topics. */
  private static boolean isMisspeltTopic(String name) {
    return name.startsWith(StreamsConfig.TOPIC_PREFIX)
        && Settings.DEFINITION
            .names()
            .contains("topics." + name.substring(StreamsConfig.TOPIC_PREFIX.length()));
  }

  /** Whether the setting is tplus1's alone, not passed on to Kafka. */
  static boolean isOurs(String name) {
    return Settings.DEFINITION.names().contains(name)
        || name.startsWith(SchemaConfiguration.VOCABULARY);
  }

  private static String client(String name) {
    return CLIENT_PREFIXES.stream().filter(name::startsWith).findFirst().orElse("");
  }

  /** A name without the prefix that makes it a setting of one of the clients alone. */
  static String withoutClient(String name) {
    return name.substring(client(name).length());
  }

  /** All names that are known without a prefix. */
  static Set<String> all() {
    Set<String> names = new TreeSet<>(KAFKA);
    names.addAll(Settings.DEFINITION.names());
    return names;
  }

  /**
   * Checks settings of Kafka's with which tplus1 cannot do what it does.
   *
   * @param kafka under Kafka's names
   * @throws ConfigException naming the setting and what to do instead
   */
  static void requireUsable(Map<String, Object> kafka) {
    Object server = kafka.get(StreamsConfig.APPLICATION_SERVER_CONFIG);
    if (server != null) {
      throw new ConfigException(
          StreamsConfig.APPLICATION_SERVER_CONFIG,
          server,
          "tplus1 sets it to http.advertised, by which an instance knows itself: set http.advertised instead");
    }
    Object protocol = kafka.get(StreamsConfig.GROUP_PROTOCOL_CONFIG);
    if (protocol != null && GroupProtocol.STREAMS.name().equalsIgnoreCase(protocol.toString())) {
      throw new ConfigException(
          StreamsConfig.GROUP_PROTOCOL_CONFIG,
          protocol,
          "an instance keeps its name over restarts (group.instance.id), which this protocol does not allow: leave it out");
    }
    Object handler = kafka.get(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG);
    if (LogAndContinueProcessingExceptionHandler.class.getName().equals(handler)) {
      throw new ConfigException(
          StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
          handler,
          "it would go on after half an update, with a vector that is stored and has no forecast, or a champion that the history does not know; records that cannot be read are dead-lettered without it: leave it out");
    }
    Object policy = kafka.get(CLEANUP_POLICY);
    if (policy != null && !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new ConfigException(
          CLEANUP_POLICY,
          policy,
          "brokers would delete from changelogs what stores are restored from: leave it out, and the next start names the changelogs that were made with it, with the command for each");
    }
    Object bytes = kafka.get(RETENTION_BYTES);
    if (bytes != null && !bytes.toString().equals("-1")) {
      throw new ConfigException(
          RETENTION_BYTES,
          bytes,
          "of changelogs only that of the windows is deleted from, and by its size, however new what it holds: leave it out, and where it was made with it, set its retention.bytes to -1");
    }
    requirePartitioner(kafka, "");
    requirePartitioner(kafka, StreamsConfig.PRODUCER_PREFIX);
  }

  private static void requirePartitioner(Map<String, Object> kafka, String prefix) {
    String partitioner = prefix + ProducerConfig.PARTITIONER_CLASS_CONFIG;
    if (kafka.containsKey(partitioner)) {
      throw spread(partitioner, kafka.get(partitioner));
    }
    String ignore = prefix + ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG;
    Object ignored = kafka.get(ignore);
    if (ignored != null && Boolean.parseBoolean(ignored.toString())) {
      throw spread(ignore, ignored);
    }
  }

  private static ConfigException spread(String name, Object value) {
    return new ConfigException(
        name,
        value,
        "predictions of a series, and samples, scores and commands of a model, would lie in partitions where nobody looks for them, for all are found by Kafka's own partitioner and their key: leave it out");
  }

  /**
   * Checks every name.
   *
   * @throws ConfigException naming the unknown setting and the nearest known one
   */
  static void requireKnown(Map<String, String> settings) {
    settings.keySet().forEach(KnownSettings::requireKnown);
  }

  /**
   * Checks a name.
   *
   * @throws ConfigException naming it and the nearest known one, if it is unknown
   */
  static void requireKnown(String name) {
    if (isOurs(name) || KAFKA.contains(name)) {
      return;
    }
    String client = client(name);
    boolean isOpen = !client.isEmpty() || OTHER_PREFIXES.stream().anyMatch(name::startsWith);
    if (!isOpen || isMisspeltTopic(name)) {
      throw unknown(name, nearest(name, all()));
    }
    String plain = name.substring(client.length());
    String nearest = nearest(plain, KAFKA);
    if (!KAFKA.contains(plain) && distance(plain, nearest) <= SLIP) {
      throw unknown(name, client + nearest);
    }
  }

  private static ConfigException unknown(String name, String nearest) {
    return new ConfigException(
        "Unknown setting '%s': neither tplus1 nor Kafka has it. Did you mean '%s'? (Settings of plug-ins go under consumer., producer. or admin.)"
            .formatted(name, nearest));
  }

  private static String nearest(String name, Set<String> among) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String known : among) {
      int distance = distance(name, known);
      if (distance < least) {
        least = distance;
        best = known;
      }
    }
    return best;
  }

  /** Levenshtein's distance, by rows. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}

package io.tplus1.config;

import java.util.HashMap;
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
  /** Before settings of all clients of a kind, and what these know. */
  private static final Map<String, Set<String>> KINDS =
      Map.of(
          StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.configNames(),
          StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configNames(),
          StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configNames());

  /** Before settings of one of the clients alone, and what it knows. */
  private static final Map<String, Set<String>> CLIENTS = clients();

  /** Names that begin like this, too, may be those of plug-ins, which only Kafka can judge. */
  private static final List<String> OTHER_PREFIXES =
      List.of(
          StreamsConfig.TOPIC_PREFIX,
          StreamsConfig.CLIENT_TAG_PREFIX,
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

  private static final Set<String> STREAMS = StreamsConfig.configDef().names();

  private static final Set<String> KAFKA = kafkaNames();

  /** What Kafka's brokers know of a topic; those of others may know more. */
  private static final Set<String> TOPICS =
      Set.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.COMPRESSION_GZIP_LEVEL_CONFIG,
          TopicConfig.COMPRESSION_LZ4_LEVEL_CONFIG,
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          TopicConfig.COMPRESSION_ZSTD_LEVEL_CONFIG,
          TopicConfig.DELETE_RETENTION_MS_CONFIG,
          TopicConfig.FILE_DELETE_DELAY_MS_CONFIG,
          TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
          TopicConfig.FLUSH_MS_CONFIG,
          TopicConfig.INDEX_INTERVAL_BYTES_CONFIG,
          TopicConfig.LOCAL_LOG_RETENTION_BYTES_CONFIG,
          TopicConfig.LOCAL_LOG_RETENTION_MS_CONFIG,
          TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          "message.downconversion.enable", // Of brokers before 4.0; Kafka's constant is deprecated.
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          TopicConfig.PREALLOCATE_CONFIG,
          TopicConfig.REMOTE_LOG_COPY_DISABLE_CONFIG,
          TopicConfig.REMOTE_LOG_DELETE_ON_DISABLE_CONFIG,
          TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG,
          TopicConfig.RETENTION_BYTES_CONFIG,
          TopicConfig.RETENTION_MS_CONFIG,
          TopicConfig.SEGMENT_BYTES_CONFIG,
          TopicConfig.SEGMENT_INDEX_BYTES_CONFIG,
          TopicConfig.SEGMENT_JITTER_MS_CONFIG,
          TopicConfig.SEGMENT_MS_CONFIG,
          TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG);

  private KnownSettings() {}

  private static Map<String, Set<String>> clients() {
    Map<String, Set<String>> clients = new HashMap<>(KINDS);
    Set<String> consumer = KINDS.get(StreamsConfig.CONSUMER_PREFIX);
    clients.put(StreamsConfig.MAIN_CONSUMER_PREFIX, consumer);
    clients.put(StreamsConfig.RESTORE_CONSUMER_PREFIX, consumer);
    clients.put(StreamsConfig.GLOBAL_CONSUMER_PREFIX, consumer);
    return clients;
  }

  private static Set<String> kafkaNames() {
    Set<String> names = new TreeSet<>(STREAMS);
    KINDS.values().forEach(names::addAll);
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
    return CLIENTS.keySet().stream().filter(name::startsWith).findFirst().orElse("");
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
    if (name.startsWith(StreamsConfig.TOPIC_PREFIX)) {
      requireNoSlip(name, StreamsConfig.TOPIC_PREFIX, TOPICS);
    } else if (client.isEmpty()) {
      requireNoSlip(name, "", KAFKA);
    } else {
      requireOf(client, name.substring(client.length()));
    }
  }

  /** A name behind a client's prefix that Kafka knows, and that client does not, does nothing. */
  private static void requireOf(String client, String plain) {
    Set<String> own = CLIENTS.get(client);
    if (own.contains(plain)) {
      return;
    }
    if (KAFKA.contains(plain)) {
      throw new ConfigException(
          "Unknown setting '%s%s': that client of Kafka's has no '%2$s'. Did you mean '%s'?"
              .formatted(client, plain, place(plain)));
    }
    String nearest = nearest(plain, KAFKA);
    if (distance(plain, nearest) <= SLIP) {
      throw unknown(client + plain, own.contains(nearest) ? client + nearest : place(nearest));
    }
  }

  /** How a name of Kafka's is written where it acts; without a prefix all get it who know it. */
  private static String place(String plain) {
    List<String> kinds =
        KINDS.keySet().stream().filter(kind -> KINDS.get(kind).contains(plain)).toList();
    return kinds.size() == 1 && !STREAMS.contains(plain) ? kinds.get(0) + plain : plain;
  }

  private static void requireNoSlip(String name, String prefix, Set<String> among) {
    String plain = name.substring(prefix.length());
    String nearest = nearest(plain, among);
    if (!among.contains(plain) && distance(plain, nearest) <= SLIP) {
      throw unknown(name, prefix + nearest);
    }
  }

  private static ConfigException unknown(String name, String nearest) {
    return new ConfigException(
        "Unknown setting '%s': neither tplus1 nor Kafka has it. Did you mean '%s'?%s"
            .formatted(
                name,
                nearest,
                name.startsWith(StreamsConfig.TOPIC_PREFIX)
                    ? ""
                    : " (Settings of plug-ins go under consumer., producer. or admin.)"));
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

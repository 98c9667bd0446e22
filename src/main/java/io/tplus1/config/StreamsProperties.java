package io.tplus1.config;

import static java.util.Map.entry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka Streams is started with: the defaults that tplus1 ships where they differ from
 * Kafka's, and over them whatever the configuration says under Kafka's own names.
 */
public final class StreamsProperties {
  /** Where stores lie unless {@code state.dir} says otherwise, relative to the working folder. */
  public static final String STATE_DIR = "tplus1-data/state";

  /**
   * Kafka 5.0's default, of which 4.3 warns wherever a configuration does not say so; {@code true}.
   * Kafka's own constant is deprecated.
   */
  public static final String HANDLES_GLOBAL_ERRORS = "processing.exception.handler.global.enabled";

  private static final Logger LOG = LoggerFactory.getLogger(StreamsProperties.class);

  /** What clients are called that are never made. */
  private static final String CHECKED = "checked";

  /** The consumer's default. */
  private static final Duration MAX_POLL_INTERVAL = Duration.ofMinutes(5);

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
    ProducerRoom room = ProducerRoom.ofForecasts(configuration);
    if (isExactlyOnce(configuration)) {
      properties.putAll(inTransactions());
      room = room.inTransactions();
    }
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
    room.putShipped(properties);
    if (configuration.http().isOn()) {
      properties.put(
          StreamsConfig.APPLICATION_SERVER_CONFIG, configuration.http().advertised().orElse(""));
    }
    put(configuration.kafka(), properties);
    if (isExactlyOnce(configuration)) {
      readCommitted(properties);
    }
    room.require(properties);
    requireThread(properties);
    // Whatever the guarantee: an artifact or a pointer of an aborted transaction must never load.
    properties.put(
        StreamsConfig.globalConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
        "read_committed");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.bootstrapServers());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, configuration.forecastApplicationId());
    return properties;
  }

  /**
   * Properties of the side topology's application: a transaction may take the time that an artifact
   * needs, and hold one. It lies in a folder of its own below the forecasts' {@code state.dir}, so
   * that both roles can run in one process or in two.
   *
   * @param configuration the settings
   * @param instanceId the name under which this instance comes back after a restart, kept in {@link
   *     #retrainStateDir}
   */
  public static Properties retrain(Configuration configuration, String instanceId) {
    Properties properties = new Properties();
    properties.putAll(defaults());
    properties.putAll(inTransactions());
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), "30000");
    ProducerRoom room = ProducerRoom.ofArtifacts();
    room.putShipped(properties);
    put(configuration.kafka(), properties);
    if (StreamsConfig.AT_LEAST_ONCE.equals(
        properties.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))) {
      putExactlyOnce(properties);
    }
    readCommitted(properties);
    room.keep(properties);
    // One model is one task; the threads that are set are the forecasts'.
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, retrainStateDir(configuration).toString());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.bootstrapServers());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, configuration.retrainApplicationId());
    // In one process with the forecasts, threads and metrics of one name would be one's alone.
    properties.computeIfPresent(
        CommonClientConfigs.CLIENT_ID_CONFIG, (name, id) -> id + "-retrain");
    return properties;
  }

  /** Kafka Streams run without one where there is a global store: nobody reads, and all is well. */
  private static void requireThread(Properties properties) {
    int threads = threads(properties);
    if (threads < 1) {
      throw new ConfigException(
          StreamsConfig.NUM_STREAM_THREADS_CONFIG,
          threads,
          "at least 1 was expected: without a stream thread nothing is forecast");
    }
  }

  /**
   * At least once suits forecasts. A champion that all instances serve and a history that a crash
   * took back would be two truths, for good. What was set for commits and producers without
   * transactions would not suit these, which are few and small.
   */
  private static void putExactlyOnce(Properties properties) {
    LOG.info(
        "Retraining takes {} of {} rather than {}: a champion that serves must not be forgotten",
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        StreamsConfig.EXACTLY_ONCE_V2,
        StreamsConfig.AT_LEAST_ONCE);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.remove(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
    for (String name :
        List.of(
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            ProducerConfig.RETRIES_CONFIG)) {
      properties.remove(name);
      properties.remove(StreamsConfig.producerPrefix(name));
    }
  }

  /**
   * Exactly once, Kafka Streams have their consumers read what is committed, whatever is set for
   * all of these, and prefer what is set for one alone: it would take for vectors or state what a
   * transaction took back.
   */
  private static void readCommitted(Properties properties) {
    String name = ConsumerConfig.ISOLATION_LEVEL_CONFIG;
    properties.remove(StreamsConfig.mainConsumerPrefix(name));
    properties.remove(StreamsConfig.restoreConsumerPrefix(name));
  }

  /**
   * Puts a user's settings in place of what is shipped: also where tplus1 ships a producer's, which
   * Kafka Streams would prefer, and the user names it for all clients. Kafka's check of {@code
   * transaction.timeout.ms} looks at the producer's own alone.
   */
  private static void put(Map<String, Object> settings, Properties properties) {
    for (String name : ProducerConfig.configNames()) {
      if (settings.containsKey(name)) {
        properties.remove(StreamsConfig.producerPrefix(name));
      }
    }
    String timeout = ProducerConfig.TRANSACTION_TIMEOUT_CONFIG;
    if (settings.containsKey(timeout)) {
      properties.put(StreamsConfig.producerPrefix(timeout), settings.get(timeout));
    }
    properties.putAll(settings);
  }

  /** Whether the forecasts' transactions are on; those of the side topology always are. */
  public static boolean isExactlyOnce(Configuration configuration) {
    return StreamsConfig.EXACTLY_ONCE_V2.equals(
        configuration
            .kafka()
            .getOrDefault(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2));
  }

  /** Most bytes of batches that each of the forecasts' producers, one a thread, holds. */
  public static long producerBuffer(Configuration configuration) {
    ProducerRoom room = ProducerRoom.ofForecasts(configuration);
    return (isExactlyOnce(configuration) ? room.inTransactions() : room)
        .buffer(configuration.kafka());
  }

  /**
   * Checks what the clients of an application are configured with, as they do once they are made.
   * What they look at later than that, delivery.timeout.ms against linger.ms and
   * request.timeout.ms, passes.
   *
   * @param properties of Kafka Streams
   * @param globalStores whether its topology has any, and so their consumer
   * @throws ConfigException if Kafka Streams or a client of it would not start with them
   */
  public static void requireClients(Properties properties, boolean globalStores) {
    StreamsConfig streams = new StreamsConfig(properties);
    Map<String, Object> producer = new HashMap<>(streams.getProducerConfigs(CHECKED));
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    new ProducerConfig(producer);
    requireConsumer(streams.getMainConsumerConfigs(CHECKED, CHECKED, 1));
    requireConsumer(streams.getRestoreConsumerConfigs(CHECKED));
    if (globalStores) {
      requireConsumer(streams.getGlobalConsumerConfigs(CHECKED));
    }
    new AdminClientConfig(streams.getAdminConfigs(CHECKED));
  }

  private static void requireConsumer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    new ConsumerConfig(all);
  }

  /**
   * How many stream threads are started with these settings; with none the one that is Kafka's
   * default.
   *
   * @throws ConfigException if it is no number
   */
  public static int threads(Map<?, ?> settings) {
    String name = StreamsConfig.NUM_STREAM_THREADS_CONFIG;
    Object set = settings.get(name);
    return set == null ? 1 : (Integer) ConfigDef.parseType(name, set, ConfigDef.Type.INT);
  }

  /**
   * After which the partitions of a stream thread that asks for no records go to others.
   *
   * @throws ConfigException if it is no number
   */
  public static Duration maxPollInterval(Configuration configuration) {
    String name = ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG;
    Map<String, Object> kafka = configuration.kafka();
    return Stream.of(
            StreamsConfig.mainConsumerPrefix(name), StreamsConfig.consumerPrefix(name), name)
        .filter(kafka::containsKey)
        .findFirst()
        .map(set -> (Integer) ConfigDef.parseType(set, kafka.get(set), ConfigDef.Type.INT))
        .map(Duration::ofMillis)
        .orElse(MAX_POLL_INTERVAL);
  }

  /**
   * From which on Kafka Streams measure what they do.
   *
   * @throws ConfigException if it is none of their levels
   */
  public static RecordingLevel recordingLevel(Configuration configuration) {
    String name = StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG;
    ConfigDef.ConfigKey key = StreamsConfig.configDef().configKeys().get(name);
    Object set = configuration.kafka().getOrDefault(name, key.defaultValue);
    String level = (String) ConfigDef.parseType(name, set, key.type);
    key.validator.ensureValid(name, level);
    return RecordingLevel.forName(level);
  }

  /** Where the forecasts' stores lie. */
  public static Path stateDir(Configuration configuration) {
    return Path.of(
        configuration.kafka().getOrDefault(StreamsConfig.STATE_DIR_CONFIG, STATE_DIR).toString());
  }

  /** Where the side topology's stores lie. */
  public static Path retrainStateDir(Configuration configuration) {
    return stateDir(configuration).resolve("retrain");
  }

  /**
   * What is shipped in place of {@link #defaults} where there are transactions. Who reads what is
   * committed sees no record before the commit, which sends all that waits. What goes before makes
   * more batches for the brokers to write and follow; and what goes before the markers of the
   * transaction before are written is told to come again, with all that was sent behind it, so that
   * an instance that had to catch up did little else.
   */
  static Map<String, String> inTransactions() {
    return Map.of(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "100");
  }

  /** The shipped values that differ from Kafka's. */
  static Map<String, String> defaults() {
    return Map.ofEntries(
        entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2),
        entry(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName()),
        // Counts of symbols are written once a commit as long as they fit. States of series wait
        // elsewhere, until the cache tells that a commit begins (BeforeCommit): so never 0.
        entry(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "67108864"),
        // In Kafka's 16 kB there is room for some ten forecasts; brokers are to work on batches
        // rather than on records, and each batch wakes the sender up.
        entry(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), "524288"),
        entry(StreamsConfig.STATE_DIR_CONFIG, STATE_DIR),
        // While a thread is busy, a record waits so long for others; what waits when it has little
        // to do goes at once (PromptClients). Kafka Streams' default is 100; see inTransactions.
        entry(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "5"),
        // A transaction that begins before the markers of the one before are written is told to
        // come again, several times a second; Kafka's 100 ms, doubled each time, are long then.
        entry(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), "20"),
        // What an instance that is gone had open ends before its session does: whoever takes its
        // partitions over need not wait for that, nor who reads the forecasts.
        entry(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), "5000"),
        // Kafka Streams reads so under exactly once alone; at least once, too, what a producer took
        // back never came.
        entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
        entry(HANDLES_GLOBAL_ERRORS, "true"),
        // The consumer's assignor makes a configuration of what the consumer is given alone.
        entry(StreamsConfig.mainConsumerPrefix(HANDLES_GLOBAL_ERRORS), "true"),
        // With a fixed instance id, these decide how soon a killed instance's partitions go on.
        entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000"),
        entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1000"));
  }
}

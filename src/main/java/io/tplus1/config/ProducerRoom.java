package io.tplus1.config;

import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.SampleSerde;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room that a role's producer has for its records: what is shipped for the largest of them, and
 * what a user sets over it, under a producer's own name or with Kafka Streams' prefix. A record
 * that the producer itself refuses stops the application, and again at each start.
 */
public final class ProducerRoom {
  /** What a record's batch and headers may take up beside key and value, bytes. */
  public static final int AROUND_A_RECORD = 65_536;

  /** What a key of at most 4 KiB and a batch put around a value, bytes. */
  public static final int AROUND_A_VALUE = 8_192;

  private static final Logger LOG = LoggerFactory.getLogger(ProducerRoom.class);

  /** Kafka's default for what a producer holds, bytes. */
  private static final long LEAST_BUFFER = 33_554_432;

  /**
   * The same in transactions, where the open batch of each partition that is written to waits for
   * the commit: room for 128 of the size that is shipped, of 25 partitions of vectors to a thread.
   */
  private static final long LEAST_BUFFER_IN_TRANSACTIONS = 2 * LEAST_BUFFER;

  private final long largest;
  private final String what;
  private final Map<String, Long> shipped;

  private ProducerRoom(long largest, String what, long request, long buffer) {
    this.largest = largest;
    this.what = what;
    this.shipped =
        Map.of(
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            request,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            buffer);
  }

  /** Of the forecasts' producer: what of dead letters and samples is larger. */
  static ProducerRoom ofForecasts(Configuration configuration) {
    boolean letters = configuration.deadLetterMaxBytes() > SampleSerde.MAX_BYTES;
    long largest = letters ? configuration.deadLetterMaxBytes() : SampleSerde.MAX_BYTES;
    long request = largest + AROUND_A_RECORD;
    return new ProducerRoom(
        largest,
        letters ? "dead.letter.max.bytes" : "the largest training sample",
        request,
        Math.max(LEAST_BUFFER, 2 * request));
  }

  /** The same in transactions. */
  ProducerRoom inTransactions() {
    return new ProducerRoom(
        largest,
        what,
        shipped.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Math.max(LEAST_BUFFER_IN_TRANSACTIONS, shipped.get(ProducerConfig.BUFFER_MEMORY_CONFIG)));
  }

  /** Of the side topology's producer: an artifact. */
  static ProducerRoom ofArtifacts() {
    return new ProducerRoom(
        ModelArtifact.MAX_BYTES,
        "an artifact",
        ModelArtifact.MAX_BYTES + AROUND_A_RECORD,
        4L * ModelArtifact.MAX_BYTES);
  }

  /** Most bytes of a value that the forecasts' producer sends as it is set. */
  public static long largestForecastValue(Configuration configuration) {
    return ofForecasts(configuration).smallest(configuration.kafka()) - AROUND_A_VALUE;
  }

  /**
   * Most bytes of batches that the producer holds, as it is set.
   *
   * @param settings of the user
   */
  long buffer(Map<String, Object> settings) {
    return bytes(ProducerConfig.BUFFER_MEMORY_CONFIG, settings);
  }

  /** Puts what is shipped. */
  void putShipped(Properties properties) {
    shipped.forEach(
        (name, bytes) -> properties.put(StreamsConfig.producerPrefix(name), Long.toString(bytes)));
  }

  /**
   * Refuses what is too little.
   *
   * @param properties what the producer is started with
   * @throws ConfigException naming the setting, and what it must have room for
   */
  void require(Properties properties) {
    for (String name : shipped.keySet()) {
      Optional<ProducerSetting> found = ProducerSetting.of(name, properties);
      if (found.isPresent() && found.get().bytes() < largest) {
        throw new ConfigException(
            found.get().name(),
            found.get().value(),
            "must take a record of %d bytes, %s: raise it, or leave it out"
                .formatted(largest, what));
      }
    }
  }

  /** Puts what is shipped in place of what is too little: it was set for the forecasts' sake. */
  void keep(Properties properties) {
    shipped.forEach(
        (name, bytes) -> {
          Optional<ProducerSetting> found = ProducerSetting.of(name, properties);
          if (found.isPresent() && found.get().bytes() < largest + AROUND_A_RECORD) {
            LOG.info(
                "Retraining takes {} of {} rather than {}: {} may have {} bytes",
                name,
                bytes,
                found.get().value(),
                what,
                largest);
            properties.put(StreamsConfig.producerPrefix(name), Long.toString(bytes));
          }
        });
  }

  private long smallest(Map<String, Object> settings) {
    return shipped.keySet().stream().mapToLong(name -> bytes(name, settings)).min().orElseThrow();
  }

  private long bytes(String name, Map<String, Object> settings) {
    return ProducerSetting.of(name, settings).map(ProducerSetting::bytes).orElse(shipped.get(name));
  }
}

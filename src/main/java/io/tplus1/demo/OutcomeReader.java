package io.tplus1.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.ErrorSums;
import io.tplus1.wire.WireScore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads predictions and scores as any consumer would, from where the topics end when it is made,
 * and sums them up. The owner polls on one thread.
 */
public final class OutcomeReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeReader.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXAMPLES = 8;

  private final String predictions;
  private final List<String> targets;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ErrorSums errors;
  private final Deque<Outcome.Example> latest = new ArrayDeque<>();
  private long forecasts;

  /**
   * Begins to read.
   *
   * @param schema a schema of numbers
   */
  public OutcomeReader(
      String bootstrapServers, String predictions, String scores, FeatureSchema schema) {
    this.predictions = predictions;
    this.targets = schema.targetFeatures().stream().map(Feature::name).toList();
    this.errors = new ErrorSums(schema);
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.of(predictions, scores)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Reads what has come, waiting at most so long for something. */
  public void poll(Duration longest) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(longest)) {
      if (record.topic().equals(predictions)) {
        forecasts++;
      } else {
        score(record.value());
      }
    }
  }

  private void score(byte[] value) {
    if (WireScore.isBinary(value)) {
      WireScore score = WireScore.read(value);
      add(score.key(), score.timeMs(), score.actual(), score.forecast(), score.last());
      return;
    }
    try {
      JsonNode score = JSON.readTree(value);
      float[] actual = new float[targets.size()];
      float[] forecast = new float[targets.size()];
      float[] last = new float[targets.size()];
      for (int i = 0; i < actual.length; i++) {
        JsonNode feature = score.get("features").get(targets.get(i));
        boolean came = feature != null; // a target that did not come is left out
        actual[i] = came ? feature.get("actual").floatValue() : Float.NaN;
        forecast[i] = came ? feature.get("forecast").floatValue() : Float.NaN;
        last[i] = came ? actual[i] + feature.get("persistenceError").floatValue() : Float.NaN;
      }
      add(score.get("key").asText(), score.get("time").longValue(), actual, forecast, last);
    } catch (IOException e) {
      LOG.warn("A score is not JSON", e);
    }
  }

  private void add(String key, long timeMs, float[] actual, float[] forecast, float[] last) {
    errors.add(actual, forecast, 0, last);
    latest.addFirst(new Outcome.Example(key, timeMs, actual, forecast));
    if (latest.size() > EXAMPLES) {
      latest.removeLast();
    }
  }

  /** What came out so far. */
  public Outcome outcome() {
    return Outcome.of(forecasts, errors, List.copyOf(latest));
  }

  @Override
  public void close() {
    consumer.close();
  }
}

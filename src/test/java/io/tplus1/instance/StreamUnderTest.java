package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/** A stream with topics of its own: its settings, what is produced into it, and what came out. */
public final class StreamUnderTest {
  public static final List<String> TOPICS =
      List.of(
          "features",
          "predictions",
          "scores",
          "features-dlq",
          "training-samples",
          "model-scores",
          "model-commands",
          "model-events",
          "models");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bootstrapServers;
  private final Map<String, String> settings = new TreeMap<>();

  /**
   * @param name its application id, and the prefix of its topics
   * @param more settings, {@code features} among them
   */
  public StreamUnderTest(
      String bootstrapServers, String name, Path stateDir, Map<String, String> more) {
    this.bootstrapServers = bootstrapServers;
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("application.id", name);
    settings.put("state.dir", stateDir.toString());
    settings.put("http.port", "0");
    TOPICS.forEach(topic -> settings.put("topics." + topic + ".name", name + "." + topic));
    settings.putAll(more);
  }

  public Map<String, String> settings() {
    return settings;
  }

  /** Writes the settings to a file as a user has one, and returns it. */
  public Path write(Path file) {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  public Configuration configuration() {
    return new Configuration(settings);
  }

  public FeatureSchema schema() {
    return configuration().schema();
  }

  public String topic(String id) {
    return settings.get("topics." + id + ".name");
  }

  /** Starts the application, with a model if it is not null. */
  public ForecastApplication start(Forecaster model) throws InvalidArtifactException {
    Configuration configuration = configuration();
    ModelRegistry registry = configuration.registry(schema());
    if (model != null) {
      registry.serve(model);
    }
    return StartedApplication.of(configuration, schema(), registry);
  }

  /** Produces vectors in the array form, the time as the record's timestamp. */
  public void produce(List<SeriesVector> vectors) {
    TopicRecords.produce(bootstrapServers, vectors.stream().map(this::record).toList());
  }

  public ProducerRecord<byte[], byte[]> record(SeriesVector one) {
    StringBuilder json = new StringBuilder("{\"features\":[");
    for (float value : one.vector().values()) {
      json.append(json.charAt(json.length() - 1) == '[' ? "" : ",").append(value);
    }
    return new ProducerRecord<>(
        topic("features"),
        null,
        one.vector().timeMs(),
        one.series().getBytes(UTF_8),
        json.append("]}").toString().getBytes(UTF_8));
  }

  /** What is committed in one of the topics, by partition and offset. */
  public List<ConsumerRecord<byte[], byte[]>> read(String id) {
    return TopicRecords.readCommitted(bootstrapServers, topic(id));
  }

  /** Waits until so many records are committed in a topic, and returns all that are. */
  public List<ConsumerRecord<byte[], byte[]>> await(String id, int records) {
    return Awaitility.await(records + " records in " + topic(id))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> read(id), read -> read.size() >= records);
  }

  public Prediction prediction(ConsumerRecord<byte[], byte[]> record) {
    return new PredictionSerde(schema()).deserializer().deserialize(record.topic(), record.value());
  }

  public static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
    try {
      return JSON.readTree(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), UTF_8);
  }
}

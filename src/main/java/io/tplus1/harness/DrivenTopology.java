package io.tplus1.harness;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.serde.BinaryScores;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.topic.TopicContracts;
import io.tplus1.wire.WireForecast;
import io.tplus1.wire.WireScore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** A topology in a driver, with its topics, its clock and its state. For one thread. */
final class DrivenTopology implements AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Configuration configuration;
  private final FeatureSchema schema;
  private final HarnessClock clock;
  private final StateFolder state;
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> features;
  private final TestOutputTopic<String, Prediction> predictions;

  /**
   * Starts it.
   *
   * @param clock read by the topology, moved by this alone
   * @throws org.apache.kafka.common.config.ConfigException if a setting of Kafka's is wrong
   */
  DrivenTopology(
      Topology topology, Configuration configuration, FeatureSchema schema, HarnessClock clock) {
    this.configuration = configuration;
    this.schema = schema;
    this.clock = clock;
    this.state = StateFolder.create();
    try {
      this.driver =
          new TopologyTestDriver(
              topology, HarnessProperties.of(configuration, state.path()), clock.instant());
    } catch (RuntimeException e) {
      state.close(); // Nobody else will: there is nothing to close.
      throw e;
    }
    this.features =
        driver.createInputTopic(
            name(TopicContracts.FEATURES), new ByteArraySerializer(), new ByteArraySerializer());
    this.predictions =
        output(TopicContracts.PREDICTIONS, new PredictionSerde(schema).deserializer());
  }

  private String name(String topic) {
    return configuration.topics().name(topic);
  }

  private <V> TestOutputTopic<String, V> output(String topic, Deserializer<V> values) {
    return driver.createOutputTopic(name(topic), new StringDeserializer(), values);
  }

  /**
   * Produces a record, at the clock's time unless it has one: the driver would give all the same.
   */
  void produce(TestRecord<byte[], byte[]> vector) {
    features.pipeInput(
        vector.getRecordTime() == null
            ? new TestRecord<>(vector.key(), vector.value(), vector.headers(), clock.instant())
            : vector);
  }

  void command(ModelCommand command) {
    driver
        .createInputTopic(
            name(TopicContracts.MODEL_COMMANDS),
            new StringSerializer(),
            new ModelCommandSerde().serializer())
        .pipeInput(configuration.modelName(), command, clock.instant());
  }

  /** Moves the clock, one second at a time, so that punctuators fire as often as they would. */
  void advance(Duration duration) {
    Duration left = duration;
    while (!left.isZero()) {
      Duration step = left.compareTo(TICK) < 0 ? left : TICK;
      long beforeMs = clock.millis();
      clock.advance(step);
      // The driver counts milliseconds: parts of one add up.
      driver.advanceWallClockTime(Duration.ofMillis(clock.millis() - beforeMs));
      left = left.minus(step);
    }
  }

  TestOutputTopic<String, Prediction> predictions() {
    return predictions;
  }

  /** Predictions as JSON, whatever form they have. */
  List<String> predictionTexts() {
    PredictionSerde serde = new PredictionSerde(schema);
    return output(
            TopicContracts.PREDICTIONS,
            text(WireForecast::isBinary, serde.deserializer(), serde.serializer()))
        .readValuesToList();
  }

  /** Scores as JSON, whatever form they have. */
  List<String> scores() {
    return output(
            TopicContracts.SCORES,
            text(
                WireScore::isBinary,
                new BinaryScores(schema).deserializer(),
                new ScoreSerializer(schema)))
        .readValuesToList();
  }

  private static <V> Deserializer<String> text(
      Predicate<byte[]> isBinary, Deserializer<V> binary, Serializer<V> json) {
    return (topic, bytes) ->
        new String(
            isBinary.test(bytes) ? json.serialize(topic, binary.deserialize(topic, bytes)) : bytes,
            StandardCharsets.UTF_8);
  }

  List<ModelEvent> modelEvents() {
    return output(TopicContracts.MODEL_EVENTS, new ModelEventSerde().deserializer())
        .readValuesToList();
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return bytes(name(TopicContracts.FEATURES_DLQ)).readRecordsToList();
  }

  private TestOutputTopic<byte[], byte[]> bytes(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Forgets whatever was produced to any topic and not read. */
  void discard() {
    for (String topic : driver.producedTopicNames()) {
      bytes(topic).readRecordsToList();
    }
  }

  List<FeatureVector> window(String key) {
    return StoredWindow.read(driver, configuration.windows(), schema.size(), key);
  }

  @Override
  public void close() {
    try {
      driver.close();
    } finally {
      state.close();
    }
  }
}

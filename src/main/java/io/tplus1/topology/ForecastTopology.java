package io.tplus1.topology;

import io.tplus1.config.Configuration;
import io.tplus1.config.TopicSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.serde.VectorDecoder;
import io.tplus1.serde.VectorFormat;
import io.tplus1.serde.VectorSerde;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The forecast topology: {@code features → decode → forecast → predictions}, beside it {@code
 * scores} and {@code features-dlq}.
 *
 * <p>Names of nodes and stores are the upgrade contract: internal topics are named after them.
 */
public final class ForecastTopology {
  /** Source of feature vectors. */
  static final String FEATURES = "features";

  /** Processor that tells vectors from everything else. */
  static final String DECODE = "decode";

  /** Processor that settles, stores and forecasts. */
  static final String FORECAST = "forecast";

  /** Sink of predictions. */
  static final String PREDICTIONS = "predictions";

  /** Sink of scores. */
  static final String SCORES = "scores";

  /** Sink of dead letters. */
  static final String DEAD_LETTERS = "features-dlq";

  /** Window store of vectors, key: series and event time. */
  public static final String VECTORS = "vectors";

  /** Key-value store of series' states, key: series. */
  public static final String SERIES = "series";

  /**
   * Brokers delete and roll segments by record timestamp against their own clock, changelogs
   * included: with the event times of a replay they would empty the changelog.
   */
  private static final Map<String, String> CHANGELOG =
      Map.of("message.timestamp.type", "LogAppendTime");

  /**
   * Names of the topics that the topology reads and writes.
   *
   * @param features where vectors come from
   * @param predictions where forecasts go
   * @param scores where forecasts against actuals go
   * @param deadLetters where unreadable records go
   */
  public record Topics(String features, String predictions, String scores, String deadLetters) {}

  /**
   * What the topology is built of.
   *
   * @param format how values are read, and the schema
   * @param windows how vectors form windows
   * @param timeMaxAhead how far event times may lie ahead of the clock; empty for any distance
   * @param deadLetterMaxBytes bytes beyond which a dead letter is cut
   * @param topics names
   */
  public record Plan(
      VectorFormat format,
      WindowSettings windows,
      Optional<Duration> timeMaxAhead,
      int deadLetterMaxBytes,
      Topics topics) {

    /** What the configuration asks for, with the schema that the caller has completed. */
    public static Plan of(Configuration configuration, FeatureSchema schema) {
      TopicSettings topics = configuration.topics();
      return new Plan(
          configuration.vectorFormat(schema),
          configuration.windows(),
          configuration.timeMaxAhead(),
          configuration.deadLetterMaxBytes(),
          new Topics(
              topics.name(FEATURES),
              topics.name(PREDICTIONS),
              topics.name(SCORES),
              topics.name(DEAD_LETTERS)));
    }
  }

  private ForecastTopology() {}

  /**
   * Builds the topology.
   *
   * @param plan what it is built of
   * @param registry tells which model serves
   * @param clock tells which event times lie in the future
   * @param counters told what happens
   */
  public static Topology build(
      Plan plan, ModelRegistry registry, Clock clock, ForecastCounters counters) {
    FeatureSchema schema = plan.format().schema();
    Topology topology = new Topology();
    topology.addSource(
        (AutoOffsetReset) null, // auto.offset.reset decides
        FEATURES,
        new EventTimeExtractor(plan.format().timeSource(), clock, plan.timeMaxAhead()),
        new ByteArrayDeserializer(),
        new VectorDecoder(plan.format()),
        plan.topics().features());
    topology.addProcessor(
        DECODE,
        () ->
            new DecodeProcessor(plan.windows().maxLateness(), plan.deadLetterMaxBytes(), counters),
        FEATURES);
    topology.addProcessor(
        FORECAST, () -> new ForecastProcessor(schema, plan.windows(), registry, counters), DECODE);
    topology.addStateStore(vectors(plan.windows(), schema.size()), FORECAST);
    topology.addStateStore(series(plan.windows()), FORECAST);
    topology.addSink(
        PREDICTIONS,
        plan.topics().predictions(),
        new StringSerializer(),
        new PredictionSerde(schema).serializer(),
        FORECAST);
    topology.addSink(
        SCORES,
        plan.topics().scores(),
        new StringSerializer(),
        new ScoreSerializer(schema),
        FORECAST);
    topology.addSink(
        DEAD_LETTERS,
        plan.topics().deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        DECODE);
    return topology;
  }

  static StoreBuilder<WindowStore<String, float[]>> vectors(WindowSettings windows, int features) {
    // A window of one millisecond: vectors are looked up by their own time, nothing is aggregated.
    Duration size = Duration.ofMillis(1);
    // A store hides what is exactly as old as its retention, which a window may still hold.
    Duration retention = windows.retention().plusMillis(1);
    WindowBytesStoreSupplier supplier =
        windows.inMemory()
            ? Stores.inMemoryWindowStore(VECTORS, retention, size, false)
            : Stores.persistentWindowStore(VECTORS, retention, size, false);
    return Stores.windowStoreBuilder(supplier, Serdes.String(), new VectorSerde(features))
        .withCachingDisabled()
        .withLoggingEnabled(CHANGELOG);
  }

  static StoreBuilder<KeyValueStore<String, SeriesState>> series(WindowSettings windows) {
    KeyValueBytesStoreSupplier supplier =
        windows.inMemory()
            ? Stores.inMemoryKeyValueStore(SERIES)
            : Stores.persistentKeyValueStore(SERIES);
    return Stores.keyValueStoreBuilder(supplier, Serdes.String(), new SeriesStateSerde())
        .withCachingEnabled()
        .withLoggingEnabled(CHANGELOG);
  }
}

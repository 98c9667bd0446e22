package io.tplus1.harness;

import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.serde.BinaryScores;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Score;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.ForecastTopology;
import io.tplus1.wire.WireScore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The forecast topology of a configuration, in a {@link TopologyTestDriver}: push vectors, advance
 * time, read forecasts, inspect windows.
 *
 * <pre>{@code
 * try (var harness = new ForecastTestHarness(Map.of("features", "lat,long", "window.steps", "2"))) {
 *   harness.serve(myForecaster);
 *   harness.push("storm-1", Instant.parse("2025-12-31T00:00:00Z"), 27.5f, -79f);
 *   List<Prediction> forecasts = harness.predictions();
 * }
 * }</pre>
 *
 * <p>For one thread. The driver has a single partition: what depends on partitioning needs a
 * broker.
 */
public final class ForecastTestHarness implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForecastTestHarness.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final FeatureSchema schema;
  private final ModelRegistry registry;
  private final List<Consumer<Score>> scoreListeners = new ArrayList<>();
  private final ForecastCounters counters = new ForecastCounters(new Listener());
  private final HarnessClock clock = new HarnessClock(START);
  private final Configuration configuration;
  private final ForecastTopology.Plan plan;
  private final PushedValues values;
  private final StateFolder state;
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> features;
  private final TestOutputTopic<String, Prediction> predictions;
  private final TestOutputTopic<String, String> scores;
  private final TestOutputTopic<byte[], byte[]> deadLetters;

  /**
   * Starts the topology that {@code tplus1 run} would start with these settings, without a model:
   * the file that {@code model.file} names is not read, see {@link #of}. The clock begins at
   * 2026-01-01T00:00:00Z and moves only by {@link #advanceWallClock}; so that there is something to
   * learn from while it stands, {@code samples.rate} is {@code all} unless it is set, and so that
   * vectors may be of any time, {@code time.max.ahead} is {@code off} unless it is set. The state
   * lies in a temporary folder, whatever {@code state.dir} says, which {@link #close} deletes.
   *
   * @param settings by name; {@code bootstrap.servers} is not needed
   * @throws ConfigException if a setting is wrong
   */
  public ForecastTestHarness(Map<String, String> settings) {
    this(settings, Map.of(), Optional.empty(), false);
    configuration
        .modelFile()
        .ifPresent(
            file ->
                LOG.warn(
                    "model.file {} is not read: ForecastTestHarness.of(settings, artifact) serves an artifact",
                    file));
  }

  /**
   * The same with an artifact in the place of {@code model.file}: it serves, the words of
   * categories are its own, and where the side topology learns, it is the first champion.
   *
   * @throws InvalidArtifactException if it does not fit the settings
   */
  public static ForecastTestHarness of(Map<String, String> settings, ModelArtifact artifact)
      throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    Map<String, List<String>> words = artifact.manifest().schema().vocabularies();
    ForecastTestHarness harness =
        new ForecastTestHarness(settings, words, Optional.of(artifact), false);
    try {
      harness.serve(forecaster, artifact.manifest());
    } catch (InvalidArtifactException e) {
      harness.close();
      throw e;
    }
    return harness;
  }

  /**
   * The same for a replay of recorded vectors: where the side topology needs a time, it is that of
   * the records.
   *
   * @param vocabularies words of categories that the settings leave open, by feature, in id order
   */
  public static ForecastTestHarness ofReplay(
      Map<String, String> settings, Map<String, List<String>> vocabularies) {
    return new ForecastTestHarness(settings, vocabularies, Optional.empty(), true);
  }

  private ForecastTestHarness(
      Map<String, String> settings,
      Map<String, List<String>> vocabularies,
      Optional<ModelArtifact> first,
      boolean replay) {
    Map<String, String> own = new HashMap<>(settings);
    own.putIfAbsent("samples.rate", "all");
    own.putIfAbsent("time.max.ahead", "off");
    this.configuration = new Configuration(own);
    requireWords(vocabularies);
    this.schema = configuration.schema(vocabularies);
    this.registry = configuration.registry(schema);
    this.plan = ForecastTopology.Plan.of(configuration, schema);
    this.values = new PushedValues(configuration.vectorFormat(schema));
    Properties properties = new Properties();
    Topology topology =
        new HarnessTopology(configuration, schema, registry, clock)
            .build(plan, counters, first, replay);
    this.state = StateFolder.create();
    properties.put(StreamsProperties.HANDLES_GLOBAL_ERRORS, "true");
    properties.putAll(configuration.kafka());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.path().toString());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, configuration.forecastApplicationId());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    this.driver = driver(topology, properties);
    this.features =
        driver.createInputTopic(
            plan.topics().features(), new ByteArraySerializer(), new ByteArraySerializer());
    this.predictions =
        driver.createOutputTopic(
            plan.topics().predictions(),
            new StringDeserializer(),
            new PredictionSerde(schema).deserializer());
    this.scores =
        driver.createOutputTopic(plan.topics().scores(), new StringDeserializer(), scoreText());
    this.deadLetters =
        driver.createOutputTopic(
            plan.topics().deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private TopologyTestDriver driver(Topology topology, Properties properties) {
    try {
      return new TopologyTestDriver(topology, properties, clock.instant());
    } catch (RuntimeException e) {
      state.close(); // Nobody else will: there is no harness to close.
      throw e;
    }
  }

  private void requireWords(Map<String, List<String>> vocabularies) {
    for (String category : configuration.categoriesWithoutVocabulary()) {
      if (!vocabularies.containsKey(category)) {
        throw new ConfigException(
            "Category '%s' has no words: set vocabulary.%s=word,word,…, or give the harness the artifact that holds them, ForecastTestHarness.of(settings, artifact), for it does not read model.file"
                .formatted(category, category));
      }
    }
  }

  /** Scores as JSON, whatever form they have. */
  private Deserializer<String> scoreText() {
    Deserializer<Score> binary = new BinaryScores(schema).deserializer();
    ScoreSerializer json = new ScoreSerializer(schema);
    return (topic, bytes) ->
        new String(
            WireScore.isBinary(bytes)
                ? json.serialize(topic, binary.deserialize(topic, bytes))
                : bytes,
            StandardCharsets.UTF_8);
  }

  /**
   * Lets a model serve from the next vector on. The side topology does not know it, and promotes
   * what is better than persistence over it: an artifact that is to be its champion is given to
   * {@link #of}.
   *
   * @throws InvalidArtifactException if it does not fit the settings
   */
  public void serve(Forecaster forecaster) throws InvalidArtifactException {
    registry.serve(forecaster);
  }

  /**
   * Lets a model serve from the next vector on.
   *
   * @param manifest what its artifact says of itself, such as how new its newest sample is
   * @throws InvalidArtifactException if it does not fit the settings
   */
  public void serve(Forecaster forecaster, ModelManifest manifest) throws InvalidArtifactException {
    registry.serve(forecaster, manifest, Optional.empty());
  }

  /**
   * Produces one vector with the time as the record's timestamp, and with {@code time.source=field}
   * in the value too: as flat fields of JSON, or in the binary form if {@code features.format}
   * takes no other.
   *
   * @throws IllegalArgumentException if it has not as many values as there are features
   */
  public void push(String key, FeatureVector vector) {
    pushRecord(key.getBytes(StandardCharsets.UTF_8), values.flat(vector), vector.timeMs());
  }

  /**
   * Produces any numbers, with the time likewise: as an array of JSON, in which an id of a category
   * is its word, or in the binary form if {@code features.format} takes no other. What is no vector
   * is dead-lettered.
   */
  public void push(String key, Instant time, float... numbers) {
    long timeMs = time.toEpochMilli();
    pushRecord(key.getBytes(StandardCharsets.UTF_8), values.array(timeMs, numbers), timeMs);
  }

  /** Produces a JSON value under a key, with the time as the record's timestamp. */
  public void push(String key, Instant time, String json) {
    pushRecord(
        key.getBytes(StandardCharsets.UTF_8),
        json.getBytes(StandardCharsets.UTF_8),
        time.toEpochMilli());
  }

  /** Produces any record; key and value may be null, the timestamp is in epoch milliseconds. */
  public void pushRecord(byte[] key, byte[] value, long timestamp) {
    pushRecord(new TestRecord<>(key, value, (Headers) null, timestamp));
  }

  /** Produces any record, with its headers. */
  public void pushRecord(TestRecord<byte[], byte[]> record) {
    features.pipeInput(record);
  }

  /**
   * Moves the clock, one second at a time, so that punctuators fire as often as they would.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public void advanceWallClock(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "the clock moves forward alone, by 0 or more, found " + duration);
    }
    Duration left = duration;
    while (!left.isZero()) {
      Duration step = left.compareTo(TICK) < 0 ? left : TICK;
      clock.advance(step);
      driver.advanceWallClockTime(step);
      left = left.minus(step);
    }
  }

  /** The predictions since the last call, in order. */
  public List<Prediction> predictions() {
    return predictions.readValuesToList();
  }

  /** The predictions since the last call as records, in order. */
  public List<TestRecord<String, Prediction>> predictionRecords() {
    return predictions.readRecordsToList();
  }

  /** The scores since the last call as JSON, in order. */
  public List<String> scores() {
    return scores.readValuesToList();
  }

  /**
   * Tells of every score as it is made, with what each of {@link #experts()} forecast.
   *
   * @param listener must not touch the harness
   */
  public void onScore(Consumer<Score> listener) {
    scoreListeners.add(listener);
  }

  /** Names of the experts in the order of {@link Score#experts}; empty if nothing is mixed. */
  public List<String> experts() {
    return plan.experts();
  }

  /**
   * Forgets whatever was produced to any topic and not read, such as before a long replay's end.
   */
  public void discard() {
    for (String topic : driver.producedTopicNames()) {
      driver
          .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
          .readRecordsToList();
    }
  }

  /** What happened to models since the last call, in order. */
  public List<ModelEvent> modelEvents() {
    return driver
        .createOutputTopic(
            configuration.topics().name(TopicContracts.MODEL_EVENTS),
            new StringDeserializer(),
            new ModelEventSerde().deserializer())
        .readValuesToList();
  }

  /**
   * Commands the side topology, as {@code tplus1 models} does.
   *
   * @throws IllegalStateException if the settings let nothing learn
   */
  public void command(ModelCommand command) {
    if (!plan.learns()) {
      throw new IllegalStateException(
          "nobody takes commands, because nothing learns: set retrain.mode=refresh, or retrain");
    }
    driver
        .createInputTopic(
            configuration.topics().name(TopicContracts.MODEL_COMMANDS),
            new StringSerializer(),
            new ModelCommandSerde().serializer())
        .pipeInput(configuration.modelName(), command, clock.instant());
  }

  /** The dead letters since the last call, in order; see {@link io.tplus1.topology.DeadLetter}. */
  public List<TestRecord<byte[], byte[]>> deadLetters() {
    return deadLetters.readRecordsToList();
  }

  /**
   * The vectors that the window store holds of a series, oldest first, at most the last N that are
   * no older than {@code window.max.age} before the newest and stand behind the last gap that was
   * too long to be filled.
   */
  public List<FeatureVector> window(String key) {
    return StoredWindow.read(driver, configuration.windows(), schema.size(), key);
  }

  /** What happened so far. */
  public ForecastCounters counters() {
    return counters;
  }

  public FeatureSchema schema() {
    return schema;
  }

  @Override
  public void close() {
    try {
      driver.close();
    } finally {
      state.close();
    }
  }

  /** Hands scores on. */
  private final class Listener implements ForecastListener {
    @Override
    public void scored(Score score) {
      scoreListeners.forEach(listener -> listener.accept(score));
    }
  }
}

package io.tplus1.harness;

import io.tplus1.config.BrokerlessSettings;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.ForecastPlan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topologies of a configuration, as {@code tplus1 run} deploys them, in a {@link
 * org.apache.kafka.streams.TopologyTestDriver}: push vectors, advance time, read forecasts, inspect
 * windows. Where anything learns, the side topology runs in the same driver.
 *
 * <pre>{@code
 * try (var harness = new ForecastTestHarness(Map.of("features", "lat,long", "window.steps", "2"))) {
 *   harness.serve(myForecaster);
 *   harness.push("storm-1", Instant.parse("2025-12-31T00:00:00Z"), 27.5f, -79f);
 *   harness.push("storm-1", Instant.parse("2025-12-31T06:00:00Z"), 28.5f, -79f);
 *   Prediction forecast = harness.predictions().get(0); // the first vector filled no window
 *   float lat = forecast.value(harness.schema(), 1, "lat");
 * }
 * }</pre>
 *
 * <p>Settings that {@code run} refuses are refused, those of Kafka's clients among them. What only
 * proves to brokers who asks is left out: {@code sasl.*}, {@code ssl.*}, {@code security.*}, and
 * with them config providers that nothing else refers to.
 *
 * <p>The clock stands still unless {@link #advanceWallClock} moves it. So that there is something
 * to learn from meanwhile, {@code samples.rate} is {@code all} unless it is set (a number gets a
 * warning: of a second that never ends hardly any sample is taken), and so that vectors may be of
 * any time, {@code time.max.ahead} is {@code off} unless it is set. The state lies in a temporary
 * folder, whatever {@code state.dir} says, which {@link #close} deletes.
 *
 * <p>For one thread. The driver has a single partition: what depends on partitioning needs a
 * broker. Once it is closed, methods that push, read, serve, command or move time throw {@link
 * IllegalStateException}.
 */
public final class ForecastTestHarness implements AutoCloseable {
  /** Where the clock begins if nobody says otherwise: 2026-01-01T00:00:00Z. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Logger LOG = LoggerFactory.getLogger(ForecastTestHarness.class);

  private final FeatureSchema schema;
  private final ModelRegistry registry;
  private final List<Consumer<Score>> scoreListeners = new ArrayList<>();
  private final ForecastCounters counters = new ForecastCounters(new Listener());
  private final Configuration configuration;
  private final ForecastPlan plan;
  private final PushedValues values;
  private final DrivenTopology driven;
  private boolean closed;

  /**
   * Starts the topology without a model, at {@link #START}: the file that {@code model.file} names
   * is not read, see {@link #of}.
   *
   * @param settings by name; {@code bootstrap.servers} is not needed
   * @throws ConfigException if a setting is wrong
   */
  public ForecastTestHarness(Map<String, String> settings) {
    this(settings, START);
  }

  /**
   * The same at another time, such as that of the vectors, which {@code time.max.ahead} holds
   * against the clock.
   *
   * @param start where the clock begins
   */
  public ForecastTestHarness(Map<String, String> settings, Instant start) {
    this(settings, start, Map.of(), Optional.empty(), false);
    String file = settings.getOrDefault("model.file", "").strip();
    if (!file.isEmpty()) { // As text: it may be no path of the system that tests.
      LOG.warn(
          "model.file {} is not read: ForecastTestHarness.of(settings, artifact) serves an artifact",
          file);
    }
  }

  /**
   * The same with an artifact in the place of {@code model.file}, at {@link #START}: it serves, the
   * words of categories are its own, and where the side topology learns, it is the first champion.
   *
   * @throws InvalidArtifactException if it does not fit the settings, or cannot forecast here
   */
  public static ForecastTestHarness of(Map<String, String> settings, ModelArtifact artifact)
      throws InvalidArtifactException {
    return of(settings, artifact, START);
  }

  /**
   * The same at another time.
   *
   * @param start where the clock begins
   * @throws InvalidArtifactException as above
   */
  public static ForecastTestHarness of(
      Map<String, String> settings, ModelArtifact artifact, Instant start)
      throws InvalidArtifactException {
    Map<String, List<String>> words = artifact.manifest().schema().vocabularies();
    ForecastTestHarness harness =
        new ForecastTestHarness(settings, start, words, Optional.of(artifact), false);
    boolean serves = false;
    try {
      ModelFit fit = harness.registry.fit();
      fit.require(artifact.manifest());
      harness.serve(
          ModelGuard.load(new RnnModelLoader(), artifact, fit.rowWidth()), artifact.manifest());
      serves = true;
    } finally {
      if (!serves) {
        harness.close();
      }
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
    return new ForecastTestHarness(settings, START, vocabularies, Optional.empty(), true);
  }

  private ForecastTestHarness(
      Map<String, String> settings,
      Instant start,
      Map<String, List<String>> vocabularies,
      Optional<ModelArtifact> first,
      boolean replay) {
    Map<String, String> own = BrokerlessSettings.of(settings);
    own.putIfAbsent("samples.rate", "all");
    own.putIfAbsent("time.max.ahead", "off");
    this.configuration = new Configuration(own);
    requireWords(vocabularies);
    this.schema = configuration.schema(vocabularies);
    this.registry = configuration.registry(schema);
    this.plan = ForecastPlan.of(configuration, schema);
    UnusedSettings.byTheClock(configuration, replay).forEach(LOG::warn);
    this.values = new PushedValues(configuration.vectorFormat(schema));
    HarnessClock clock = new HarnessClock(start);
    Topology topology =
        new HarnessTopology(configuration, schema, registry, clock)
            .build(plan, counters, first, replay);
    this.driven = new DrivenTopology(topology, configuration, schema, clock);
  }

  private DrivenTopology driven() {
    requireOpen();
    return driven;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this harness is closed: make another one");
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

  /**
   * Lets a model serve from the next vector on. The side topology does not know it, and promotes
   * what is better than persistence over it: an artifact that is to be its champion is given to
   * {@link #of}.
   *
   * @throws InvalidArtifactException if it does not fit the settings
   */
  public void serve(Forecaster forecaster) throws InvalidArtifactException {
    requireOpen();
    UnusedSettings.ofNetworks(configuration).forEach(LOG::warn);
    registry.serve(forecaster);
  }

  /**
   * Lets a model serve from the next vector on.
   *
   * @param manifest what its artifact says of itself, such as how new its newest sample is
   * @throws InvalidArtifactException if it does not fit the settings
   */
  public void serve(Forecaster forecaster, ModelManifest manifest) throws InvalidArtifactException {
    requireOpen();
    UnusedSettings.ofNetworks(configuration).forEach(LOG::warn);
    registry.serve(forecaster, manifest, Optional.empty());
  }

  /**
   * Produces one vector with the time as the record's timestamp, and with {@code time.source=field}
   * in the value too: as flat fields of JSON, or in the binary form if {@code features.format}
   * takes no other.
   *
   * @throws IllegalArgumentException if it has not as many values as there are features, or for a
   *     category one that is no id of its words; if its time is the record's alone and lies before
   *     1970, which no producer sends
   */
  public void push(String key, FeatureVector vector) {
    produce(key, values.flat(vector), vector.timeMs());
  }

  /**
   * Produces any numbers, with the time likewise: as an array of JSON, in which an id of a category
   * is its word, or in the binary form if {@code features.format} takes no other. What is no vector
   * is dead-lettered.
   *
   * @throws IllegalArgumentException if the time is the record's alone and lies before 1970, which
   *     no producer sends
   */
  public void push(String key, Instant time, float... numbers) {
    long timeMs = time.toEpochMilli();
    produce(key, values.array(timeMs, numbers), timeMs);
  }

  /** One before 1970 may stand in the value, beside the timestamp that a producer gives. */
  private void produce(String key, byte[] value, long timeMs) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    if (timeMs < 0 && values.isTimed()) {
      pushRecord(new TestRecord<>(name, value));
    } else {
      pushRecord(name, value, timeMs);
    }
  }

  /**
   * Produces a JSON value under a key, with the time as the record's timestamp.
   *
   * @throws IllegalArgumentException if the time lies before 1970, which no producer sends
   */
  public void push(String key, Instant time, String json) {
    pushRecord(
        key.getBytes(StandardCharsets.UTF_8),
        json.getBytes(StandardCharsets.UTF_8),
        time.toEpochMilli());
  }

  /**
   * Produces any record; key and value may be null, the timestamp is in epoch milliseconds.
   *
   * @throws IllegalArgumentException if it is negative, which no producer sends
   */
  public void pushRecord(byte[] key, byte[] value, long timestamp) {
    pushRecord(new TestRecord<>(key, value, (Headers) null, timestamp));
  }

  /** Produces any record, with its headers; one without a timestamp has the clock's time. */
  public void pushRecord(TestRecord<byte[], byte[]> record) {
    driven().produce(record);
  }

  /**
   * Moves the clock, one second at a time, so that punctuators fire as often as they would.
   *
   * <p>Each is followed by a commit, as on a cluster: a day takes 1 to 8 seconds.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public void advanceWallClock(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "the clock moves forward alone, by 0 or more, found " + duration);
    }
    driven().advance(duration);
  }

  /**
   * The predictions since the last call of this, of {@link #predictionRecords} or of {@link
   * #predictionTexts}, in order: each of the three takes them from the others.
   */
  public List<Prediction> predictions() {
    return driven().predictions().readValuesToList();
  }

  /** What {@link #predictions} would return, as records. */
  public List<TestRecord<String, Prediction>> predictionRecords() {
    return driven().predictions().readRecordsToList();
  }

  /** What {@link #predictions} would return, as JSON. */
  public List<String> predictionTexts() {
    return driven().predictionTexts();
  }

  /** The scores since the last call as JSON, in order. */
  public List<String> scores() {
    return driven().scores();
  }

  /**
   * Tells of every score as it is made, with what each of {@link #experts()} forecast.
   *
   * @param listener must not touch the harness, nor change the score's arrays
   */
  public void onScore(Consumer<Score> listener) {
    scoreListeners.add(listener);
  }

  /** Names of the experts in the order of {@link Score#experts}; empty if nothing is mixed. */
  public List<String> experts() {
    return plan.experts();
  }

  /**
   * Forgets whatever was produced to any topic and not read. The driver keeps all of it, changelogs
   * and samples too, some kilobytes a vector: a long test calls this now and then.
   */
  public void discard() {
    driven().discard();
  }

  /**
   * What happened to models since the last call, in order; none if the settings let nothing learn.
   */
  public List<ModelEvent> modelEvents() {
    DrivenTopology open = driven();
    return plan.learns() ? open.modelEvents() : List.of();
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
    driven().command(command);
  }

  /** The dead letters since the last call, in order; see {@link io.tplus1.topology.DeadLetter}. */
  public List<TestRecord<byte[], byte[]>> deadLetters() {
    return driven().deadLetters();
  }

  /**
   * The vectors that the window store holds of a series, oldest first, at most the last N that are
   * no older than {@code window.max.age} before the newest and stand behind the last gap that was
   * too long to be filled.
   */
  public List<FeatureVector> window(String key) {
    return driven().window(key);
  }

  /** What happened so far. */
  public ForecastCounters counters() {
    return counters;
  }

  public FeatureSchema schema() {
    return schema;
  }

  /** Deletes the state; closing twice is closing once. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driven.close();
    }
  }

  /** Hands scores on. */
  private final class Listener implements ForecastListener {
    @Override
    public void scored(int partition, Score score) {
      scoreListeners.forEach(listener -> listener.accept(score));
    }
  }
}

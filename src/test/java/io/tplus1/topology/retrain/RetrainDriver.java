package io.tplus1.topology.retrain;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.SampleSerde;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** The side topology on a driver, with a small real network that learns oscillations. */
public final class RetrainDriver implements AutoCloseable {
  public static final int STEPS = 6;
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Radians per step of the law that tests begin with, and of the one that it changes to. */
  public static final double SLOW = .5;

  public static final double FAST = 1.4;

  /** Settings of a refresh that learns {@link #SLOW} in a second. */
  public static final Map<String, String> REFRESH =
      Map.ofEntries(
          Map.entry("features", "x"),
          Map.entry("window.steps", "6"),
          Map.entry("window.store", "memory"),
          Map.entry("train.hidden", "8"),
          Map.entry("train.optimizer", "adam"),
          Map.entry("train.learning.rate", "0.005"),
          Map.entry("train.batch", "16"),
          Map.entry("train.clip.norm", "1"),
          Map.entry("retrain.mode", "refresh"),
          Map.entry("retrain.first.samples", "40"),
          Map.entry("retrain.first.steps", "60"),
          Map.entry("retrain.steps", "4"),
          Map.entry("retrain.every.samples", "12"),
          Map.entry("retrain.on.drift", "false"),
          Map.entry("retrain.buffer", "200"),
          Map.entry("retrain.recent", "50"),
          Map.entry("gate.samples", "12"),
          Map.entry("probation.scores", "40"));

  private final TopologyTestDriver driver;
  private final TestInputTopic<String, byte[]> samples;
  private final TestInputTopic<String, byte[]> scores;
  private final TestInputTopic<String, byte[]> commands;
  private final TestOutputTopic<String, byte[]> models;
  private final TestOutputTopic<String, byte[]> events;
  private final Map<String, TestInputTopic<byte[], byte[]>> raw = new HashMap<>();
  private final Map<String, byte[]> table = new LinkedHashMap<>();
  private final RetrainCounters counters = new RetrainCounters();
  private final Configuration configuration;
  private double phase;
  private int step;
  private int commandsGiven;
  private Instant scoredTo = START;

  public RetrainDriver(Map<String, String> settings) {
    this(settings, Runnable::run);
  }

  public RetrainDriver(Map<String, String> settings, Executor executor) {
    this(settings, tools(executor), RetrainDriver::plan);
  }

  /** As {@link RetrainPlan#of}, or another way to a plan. */
  public interface Planner {
    RetrainPlan plan(Configuration configuration, FeatureSchema schema);
  }

  public RetrainDriver(
      Map<String, String> settings, UnaryOperator<RetrainTools> tools, Planner planner) {
    this.configuration = new Configuration(settings);
    RetrainPlan plan = planner.plan(configuration, configuration.schema());
    RetrainTools standard =
        new RetrainTools(
            new RnnLearning(),
            new RnnTrainer(),
            new RnnModelLoader(),
            Runnable::run,
            () -> 0,
            nanos -> {},
            counters);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "retrain-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    this.driver =
        new TopologyTestDriver(
            RetrainTopology.build(plan, tools.apply(standard)), properties, START);
    this.samples = input("training-samples");
    this.scores = input("model-scores");
    this.commands = input("model-commands");
    this.models = output("models");
    this.events = output("model-events");
  }

  public static UnaryOperator<RetrainTools> tools(Executor executor) {
    return tools ->
        new RetrainTools(
            tools.learning(),
            tools.trainer(),
            tools.loader(),
            executor,
            tools.nanoClock(),
            tools.sleeper(),
            tools.counters());
  }

  /** These settings with others in their place, as {@code name=value}. */
  public static Map<String, String> with(Map<String, String> settings, String... changes) {
    Map<String, String> changed = new HashMap<>(settings);
    for (String change : changes) {
      int equals = change.indexOf('=');
      changed.put(change.substring(0, equals), change.substring(equals + 1));
    }
    return changed;
  }

  private TestInputTopic<String, byte[]> input(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  public Configuration configuration() {
    return configuration;
  }

  public RetrainCounters counters() {
    return counters;
  }

  public TopologyTestDriver driver() {
    return driver;
  }

  /** The next samples of one oscillation, of so many radians per step. */
  public void samples(int count, double radians) {
    for (int i = 0; i < count; i++) {
      sample(next(radians));
    }
  }

  /** The next sample of the oscillation. */
  public TrainingSample next(double radians) {
    return next(radians, 1);
  }

  private TrainingSample next(double radians, double weight) {
    int horizon = configuration.windows().horizon();
    float[] values = new float[STEPS + horizon];
    long[] times = new long[STEPS + horizon];
    for (int s = 0; s < values.length; s++) {
      values[s] = (float) (20 + 5 * Math.sin(phase + radians * s));
      times[s] = START.toEpochMilli() + 1_000L * (step + s);
    }
    phase += radians;
    step++;
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, 1, 0, STEPS),
        FeatureWindow.over(values, times, 1, STEPS, horizon),
        weight);
  }

  public void sample(TrainingSample sample) {
    sample("default", sample);
  }

  public void sample(String modelName, TrainingSample sample) {
    samples.pipeInput(
        modelName,
        new SampleSerde().serializer().serialize("t", sample),
        sample.following().lastTimeMs());
  }

  /** A record as it should not be. */
  public void brokenSample(byte[] value) {
    samples.pipeInput("default", value, START.toEpochMilli());
  }

  /** Any record at all. */
  public void push(String topic, byte[] key, byte[] value) {
    raw.computeIfAbsent(
            topic,
            name ->
                driver.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer()))
        .pipeInput(key, value, START.toEpochMilli());
  }

  /** Sums of live errors, an hour after the last. */
  public void scores(String hash, long count, double network, double persistence) {
    scoredTo = scoredTo.plus(Duration.ofHours(1));
    scores(scoredTo.toEpochMilli(), hash, count, network, persistence);
  }

  /** Sums of live errors up to an event time. */
  public void scores(long toMs, String hash, long count, double network, double persistence) {
    ModelScores sums =
        new ModelScores(
            "0_0",
            toMs,
            Map.of(hash, new ModelScores.Sums(count, network, network, persistence, 0, 0)));
    scores.pipeInput(
        "default", new ModelScoresSerde().serializer().serialize("t", sums), START.toEpochMilli());
  }

  /** Gives a command; returns its id. */
  public String command(ModelCommand.Kind kind, String hash) {
    String id = "command-" + ++commandsGiven;
    command(id, kind, hash);
    return id;
  }

  public void command(String id, ModelCommand.Kind kind, String hash) {
    ModelCommand command =
        new ModelCommand(id, kind, Optional.ofNullable(hash), START.toEpochMilli());
    commands.pipeInput(
        "default",
        new ModelCommandSerde().serializer().serialize("t", command),
        START.toEpochMilli());
  }

  public void advance(Duration duration) {
    for (long s = 0; s < duration.toSeconds(); s++) {
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }
  }

  /** Lets go of what the stores logged; Kafka's driver keeps it for whoever reads it. */
  public void dropChangelogs() {
    for (String topic : driver.producedTopicNames()) {
      if (topic.endsWith("-changelog")) {
        driver
            .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList();
      }
    }
  }

  /** The events since the last call. */
  public List<ModelEvent> events() {
    List<ModelEvent> read = new ArrayList<>();
    events.readValuesToList().forEach(bytes -> read.add(ModelEventSerde.read(bytes)));
    return read;
  }

  /** The events of a kind since the last call. */
  public List<ModelEvent> events(ModelEvent.Kind kind) {
    return events().stream().filter(event -> event.kind() == kind).toList();
  }

  /** The records of {@code models} since the last call, in order. */
  public List<KeyValue<String, byte[]>> modelRecords() {
    List<KeyValue<String, byte[]>> records = models.readKeyValuesToList();
    records.forEach(
        record -> {
          if (record.value == null) {
            table.remove(record.key);
          } else {
            table.put(record.key, record.value);
          }
        });
    return records;
  }

  /** What {@code models} holds after compaction. */
  public Map<String, byte[]> models() {
    modelRecords();
    return table;
  }

  /** The pointer in {@code models}; null while there is none. */
  public ModelPointer pointer() {
    byte[] value = models().get("champion/default");
    return value == null ? null : ModelPointerSerde.read(value);
  }

  public String champion() {
    ModelPointer pointer = pointer();
    return pointer == null ? null : pointer.champion();
  }

  /** The champion's artifact, as every forecasting instance would read it. */
  public ModelArtifact artifact() throws InvalidArtifactException {
    return ModelArtifact.read(models().get("artifact/" + champion()));
  }

  @Override
  public void close() {
    driver.close();
  }

  /** The plan of an application that no model is given. */
  static RetrainPlan plan(Configuration configuration, FeatureSchema schema) {
    return RetrainPlan.of(configuration, schema, Optional.empty());
  }
}

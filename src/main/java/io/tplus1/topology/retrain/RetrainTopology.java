package io.tplus1.topology.retrain;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.config.ExpertSettings;
import io.tplus1.config.RetrainSettings;
import io.tplus1.config.TopicSettings;
import io.tplus1.expert.LinearShape;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Learning;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelRegistry;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastTopology;
import io.tplus1.topology.SampleRows;
import io.tplus1.topology.state.LinearShapes;
import io.tplus1.train.SampleBuffer;
import io.tplus1.train.Throttle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The side topology: {@code training-samples, model-scores, model-commands → retrain → models,
 * model-events}.
 *
 * <p>The three inputs have the same number of partitions and the model's name as key, so that one
 * task sees all of a model. Names of nodes and stores are the upgrade contract; they differ from
 * those of the forecast topology, so that tests and replays build both in one.
 */
public final class RetrainTopology {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainTopology.class);

  /** Source of training samples. */
  static final String SAMPLES = "retrain-training-samples";

  /** Source of matured errors by model. */
  static final String SCORES = "retrain-model-scores";

  /** Source of commands. */
  static final String COMMANDS = "retrain-model-commands";

  /** Processor that learns, judges and decides. */
  static final String RETRAIN = "retrain";

  /** Sink of artifacts, pointers and linear parts. */
  static final String MODELS = "retrain-models";

  /** Sink of events. */
  static final String EVENTS = "retrain-model-events";

  /** Key-value store of kept samples, key: sequence number. */
  public static final String BUFFER = "retrain-samples";

  /** Key-value store of the history of models; see {@link ModelHistory}. */
  public static final String HISTORY = "retrain-history";

  /** Key-value store of what goes on learning: the networks' state, sums of the linear experts. */
  public static final String LEARNER = "retrain-learner";

  /** The stores, which all have changelogs. */
  public static final List<String> STORES = List.of(BUFFER, HISTORY, LEARNER);

  /** As in {@link ForecastTopology}: brokers must not judge changelogs by event time. */
  private static final Map<String, String> CHANGELOG =
      Map.of("message.timestamp.type", "LogAppendTime");

  /** What the side topology is built of, as the configuration says. */
  public static final class Plan {
    final String modelName;
    final Trainer.Task task;
    final TrainingSettings training;
    final double validation;
    final RetrainSettings retrain;
    final Map<String, LinearShape> linear;
    final int linearEvery;
    final List<String> traced;
    final SampleRows rows;
    final boolean inMemory;
    final boolean byRecordTime;
    final Optional<ModelArtifact> first;
    private final Map<String, String> topics;

    private Plan(
        Configuration configuration,
        FeatureSchema schema,
        boolean byRecordTime,
        Optional<ModelArtifact> first) {
      int horizon = configuration.windows().horizon();
      ExpertSettings experts = configuration.experts();
      this.modelName = configuration.modelName();
      this.task = configuration.task(schema);
      this.training = configuration.training();
      this.validation = configuration.validationFraction();
      this.retrain = configuration.retrain();
      this.linear = new TreeMap<>();
      for (Expert expert : experts.shared(schema)) {
        linear.put(expert.toString(), LinearShapes.of(expert, experts, schema, horizon));
      }
      this.linearEvery = experts.linearEvery();
      this.traced = Expert.names(experts.traced());
      this.rows = SampleRows.of(configuration, schema);
      this.inMemory = configuration.windows().inMemory();
      this.byRecordTime = byRecordTime;
      this.first = first;
      TopicSettings names = configuration.topics();
      this.topics =
          Map.of(
              SAMPLES, names.name(TopicContracts.TRAINING_SAMPLES),
              SCORES, names.name(TopicContracts.MODEL_SCORES),
              COMMANDS, names.name(TopicContracts.MODEL_COMMANDS),
              MODELS, names.name(TopicContracts.MODELS),
              EVENTS, names.name(TopicContracts.MODEL_EVENTS));
    }

    /**
     * What the configuration asks for, with the schema that the caller has completed.
     *
     * @throws org.apache.kafka.common.config.ConfigException if settings do not fit each other
     */
    public static Plan of(Configuration configuration, FeatureSchema schema) {
      return of(configuration, schema, Optional.empty());
    }

    /**
     * The same, beginning with a model.
     *
     * @param first becomes the champion where there is none yet, such as that of {@code model.file}
     */
    public static Plan of(
        Configuration configuration, FeatureSchema schema, Optional<ModelArtifact> first) {
      return new Plan(configuration, schema, false, first);
    }

    /** The same for a replay: the time is that of the records, not that of the clock. */
    public static Plan ofReplay(Configuration configuration, FeatureSchema schema) {
      return new Plan(configuration, schema, true, Optional.empty());
    }

    /** Why an artifact could not serve this stream; empty if it could. */
    Optional<String> misfit(ModelManifest manifest) {
      return new ModelRegistry(task.schema(), task.steps(), task.horizon(), Optional.of(traced))
          .misfit(manifest);
    }

    /** Estimate of the heap that a sample of a whole window takes, in bytes. */
    long wholeSampleBytes() {
      int features = task.schema().size();
      int width = features + traced.size() * task.schema().targets().size();
      return SampleBuffer.bytes(task.steps(), width, task.horizon(), features);
    }

    /** Samples that are kept as the newest; without networks, those that linear experts need. */
    int newestSamples() {
      int newest = retrain.buffer().newest();
      return retrain.trains() ? newest : Math.min(newest, Math.max(2, linearEvery));
    }
  }

  /**
   * What the side topology works with.
   *
   * @param learning makes networks that are refreshed
   * @param trainer trains whole networks
   * @param loader makes forecasters of artifacts
   * @param executor runs trainings, one at a time; one that runs them on the calling thread makes
   *     everything deterministic. It belongs to the caller, who closes it after the topology.
   * @param nanoClock by which trainings are throttled and limited, such as {@link System#nanoTime};
   *     one that stands still where trainings must not depend on time
   * @param sleeper lets a training thread wait
   * @param counters told what happens
   */
  public record Tools(
      Learning learning,
      Trainer trainer,
      ModelLoader loader,
      Executor executor,
      LongSupplier nanoClock,
      Throttle.Sleeper sleeper,
      RetrainCounters counters) {}

  private RetrainTopology() {}

  /** Builds the side topology as an application of its own. */
  public static Topology build(Plan plan, Tools tools) {
    Topology topology = new Topology();
    addTo(topology, plan, tools);
    return topology;
  }

  /**
   * Adds the side topology to another, such as the forecast topology in one test driver. It brings
   * no global store: what it needs of models is in its own state.
   */
  public static void addTo(Topology topology, Plan plan, Tools tools) {
    if (plan.retrain.trains()) {
      warn(plan, tools.learning());
    }
    TimestampExtractor recordTime = (record, partitionTime) -> Math.max(0, record.timestamp());
    // A task takes the oldest record first: commands, of today, would wait until no sample of years
    // ago is left. Nor does one move the time of a replay.
    TimestampExtractor first = (record, partitionTime) -> 0;
    addSource(topology, plan, SAMPLES, recordTime, RetrainInput.samples());
    addSource(topology, plan, SCORES, recordTime, RetrainInput.scores());
    addSource(topology, plan, COMMANDS, first, RetrainInput.commands());
    topology.addProcessor(
        RETRAIN, () -> new RetrainProcessor(plan, tools), SAMPLES, SCORES, COMMANDS);
    topology.addStateStore(
        store(BUFFER, plan.inMemory, Serdes.Long(), new SampleSerde()).withCachingDisabled(),
        RETRAIN);
    topology.addStateStore(
        store(HISTORY, plan.inMemory, Serdes.String(), Serdes.ByteArray()).withCachingEnabled(),
        RETRAIN);
    topology.addStateStore(
        store(LEARNER, plan.inMemory, Serdes.String(), Serdes.ByteArray()).withCachingDisabled(),
        RETRAIN);
    topology.addSink(
        MODELS,
        plan.topics.get(MODELS),
        new StringSerializer(),
        new ByteArraySerializer(),
        RETRAIN);
    topology.addSink(
        EVENTS,
        plan.topics.get(EVENTS),
        new StringSerializer(),
        new ModelEventSerde().serializer(),
        RETRAIN);
  }

  /** Says before any training begins what some would fail of; that others go on is up to them. */
  private static void warn(Plan plan, Learning learning) {
    Optional<String> never = NextTraining.tooLarge(plan, learning, plan.wholeSampleBytes());
    String then =
        never.isPresent()
            ? "no training begins"
            : "with whole windows fewer samples are kept than retrain.buffer and retrain.reservoir say";
    Optional<String> why = never.or(() -> NextTraining.fewer(plan, learning));
    if (why.isPresent()) {
      LOG.warn("Model {}: {}: {}", plan.modelName, then, why.get());
    }
    long bytes;
    try {
      bytes = learning.weightBytes(plan.task, plan.training);
    } catch (IllegalArgumentException e) {
      return; // Settings that no network fits: each training says so.
    }
    if (bytes > ModelArtifact.MAX_BYTES) {
      LOG.warn(
          "Model {}: new networks, as train.* describes them, would have {} bytes of weights alone, at most {} are sent: lower train.hidden, or train.members; only networks that are there can learn on",
          plan.modelName,
          bytes,
          ModelArtifact.MAX_BYTES);
    }
  }

  private static void addSource(
      Topology topology,
      Plan plan,
      String name,
      TimestampExtractor times,
      Deserializer<RetrainInput> values) {
    topology.addSource(
        AutoOffsetReset
            .earliest(), // What came before the first start is to be learnt, or answered.
        name,
        times,
        new StringDeserializer(),
        values,
        plan.topics.get(name));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, boolean inMemory, Serde<K> keys, Serde<V> values) {
    KeyValueBytesStoreSupplier supplier =
        inMemory ? Stores.inMemoryKeyValueStore(name) : Stores.persistentKeyValueStore(name);
    return Stores.keyValueStoreBuilder(supplier, keys, values).withLoggingEnabled(CHANGELOG);
  }
}

package io.tplus1.topology.retrain;

import io.tplus1.model.Learning;
import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topic.StoreContract;
import io.tplus1.topic.TopicContracts;
import java.util.Optional;
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
 * task sees all of a model.
 */
public final class RetrainTopology {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainTopology.class);

  private RetrainTopology() {}

  /** Builds the side topology as an application of its own. */
  public static Topology build(RetrainPlan plan, RetrainTools tools) {
    Topology topology = new Topology();
    addTo(topology, plan, tools);
    return topology;
  }

  /**
   * Adds the side topology to another, such as the forecast topology in one test driver. It brings
   * no global store: what it needs of models is in its own state.
   */
  public static void addTo(Topology topology, RetrainPlan plan, RetrainTools tools) {
    if (plan.retrain.trains()) {
      warn(plan, tools.learning());
    }
    TimestampExtractor recordTime = (record, partitionTime) -> Math.max(0, record.timestamp());
    // A task takes the oldest record first: commands, of today, would wait until no sample of years
    // ago is left. Nor does one move the time of a replay.
    TimestampExtractor first = (record, partitionTime) -> 0;
    addSource(
        topology,
        plan,
        RetrainNodes.SAMPLES,
        TopicContracts.TRAINING_SAMPLES,
        recordTime,
        RetrainInput.samples());
    addSource(
        topology,
        plan,
        RetrainNodes.SCORES,
        TopicContracts.MODEL_SCORES,
        recordTime,
        RetrainInput.scores());
    addSource(
        topology,
        plan,
        RetrainNodes.COMMANDS,
        TopicContracts.MODEL_COMMANDS,
        first,
        RetrainInput.commands());
    topology.addProcessor(
        RetrainNodes.RETRAIN,
        () -> new RetrainProcessor(plan, tools),
        RetrainNodes.SAMPLES,
        RetrainNodes.SCORES,
        RetrainNodes.COMMANDS);
    topology.addStateStore(
        store(RetrainNodes.BUFFER, plan, Serdes.Long(), new SampleSerde()).withCachingDisabled(),
        RetrainNodes.RETRAIN);
    topology.addStateStore(
        store(RetrainNodes.HISTORY, plan, Serdes.String(), Serdes.ByteArray()).withCachingEnabled(),
        RetrainNodes.RETRAIN);
    topology.addStateStore(
        store(RetrainNodes.LEARNER, plan, Serdes.String(), Serdes.ByteArray())
            .withCachingDisabled(),
        RetrainNodes.RETRAIN);
    topology.addSink(
        RetrainNodes.MODELS,
        plan.topics.name(TopicContracts.MODELS),
        new StringSerializer(),
        new ByteArraySerializer(),
        RetrainNodes.RETRAIN);
    topology.addSink(
        RetrainNodes.EVENTS,
        plan.topics.name(TopicContracts.MODEL_EVENTS),
        new StringSerializer(),
        new ModelEventSerde().serializer(),
        RetrainNodes.RETRAIN);
  }

  /** Most bytes of heap that samples and trainings come to, by estimate. */
  public static long heapBytes(RetrainPlan plan, Learning learning) {
    return new TrainingRoom(plan, learning, plan.first).most();
  }

  /** Says before any training begins what some would fail of; that others go on is up to them. */
  private static void warn(RetrainPlan plan, Learning learning) {
    TrainingRoom room = new TrainingRoom(plan, learning, plan.first);
    Optional<String> never = room.never();
    String then =
        never.isPresent()
            ? "no training begins"
            : "with whole windows fewer samples are kept than retrain.buffer and retrain.reservoir say";
    Optional<String> why = never.or(room::fewer);
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
      RetrainPlan plan,
      String name,
      String topic,
      TimestampExtractor times,
      Deserializer<RetrainInput> values) {
    topology.addSource(
        AutoOffsetReset
            .earliest(), // What came before the first start is to be learnt, or answered.
        name,
        times,
        new StringDeserializer(),
        values,
        plan.topics.name(topic));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, RetrainPlan plan, Serde<K> keys, Serde<V> values) {
    KeyValueBytesStoreSupplier supplier =
        plan.inMemory ? Stores.inMemoryKeyValueStore(name) : Stores.persistentKeyValueStore(name);
    return Stores.keyValueStoreBuilder(supplier, keys, values)
        .withLoggingEnabled(StoreContract.ofValues(name).configs(plan.topics.segmentBytesSet()));
  }
}

package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.SampleSchema;
import io.tplus1.serde.SampleSerde;
import io.tplus1.train.Throttle;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * {@link RetrainProcessor} on stores that outlive it, because the driver deletes its state when it
 * closes: tasks may be restarted, revived and thrown back to what was committed.
 */
final class RetrainRig implements AutoCloseable {
  private final MockProcessorContext<String, Object> context;
  private final RetrainCounters counters;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private Map<String, String> settings;
  private Optional<ModelArtifact> first = Optional.empty();
  private ModelLoader loader = new RnnModelLoader();
  private RetrainProcessor processor;
  private KeyValueStore<Long, TrainingSample> samples;
  private KeyValueStore<String, byte[]> history;
  private KeyValueStore<String, byte[]> learner;

  RetrainRig(File stateDir, Map<String, String> settings, Executor executor) {
    this(stateDir, settings, executor, () -> 0);
  }

  RetrainRig(
      File stateDir, Map<String, String> settings, Executor executor, LongSupplier nanoClock) {
    this(stateDir, settings, executor, nanoClock, 0, new RetrainCounters());
  }

  /** The task of another partition in the process of a first one. */
  RetrainRig(File stateDir, Map<String, String> settings, int partition, RetrainRig first) {
    this(stateDir, settings, first.executor, first.nanoClock, partition, first.counters);
  }

  private RetrainRig(
      File stateDir,
      Map<String, String> settings,
      Executor executor,
      LongSupplier nanoClock,
      int partition,
      RetrainCounters counters) {
    this.counters = counters;
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rig");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    this.context = new MockProcessorContext<>(properties, new TaskId(0, partition), stateDir);
    this.executor = executor;
    this.nanoClock = nanoClock;
    this.settings = settings;
    context.setCurrentSystemTimeMs(RetrainDriver.START.toEpochMilli());
    samples = open(RetrainNodes.BUFFER, Serdes.Long(), new SampleSerde());
    history = open(RetrainNodes.HISTORY, Serdes.String(), Serdes.ByteArray());
    learner = open(RetrainNodes.LEARNER, Serdes.String(), Serdes.ByteArray());
    restart();
  }

  private <K, V> KeyValueStore<K, V> open(String name, Serde<K> keys, Serde<V> values) {
    KeyValueStore<K, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    return store;
  }

  /** Another instance on the state that the last one left. */
  void restart() {
    counters.buffer(new RetrainCounters.Buffer(0, 0, 0)); // The process before held it.
    livePunctuators().forEach(CapturedPunctuator::cancel);
    Configuration configuration = new Configuration(settings);
    processor =
        new RetrainProcessor(
            RetrainPlan.of(configuration, configuration.schema(), first),
            new RetrainTools(
                new RnnLearning(),
                new RnnTrainer(),
                loader,
                executor,
                nanoClock,
                (Throttle.Sleeper) nanos -> Thread.sleep(0, 1),
                counters));
    processor.init(context);
  }

  /** As {@link #restart()}, given a model to begin with. */
  void restartWith(ModelArtifact model) {
    first = Optional.of(model);
    restart();
  }

  /** As {@link #restart()}, with another way to load what is kept. */
  void restart(ModelLoader other) {
    loader = other;
    restart();
  }

  /** As {@link #restart()}, with other settings. */
  void restart(Map<String, String> others) {
    settings = others;
    restart();
  }

  /** The same processor again, as after an abort: Kafka Streams keeps what it has scheduled. */
  void revive() {
    processor.init(context);
    assertThat(livePunctuators()).hasSize(1);
  }

  /** What the stores hold, as a commit would keep it. */
  List<List<KeyValue<Object, byte[]>>> commit() {
    List<List<KeyValue<Object, byte[]>>> stores = new ArrayList<>();
    SampleSerde serde = new SampleSerde();
    List<KeyValue<Object, byte[]>> kept = new ArrayList<>();
    try (KeyValueIterator<Long, TrainingSample> all = samples.all()) {
      all.forEachRemaining(
          entry ->
              kept.add(KeyValue.pair(entry.key, serde.serializer().serialize("", entry.value))));
    }
    stores.add(kept);
    for (KeyValueStore<String, byte[]> store : List.of(history, learner)) {
      List<KeyValue<Object, byte[]>> entries = new ArrayList<>();
      try (KeyValueIterator<String, byte[]> all = store.all()) {
        all.forEachRemaining(entry -> entries.add(KeyValue.pair(entry.key, entry.value)));
      }
      stores.add(entries);
    }
    return stores;
  }

  /** Number of samples that are kept. */
  int kept() {
    return commit().get(0).size();
  }

  /** An artifact that is kept. */
  ModelArtifact artifact(String hash) throws InvalidArtifactException {
    return ModelArtifact.read(new ModelHistory(history, 1).bytes(hash));
  }

  /** Hash of the model that serves. */
  String champion() {
    return new ModelHistory(history, 1).champion();
  }

  /** On how many samples the gate has compared so far. */
  long gateSamples() {
    Configuration configuration = new Configuration(settings);
    RetrainPlan plan = RetrainPlan.of(configuration, configuration.schema(), Optional.empty());
    RetrainProgress progress = new RetrainProgress(plan.retrain, plan.task, List.of());
    progress.load(history);
    return progress.gate.count();
  }

  /** Throws the stores back to what was committed. */
  void abort(List<List<KeyValue<Object, byte[]>>> committed) {
    List<List<KeyValue<Object, byte[]>>> now = commit();
    now.get(0).forEach(entry -> samples.delete((Long) entry.key));
    now.get(1).forEach(entry -> history.delete((String) entry.key));
    now.get(2).forEach(entry -> learner.delete((String) entry.key));
    committed.get(0).forEach(entry -> samples.put((Long) entry.key, SampleSerde.read(entry.value)));
    committed.get(1).forEach(entry -> history.put((String) entry.key, entry.value));
    committed.get(2).forEach(entry -> learner.put((String) entry.key, entry.value));
  }

  /** Throws back what at least once is written at a commit alone, as a crash would. */
  void crash(List<List<KeyValue<Object, byte[]>>> committed) {
    commit().get(1).forEach(entry -> history.delete((String) entry.key));
    committed.get(1).forEach(entry -> history.put((String) entry.key, entry.value));
    restart();
  }

  void sample(TrainingSample sample) {
    process(new RetrainInput.Sample(sample), sample.following().lastTimeMs());
  }

  /** One that says of which schema it is, and which experts' forecasts its rows hold. */
  void sample(TrainingSample sample, FeatureSchema schema, List<String> traced) {
    processor.process(
        new Record<>(
            settings.getOrDefault("model.name", "default"),
            new RetrainInput.Sample(sample),
            sample.following().lastTimeMs(),
            new SampleSchema(schema, traced).headers()));
  }

  /** Samples as they lie in a partition, the first of them at an offset. */
  void samplesFrom(long offset, List<TrainingSample> inPartition) {
    for (int i = 0; i < inPartition.size(); i++) {
      context.setRecordMetadata("training-samples", 0, offset + i);
      sample(inPartition.get(i));
    }
  }

  /** Errors of a model that served, as they lie in a partition. */
  void scoresAt(long offset, long timeMs, String hash, ModelScores.Sums sums) {
    context.setRecordMetadata("model-scores", 0, offset);
    process(new RetrainInput.Scores(new ModelScores("0_0", timeMs, Map.of(hash, sums))), timeMs);
  }

  /** Errors of a model that served, which say of which schema they are. */
  void scores(String hash, FeatureSchema schema) {
    ModelScores.Sums sums = new ModelScores.Sums(1, 1, 1, 1, 0, 0);
    processor.process(
        new Record<>(
            settings.getOrDefault("model.name", "default"),
            new RetrainInput.Scores(new ModelScores("0_0", 1, Map.of(hash, sums))),
            1,
            new SampleSchema(schema, List.of()).headersOfScores()));
  }

  /** Errors of a model that served, which say nothing of a schema. */
  void scores(String hash) {
    ModelScores.Sums sums = new ModelScores.Sums(1, 1, 1, 1, 0, 0);
    process(new RetrainInput.Scores(new ModelScores("0_0", 1, Map.of(hash, sums))), 1);
  }

  void command(String id, ModelCommand.Kind kind) {
    command(id, kind, Optional.empty());
  }

  void command(String id, ModelCommand.Kind kind, Optional<String> hash) {
    process(new RetrainInput.Command(new ModelCommand(id, kind, hash, 1)), 1);
  }

  /** A record that cannot be read. */
  void broken() {
    process(new RetrainInput.Broken("for a test"), 1);
  }

  private void process(RetrainInput input, long timeMs) {
    String modelName = settings.getOrDefault("model.name", "default");
    processor.process(new Record<>(modelName, input, timeMs));
  }

  void tick(long seconds) {
    context.setCurrentSystemTimeMs(context.currentSystemTimeMs() + 1_000 * seconds);
    livePunctuators().forEach(one -> one.getPunctuator().punctuate(0));
  }

  private List<CapturedPunctuator> livePunctuators() {
    return context.scheduledPunctuators().stream().filter(one -> !one.cancelled()).toList();
  }

  /** The events since the last call; forgets the records of {@code models} as well. */
  List<ModelEvent> events() {
    List<ModelEvent> events = new ArrayList<>();
    for (CapturedForward<? extends String, ?> forward : context.forwarded(RetrainNodes.EVENTS)) {
      events.add((ModelEvent) forward.record().value());
    }
    context.resetForwards();
    return events;
  }

  /** The records that went to {@code models} since {@link #events}, as texts to compare. */
  List<String> models() {
    List<String> records = new ArrayList<>();
    for (CapturedForward<? extends String, ?> forward : context.forwarded(RetrainNodes.MODELS)) {
      records.add(
          forward.record().key() + "=" + Arrays.hashCode((byte[]) forward.record().value()));
    }
    return records;
  }

  RetrainCounters counters() {
    return counters;
  }

  void closeProcessor() {
    processor.close();
  }

  @Override
  public void close() {
    processor.close();
    samples.close();
    history.close();
    learner.close();
  }

  /** Changes what the learner's store holds. */
  KeyValueStore<String, byte[]> learner() {
    return learner;
  }

  /** Samples of a slow oscillation. */
  static List<TrainingSample> oscillation() {
    List<TrainingSample> samples = new ArrayList<>();
    try (RetrainDriver laws = new RetrainDriver(RetrainDriver.REFRESH)) {
      for (int i = 0; i < 200; i++) {
        samples.add(laws.next(RetrainDriver.SLOW));
      }
    }
    return samples;
  }
}

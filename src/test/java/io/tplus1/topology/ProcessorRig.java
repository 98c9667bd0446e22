package io.tplus1.topology;

import io.tplus1.Folders;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.rows.RowKeeping;
import io.tplus1.topology.state.BeforeCommit;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.RigSettings;
import io.tplus1.topology.state.SeriesRoom;
import io.tplus1.topology.state.SeriesState;
import java.io.File;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * {@link ForecastProcessor} on real stores that outlive it, because the driver deletes its state
 * when it closes: settings may change, tasks may be restarted and revived.
 */
final class ProcessorRig implements AutoCloseable {
  private final MockProcessorContext<Object, Object> context;
  private final ForecastCounters counters =
      new ForecastCounters(
          new ForecastListener() {
            @Override
            public void tookUp(int partition) {
              tasks++;
            }

            @Override
            public void letGo(int partition) {
              tasks--;
            }
          });
  private final BeforeCommit beforeCommit = new BeforeCommit();
  private int tasks;
  private final SeriesRoom room;
  private ForecastLayout layout;
  private ModelRegistry registry;
  private ForecastProcessor processor;
  private final List<StateStore> stores = new ArrayList<>();
  private long streamTimeMs = -1;
  private long offset;
  private LoggedStores committed;
  private long committedTimeMs;
  private long committedOffset;

  /** Starts a task that keeps its state in a folder. */
  ProcessorRig(File stateDir, FeatureSchema schema, WindowSettings windows) {
    this(stateDir, schema, RigSettings.of(windows, false));
  }

  /** As above, with all settings. */
  ProcessorRig(File stateDir, FeatureSchema schema, ForecastSettings settings) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rig");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    this.context = new MockProcessorContext<>(properties, new TaskId(0, 0), stateDir);
    context.setCurrentStreamTimeMs(streamTimeMs);
    context.setCurrentSystemTimeMs(0);
    this.room = SeriesRoom.onHeap(new ForecastLayout(schema, settings));
    restart(schema, settings);
  }

  /** Another instance, perhaps with other settings, on the state that the last one left. */
  void restart(FeatureSchema newSchema, WindowSettings newWindows) {
    restart(newSchema, RigSettings.of(newWindows, false));
  }

  /** As above, with all settings. */
  void restart(FeatureSchema newSchema, ForecastSettings newSettings) {
    closeStores();
    livePunctuators().forEach(CapturedPunctuator::cancel);
    this.layout = new ForecastLayout(newSchema, newSettings);
    this.registry = new ModelRegistry(newSettings.fit(newSchema));
    this.processor =
        new ForecastProcessor(
            layout,
            registry,
            counters,
            1_000_000,
            beforeCommit,
            room,
            new ShortHistory.Said(layout));
    makeStores();
    openStores();
    processor.init(context);
  }

  /**
   * The same processor on the same stores, opened anew with what they had: Kafka Streams keeps the
   * objects.
   */
  void revive() {
    stores.forEach(StateStore::close);
    openStores();
    processor.init(context);
  }

  /** Closes the task, perhaps once more. */
  void closeTask() {
    processor.close();
  }

  /** How many tasks have the partition, as who listens knows. */
  int tasks() {
    return tasks;
  }

  /** Nothing of what came so far is aborted any more. */
  void commit() {
    committed = LoggedStores.of(logged());
    committedTimeMs = streamTimeMs;
    committedOffset = offset;
  }

  /**
   * Revives the task after an abort under exactly once: its stores, the same objects, are wiped and
   * restored, and what came since the last {@link #commit} is to come again.
   */
  void abort() {
    stores.forEach(StateStore::close);
    for (File part : Objects.requireNonNull(context.stateDir().listFiles())) {
      Folders.delete(part.toPath());
    }
    openStores();
    committed.restore(logged());
    streamTimeMs = committedTimeMs;
    context.setCurrentStreamTimeMs(streamTimeMs);
    offset = committedOffset;
    processor.init(context);
  }

  private List<StateStore> logged() {
    return stores.stream().filter(store -> !store.name().equals(BeforeCommit.STORE)).toList();
  }

  /** Lays a series' state into its store, as a former release wrote it; for the next start. */
  void storeSeries(String key, byte[] state) {
    closeStores();
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(ForecastStores.SERIES),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    store.put(key, state);
    store.close();
  }

  private void makeStores() {
    for (StoreBuilder<?> builder :
        ForecastStores.builders(layout, beforeCommit, RowKeeping.WITH_TASKS, false)) {
      stores.add(builder.withLoggingDisabled().withCachingDisabled().build());
    }
  }

  private void openStores() {
    for (StateStore store : stores) {
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }
  }

  private void closeStores() {
    stores.forEach(StateStore::close);
    stores.clear();
  }

  ModelRegistry registry() {
    return registry;
  }

  ForecastCounters counters() {
    return counters;
  }

  long streamTimeMs() {
    return streamTimeMs;
  }

  SeriesState state(String key) {
    KeyValueStore<String, SeriesState> states = context.getStateStore(ForecastStores.SERIES);
    return states.get(key);
  }

  List<CapturedPunctuator> livePunctuators() {
    return context.scheduledPunctuators().stream().filter(one -> !one.cancelled()).toList();
  }

  /** Lets a second pass. */
  void punctuate() {
    punctuate(1_000);
  }

  void punctuate(long passedMs) {
    long nowMs = context.currentSystemTimeMs() + passedMs;
    context.setCurrentSystemTimeMs(nowMs);
    livePunctuators().forEach(one -> one.getPunctuator().punctuate(nowMs));
  }

  /** Moves stream time, as another series' vector would. */
  void advanceStreamTime(long timeMs) {
    streamTimeMs = Math.max(streamTimeMs, timeMs);
    context.setCurrentStreamTimeMs(streamTimeMs);
  }

  void process(String key, long timeMs, float... values) {
    advanceStreamTime(timeMs);
    DecodedRecord vector = DecodedRecord.vector(new byte[0], values, timeMs);
    vector.settleTime(timeMs, timeMs);
    context.setRecordMetadata("features", 0, offset++);
    processor.process(new Record<>(key, vector, timeMs));
  }

  /** Moves the task's wall clock. */
  void setWallClock(long timeMs) {
    context.setCurrentSystemTimeMs(timeMs);
  }

  /** What was forwarded to a child since the last call, to whichever child that was. */
  <T> List<T> take(String child, Class<T> type) {
    List<T> values = forwarded(child, type);
    context.resetForwards();
    return values;
  }

  /** Everything that was forwarded since the last call, in order. */
  List<Object> takeAll() {
    List<Object> values = new ArrayList<>();
    context.forwarded().forEach(one -> values.add(one.record().value()));
    context.resetForwards();
    return values;
  }

  /** The rows that the store of vectors holds of a series, oldest first. */
  List<FeatureVector> stored(String key) {
    WindowStore<String, float[]> vectors = context.getStateStore(ForecastStores.VECTORS);
    List<FeatureVector> rows = new ArrayList<>();
    try (WindowStoreIterator<float[]> all = vectors.fetch(key, 0, Long.MAX_VALUE)) {
      all.forEachRemaining(next -> rows.add(new FeatureVector(next.key, next.value)));
    }
    return rows;
  }

  /** Loses a row of a series, as a damaged block of the store may. */
  void lose(String key, long timeMs) {
    WindowStore<String, float[]> vectors = context.getStateStore(ForecastStores.VECTORS);
    vectors.put(key, null, timeMs);
  }

  /** Names of what is stored of the pool, in order. */
  List<String> pooled() {
    KeyValueStore<String, byte[]> pool = context.getStateStore(ForecastStores.POOL);
    List<String> parts = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = pool.all()) {
      all.forEachRemaining(next -> parts.add(next.key));
    }
    return parts;
  }

  /** What is counted of each context, its bytes and theirs in hexadecimal. */
  Map<String, String> counted() {
    KeyValueStore<Bytes, byte[]> contexts = context.getStateStore(ForecastStores.CONTEXTS);
    HexFormat hex = HexFormat.of();
    Map<String, String> counts = new TreeMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = contexts.all()) {
      all.forEachRemaining(
          next -> counts.put(hex.formatHex(next.key.get()), hex.formatHex(next.value)));
    }
    return counts;
  }

  /** The scores since the last call. */
  List<Score> scores() {
    List<Score> scores = forwarded(ForecastNodes.SCORES, Score.class);
    context.resetForwards();
    return scores;
  }

  /** The predictions since the last call. */
  List<Prediction> predictions() {
    List<Prediction> predictions = forwarded(ForecastNodes.PREDICTIONS, Prediction.class);
    context.resetForwards();
    return predictions;
  }

  private <T> List<T> forwarded(String child, Class<T> type) {
    return context.forwarded(child).stream().map(one -> type.cast(one.record().value())).toList();
  }

  @Override
  public void close() {
    closeStores();
  }
}

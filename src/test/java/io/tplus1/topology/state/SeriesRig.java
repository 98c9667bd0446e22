package io.tplus1.topology.state;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.topology.rows.RowKeeping;
import java.io.File;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/** The series of one task, on RocksDB if nothing else is said, where no commit comes unasked. */
final class SeriesRig implements AutoCloseable {
  /** A horizon for which states may come to be large. */
  static final int LONG_HORIZON = 130;

  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  private final FeatureSchema schema;
  private final int horizon;
  private final int experts;
  private final List<StateStore> opened = new ArrayList<>();
  final WindowStore<String, float[]> vectors;
  final KeyValueStore<String, SeriesState> states;
  final SeriesStores series;

  /** Most bytes that a state may take. */
  final long mostBytes;

  private final List<SeriesCount> counts = new ArrayList<>();

  /** How many series were dropped. */
  int dropped;

  /** How often a window was not what its series' state says. */
  int lost;

  /** How many states whoever passes over all of them has read. */
  int passed;

  /** How often a commit was asked for. */
  int asked;

  SeriesRig(File directory, int onHeap) {
    this(directory, onHeap, new SeriesRoom(Long.MAX_VALUE, 1));
  }

  SeriesRig(File directory, int onHeap, SeriesRoom room) {
    this(directory, SCHEMA, 1, onHeap, room);
  }

  /** Series of seven features, forecast far ahead. */
  static SeriesRig ofLongHorizon(File directory, int onHeap) {
    return ofHorizon(directory, LONG_HORIZON, onHeap);
  }

  /** Series of seven features. */
  static SeriesRig ofHorizon(File directory, int horizon, int onHeap) {
    FeatureSchema seven = FeatureSchema.ofNumbers("a", "b", "c", "d", "e", "f", "g");
    return new SeriesRig(directory, seven, horizon, onHeap, new SeriesRoom(Long.MAX_VALUE, 1));
  }

  /** Series of one feature in memory. */
  static SeriesRig inMemory(File directory, int onHeap) {
    SeriesRoom room = new SeriesRoom(Long.MAX_VALUE, 1);
    return new SeriesRig(directory, SCHEMA, 1, true, onHeap, room);
  }

  private SeriesRig(
      File directory, FeatureSchema schema, int horizon, int onHeap, SeriesRoom room) {
    this(directory, schema, horizon, false, onHeap, room);
  }

  private SeriesRig(
      File directory,
      FeatureSchema schema,
      int horizon,
      boolean inMemory,
      int onHeap,
      SeriesRoom room) {
    this.schema = schema;
    this.horizon = horizon;
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "stores");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<Object, Object> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory);
    ForecastSettings settings =
        RigSettings.of(RigSettings.windows(3, horizon, 1_000, 1_000, inMemory, onHeap), false);
    ForecastLayout layout = new ForecastLayout(schema, settings);
    for (StoreBuilder<?> builder :
        ForecastStores.builders(layout, new BeforeCommit(), RowKeeping.WITH_TASKS, false)) {
      StateStore store = builder.withLoggingDisabled().withCachingDisabled().build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
      opened.add(store);
    }
    context.setRecordMetadata("features", 0, 0);
    vectors = context.getStateStore(ForecastStores.VECTORS);
    states = context.getStateStore(ForecastStores.SERIES);
    this.experts = layout.roster().size();
    mostBytes = layout.states().mostBytes();
    series =
        new SeriesStores(layout, new Listener(), vectors, counting(states), room, () -> asked++);
  }

  @SuppressWarnings("unchecked")
  private KeyValueStore<String, SeriesState> counting(KeyValueStore<String, SeriesState> store) {
    return proxy(
        KeyValueStore.class,
        (proxy, method, arguments) -> {
          Object result = method.invoke(store, arguments);
          return method.getName().equals("range")
              ? counting((KeyValueIterator<String, SeriesState>) result)
              : result;
        });
  }

  @SuppressWarnings("unchecked")
  private KeyValueIterator<String, SeriesState> counting(
      KeyValueIterator<String, SeriesState> states) {
    return proxy(
        KeyValueIterator.class,
        (proxy, method, arguments) -> {
          passed += method.getName().equals("next") ? 1 : 0;
          return method.invoke(states, arguments);
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(SeriesRig.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** How many series are kept, as far as they are counted. */
  long kept() {
    return counts.stream().mapToLong(SeriesCount::get).sum();
  }

  /** Takes a series' next vector. */
  SeriesOnHeap.Entry speaks(String key, long timeMs) {
    SeriesOnHeap.Entry found = series.find(key, timeMs);
    SeriesOnHeap.Entry entry = found == null ? series.create(key, timeMs) : found;
    series.goOn(entry);
    float[] row = new float[schema.size()];
    Arrays.fill(row, (float) timeMs);
    entry.ring().append(timeMs, row);
    series.append(entry);
    series.changed(entry);
    return entry;
  }

  /** Takes a series' next vector, with as many forecasts that wait as there can be. */
  void speaksWithForecasts(String key, long timeMs) {
    SeriesOnHeap.Entry entry = speaks(key, timeMs);
    int values = horizon * schema.outputWidth();
    for (int answered = horizon - 1; answered >= 0; answered--) {
      PendingForecast forecast =
          new PendingForecast(
              timeMs,
              ForecastStatus.OK,
              "",
              answered,
              new float[schema.targets().size()],
              new float[values],
              new float[experts][values],
              new float[0],
              new float[0]);
      entry.state().pending().addLast(forecast);
    }
  }

  private final class Listener implements SeriesListener {
    @Override
    public void keeps(SeriesCount count) {
      counts.add(count);
    }

    @Override
    public void keepsNoMore(SeriesCount count) {
      counts.remove(count);
    }

    @Override
    public void rebuilt() {}

    @Override
    public void lost() {
      lost++;
    }

    @Override
    public void dropped(int waiting) {
      dropped++;
    }
  }

  @Override
  public void close() {
    opened.forEach(StateStore::close);
    opened.clear();
  }

  /** So many series speak, {@code s0} and so on. */
  void speakAll(int many, long timeMs) {
    for (int i = 0; i < many; i++) {
      speaks("s" + i, timeMs);
    }
  }

  /** Room of a process of so many tasks, of which one is still to come. */
  static SeriesRoom roomOf(int tasks) {
    SeriesRoom room = new SeriesRoom(Long.MAX_VALUE, 1);
    for (int task = 1; task < tasks; task++) {
      room.join();
    }
    return room;
  }
}

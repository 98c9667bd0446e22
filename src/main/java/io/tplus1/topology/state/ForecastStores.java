package io.tplus1.topology.state;

import io.tplus1.config.WindowSettings;
import io.tplus1.serde.VectorSerde;
import io.tplus1.topic.StoreContract;
import io.tplus1.topology.rows.RowKeeping;
import io.tplus1.topology.rows.RowSupplier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The stores of the forecast topology.
 *
 * <p>Their names are the upgrade contract: changelogs are named after them.
 */
public final class ForecastStores {
  /** Window store of vectors, key: series and event time. */
  public static final String VECTORS = "vectors";

  /** Key-value store of series' states, key: series. */
  public static final String SERIES = "series";

  /**
   * Key-value store of what all series together have learnt: their mix, what is stacked on it, and
   * their intervals.
   */
  public static final String POOL = "pool";

  /** Key-value store of what followed which symbols, where they are counted. */
  public static final String CONTEXTS = "contexts";

  /** Order of keys in the stores: that of their bytes. */
  public static final Comparator<String> KEY_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  /** Kafka's default of {@code windowstore.changelog.additional.retention.ms}. */
  private static final Duration ADDED = Duration.ofDays(1);

  private ForecastStores() {}

  /**
   * The stores that have changelogs; which of them there are is the settings' matter.
   *
   * @param additional by how much longer than the store itself Kafka Streams keep rows of windows
   *     in the changelog; empty for their own default, of which less is as well
   */
  public static List<StoreContract> contracts(
      WindowSettings windows, Optional<Duration> additional) {
    return List.of(
        ofVectors(windows, additional),
        StoreContract.ofValues(SERIES),
        StoreContract.ofValues(POOL).asOptional(),
        StoreContract.ofValues(CONTEXTS).asOptional());
  }

  private static StoreContract ofVectors(WindowSettings windows, Optional<Duration> additional) {
    Duration retention = retention(windows);
    Duration most = Duration.ofMillis(Long.MAX_VALUE).minus(retention);
    Duration added = additional.orElse(ADDED);
    Duration made = retention.plus(added.compareTo(most) < 0 ? added : most);
    return StoreContract.ofWindows(VECTORS, additional.isPresent() ? made : retention, made);
  }

  /** A store hides what is exactly as old as its retention, which a window may still hold. */
  private static Duration retention(WindowSettings windows) {
    return windows.retention().plusMillis(1);
  }

  /**
   * The stores of the forecasts, as these settings want them.
   *
   * @param keeping how windows are kept on the disk
   * @param segmentBytesSet whether {@code topic.segment.bytes} is set
   */
  public static List<StoreBuilder<?>> builders(
      ForecastLayout layout,
      BeforeCommit beforeCommit,
      RowKeeping keeping,
      boolean segmentBytesSet) {
    WindowSettings windows = layout.settings().windows();
    List<StoreBuilder<?>> stores = new ArrayList<>();
    stores.add(beforeCommit.store());
    stores.add(vectors(windows, layout.rows(), keeping));
    stores.add(
        keyValue(
                SERIES,
                windows,
                segmentBytesSet,
                Serdes.String(),
                new SeriesStateSerde(layout.states()))
            .withCachingDisabled());
    if (layout.states().isPooled()) {
      stores.add(
          keyValue(POOL, windows, segmentBytesSet, Serdes.String(), Serdes.ByteArray())
              .withCachingDisabled());
    }
    if (layout.roster().countsSymbols()) {
      stores.add(keyValue(CONTEXTS, windows, segmentBytesSet, Serdes.Bytes(), Serdes.ByteArray()));
    }
    return stores;
  }

  /**
   * Event time before which no vector is in a series' window; {@link Long#MIN_VALUE} for none.
   *
   * @param series the store {@link #SERIES}
   */
  public static long windowFromMs(ReadOnlyKeyValueStore<String, ?> series, String key) {
    return series.get(key) instanceof SeriesState state ? state.windowFromMs() : SeriesState.NO_GAP;
  }

  private static StoreBuilder<WindowStore<String, float[]>> vectors(
      WindowSettings windows, RowLayout rows, RowKeeping keeping) {
    return Stores.windowStoreBuilder(
            new RowSupplier(VECTORS, retention(windows), windows.inMemory(), keeping),
            Serdes.String(),
            new VectorSerde(rows.features(), rows.targets(), rows.kinds()))
        .withCachingDisabled()
        .withLoggingEnabled(ofVectors(windows, Optional.empty()).configs(true));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> keyValue(
      String name,
      WindowSettings windows,
      boolean segmentBytesSet,
      Serde<K> keys,
      Serde<V> values) {
    KeyValueBytesStoreSupplier supplier =
        windows.inMemory()
            ? Stores.inMemoryKeyValueStore(name)
            : TrustedStore.of(Stores.persistentKeyValueStore(name));
    return Stores.keyValueStoreBuilder(supplier, keys, values)
        .withCachingEnabled()
        .withLoggingEnabled(StoreContract.ofValues(name).configs(segmentBytesSet));
  }
}

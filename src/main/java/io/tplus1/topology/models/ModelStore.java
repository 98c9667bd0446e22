package io.tplus1.topology.models;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The global store of models: every instance reads all of the topic {@code models}, keeps what is
 * sound in it, and lets the champion of its own model name serve.
 *
 * <p>Kafka Streams reads the topic to its end before any stream thread starts, so that a restarted
 * instance has the champion before its first forecast. Global stores stand outside the transactions
 * of the stream threads; which model made a forecast is what the forecast says.
 */
public final class ModelStore {
  /** The global store, key: as in {@code models}; value: as it came. */
  public static final String MODELS = "models";

  /** Source of the global store. */
  static final String SOURCE = "models";

  /** Processor that checks, keeps and serves. */
  static final String LOAD = "load-models";

  private ModelStore() {}

  /**
   * Adds the global store to a topology, which may have it once.
   *
   * @param topic name of the topic {@code models}
   * @param inMemory whether it lies on the heap; else in RocksDB
   */
  public static void addTo(Topology topology, String topic, boolean inMemory, ModelTools tools) {
    topology.addGlobalStore(
        builder(inMemory),
        SOURCE,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topic,
        LOAD,
        () -> new ModelProcessor(tools));
  }

  static StoreBuilder<KeyValueStore<String, byte[]>> builder(boolean inMemory) {
    KeyValueBytesStoreSupplier supplier =
        inMemory ? Stores.inMemoryKeyValueStore(MODELS) : Stores.persistentKeyValueStore(MODELS);
    return Stores.keyValueStoreBuilder(supplier, Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingDisabled();
  }
}

package io.tplus1.topology.state;

import io.tplus1.topology.rows.OffsetOfStore;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A key-value store that is trusted while it is empty, though it has no offset yet: see {@link
 * OffsetOfStore}.
 *
 * <p>The stream thread opens, closes and writes, any thread reads.
 */
final class TrustedStore implements KeyValueStore<Bytes, byte[]> {
  private final KeyValueStore<Bytes, byte[]> store;

  TrustedStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Stores of a supplier, each of them trusted. */
  static KeyValueBytesStoreSupplier of(KeyValueBytesStoreSupplier supplier) {
    return new Supplier(supplier);
  }

  private record Supplier(KeyValueBytesStoreSupplier beneath)
      implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new TrustedStore(beneath.get());
    }

    @Override
    public String name() {
      return beneath.name();
    }

    @Override
    public String metricsScope() {
      return beneath.metricsScope();
    }
  }

  @Override
  public Long committedOffset(TopicPartition partition) {
    return OffsetOfStore.of(store.committedOffset(partition), store::all);
  }

  @Override
  public void put(Bytes key, byte[] value) {
    store.put(key, value);
  }

  @Override
  public byte[] putIfAbsent(Bytes key, byte[] value) {
    return store.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    store.putAll(entries);
  }

  @Override
  public byte[] delete(Bytes key) {
    return store.delete(key);
  }

  @Override
  public byte[] get(Bytes key) {
    return store.get(key);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return store.range(from, to);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    return store.reverseRange(from, to);
  }

  @Override
  public <PS extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, PS serializer) {
    return store.prefixScan(prefix, serializer);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return store.all();
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseAll() {
    return store.reverseAll();
  }

  @Override
  public long approximateNumEntries() {
    return store.approximateNumEntries();
  }

  @Override
  public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
    return store.query(query, bound, config);
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    store.init(context, root);
  }

  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    store.commit(changelogOffsets);
  }

  @Override
  public void close() {
    store.close();
  }

  // Kafka Streams still asks for it.
  @SuppressWarnings("deprecation")
  @Override
  public boolean managesOffsets() {
    return store.managesOffsets();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public boolean persistent() {
    return store.persistent();
  }

  @Override
  public boolean isOpen() {
    return store.isOpen();
  }

  @Override
  public Position getPosition() {
    return store.getPosition();
  }
}

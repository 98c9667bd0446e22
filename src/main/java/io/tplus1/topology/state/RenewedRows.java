package io.tplus1.topology.state;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * A window store that is made anew whenever it is opened.
 *
 * <p>Kafka Streams opens the same store objects again when it revives a task after an abort, and
 * its window stores keep the newest time that they saw, aborted rows included, as long as the
 * object lives: what lies more than their retention before it is then neither restored nor found.
 *
 * <p>The stream thread opens, closes and writes, any thread reads.
 */
final class RenewedRows implements WindowStore<Bytes, byte[]> {
  private final Supplier<WindowStore<Bytes, byte[]>> supplier;

  /** What is asked before the first opening, as its name, needs one, too. */
  private volatile WindowStore<Bytes, byte[]> store;

  RenewedRows(Supplier<WindowStore<Bytes, byte[]>> supplier) {
    this.supplier = supplier;
    this.store = supplier.get();
  }

  /** Stores of a supplier, each of them renewed. */
  static WindowBytesStoreSupplier of(WindowBytesStoreSupplier supplier) {
    return new LayeredSupplier(supplier, () -> new RenewedRows(supplier::get));
  }

  @Override
  public void put(Bytes key, byte[] value, long timeMs) {
    store.put(key, value, timeMs);
  }

  @Override
  public byte[] fetch(Bytes key, long timeMs) {
    return store.fetch(key, timeMs);
  }

  @Override
  public WindowStoreIterator<byte[]> fetch(Bytes key, long fromMs, long toMs) {
    return store.fetch(key, fromMs, toMs);
  }

  @Override
  public WindowStoreIterator<byte[]> backwardFetch(Bytes key, long fromMs, long toMs) {
    return store.backwardFetch(key, fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> fetch(
      Bytes from, Bytes to, long fromMs, long toMs) {
    return store.fetch(from, to, fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFetch(
      Bytes from, Bytes to, long fromMs, long toMs) {
    return store.backwardFetch(from, to, fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> fetchAll(long fromMs, long toMs) {
    return store.fetchAll(fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFetchAll(long fromMs, long toMs) {
    return store.backwardFetchAll(fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> all() {
    return store.all();
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> backwardAll() {
    return store.backwardAll();
  }

  @Override
  public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
    return store.query(query, bound, config);
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    store = supplier.get();
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

  @Override
  public Long committedOffset(TopicPartition partition) {
    return store.committedOffset(partition);
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

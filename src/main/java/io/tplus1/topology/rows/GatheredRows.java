package io.tplus1.topology.rows;

import io.tplus1.feature.LongKey;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * A window store that gathers rows of a series before it hands them on to the store beneath: rows
 * that lie side by side cost RocksDB half of what scattered ones do.
 *
 * <p>Whoever reads finds everything, since what waits of a series is handed on before the series is
 * read, and all before all are. All is also handed on before the store's offsets are noted, so that
 * after any end the changelog has what is missing; it gets every row at once, from the layer above.
 * At most {@value WaitingRows#MOST_SERIES} series wait; rows of others are handed on at once, for
 * among so many few would gather anyway, and so are those of long keys, which would fill the heap.
 * Nor may rows of more than {@value WaitingRows#MOST_BYTES} bytes: one that finds no room is handed
 * on with those of its series.
 *
 * <p>The store beneath is asked for anew whenever this one is opened. Kafka Streams opens the same
 * store objects again when it revives a task after an abort, and its window stores on the heap keep
 * the newest time that they saw, aborted rows included, as long as the object lives: what lies more
 * than their retention before it is then neither restored nor found.
 *
 * <p>The stream thread opens, closes and writes, any thread reads.
 */
final class GatheredRows implements WindowStore<Bytes, byte[]> {
  /** Rows of a series that are handed on together to RocksDB. */
  static final int TOGETHER = 8;

  private final Supplier<WindowStore<Bytes, byte[]>> beneath;
  private final LongConsumer seen;
  private final int together;
  private final WaitingRows waiting = new WaitingRows();

  /** What is asked before the first opening, as its name, needs one, too. */
  private volatile WindowStore<Bytes, byte[]> store;

  /**
   * @param beneath makes a store
   * @param seen told the time of each row that waits, beside which that store hides what is too old
   * @param together rows of a series that are handed on together; with 1 none waits
   */
  GatheredRows(Supplier<WindowStore<Bytes, byte[]>> beneath, LongConsumer seen, int together) {
    this.beneath = beneath;
    this.seen = seen;
    this.together = together;
    this.store = beneath.get();
  }

  @Override
  public synchronized void put(Bytes key, byte[] value, long timeMs) {
    Objects.requireNonNull(key, "a row must have a key");
    if (together == 1) {
      store.put(key, value, timeMs);
      return;
    }
    boolean isFull = waiting.series() == WaitingRows.MOST_SERIES && !waiting.contains(key);
    if (isFull || LongKey.isLong(key.get())) {
      store.put(key, value, timeMs);
      return;
    }
    seen.accept(timeMs);
    int waits = waiting.add(key, value, timeMs);
    if (waits == together || waiting.bytes() > WaitingRows.MOST_BYTES) {
      waiting.handOn(key, store::put);
    }
  }

  /**
   * The store with all rows of a series in it: more would have whoever looks at one series write
   * those of all others, while its thread waits.
   */
  private WindowStore<Bytes, byte[]> whole(Bytes key) {
    if (waiting.contains(key)) {
      waiting.handOn(key, store::put);
    }
    return store;
  }

  /** The store with everything in it. */
  private WindowStore<Bytes, byte[]> whole() {
    waiting.handAllOn(store::put);
    return store;
  }

  @Override
  public synchronized byte[] fetch(Bytes key, long timeMs) {
    return whole(key).fetch(key, timeMs);
  }

  @Override
  public synchronized WindowStoreIterator<byte[]> fetch(Bytes key, long fromMs, long toMs) {
    return whole(key).fetch(key, fromMs, toMs);
  }

  @Override
  public synchronized WindowStoreIterator<byte[]> backwardFetch(Bytes key, long fromMs, long toMs) {
    return whole(key).backwardFetch(key, fromMs, toMs);
  }

  @Override
  public synchronized KeyValueIterator<Windowed<Bytes>, byte[]> fetch(
      Bytes from, Bytes to, long fromMs, long toMs) {
    return whole().fetch(from, to, fromMs, toMs);
  }

  @Override
  public synchronized KeyValueIterator<Windowed<Bytes>, byte[]> fetchAll(long fromMs, long toMs) {
    return whole().fetchAll(fromMs, toMs);
  }

  @Override
  public synchronized KeyValueIterator<Windowed<Bytes>, byte[]> all() {
    return whole().all();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    store = beneath.get();
    store.init(context, root);
  }

  @Override
  public synchronized void commit(Map<TopicPartition, Long> changelogOffsets) {
    whole().commit(changelogOffsets);
  }

  @Override
  public synchronized void close() {
    try {
      if (store.isOpen()) {
        whole();
      }
    } finally {
      // Also what could not be handed on: it would be found after the next opening.
      waiting.clear();
      store.close();
    }
  }

  @Override
  public Long committedOffset(TopicPartition partition) {
    return OffsetOfStore.of(store.committedOffset(partition), store::all);
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

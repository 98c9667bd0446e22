package io.tplus1.topology.state;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Tells a task when a commit begins, early enough that what it then writes is part of the commit.
 *
 * <p>Kafka Streams has no call for that but one: before it flushes the producer, it writes out what
 * its record cache holds. So a task that has something to write puts a record into a cached store
 * that keeps nothing, and is told when that record arrives. That may be sooner, if the cache is
 * full, or at once, if there is none.
 *
 * <p>One for all tasks of an instance; a task is told by its own stream thread. The record says who
 * asked, so that one that a former owner of the task left behind, and that is written out as its
 * stores are closed, tells nobody else.
 */
public final class BeforeCommit {
  /** The store that keeps nothing. */
  public static final String STORE = "before-commit";

  private static final Bytes KEY = Bytes.wrap(new byte[] {0});

  private final Map<Integer, Runnable> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /** The store that tasks put their record into, see {@link #ask}. */
  StoreBuilder<KeyValueStore<Bytes, byte[]>> store() {
    return Stores.keyValueStoreBuilder(new Supplier(), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled()
        .withLoggingDisabled();
  }

  /**
   * Takes in who may ask.
   *
   * @return its number, to {@link #ask} by
   */
  public int listen(Runnable listener) {
    int number = numbers.incrementAndGet();
    listeners.put(number, listener);
    return number;
  }

  /** Tells it no more, whatever it asked. */
  public void forget(int listener) {
    listeners.remove(listener);
  }

  /**
   * Asks that a listener is told once, at the next commit at the latest.
   *
   * @param store of the task
   */
  public static void ask(KeyValueStore<Bytes, byte[]> store, int listener) {
    store.put(KEY, ByteBuffer.allocate(Integer.BYTES).putInt(listener).array());
  }

  private final class Supplier implements KeyValueBytesStoreSupplier {
    @Override
    public String name() {
      return STORE;
    }

    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new Nothing();
    }

    @Override
    public String metricsScope() {
      return "nothing";
    }
  }

  /** Tells whom each record that arrives names, and forgets it. */
  private final class Nothing implements KeyValueStore<Bytes, byte[]> {
    private boolean open;

    @Override
    public void init(StateStoreContext context, StateStore root) {
      context.register(root, (key, value) -> {});
      open = true;
    }

    @Override
    public void put(Bytes key, byte[] value) {
      Runnable listener = listeners.get(ByteBuffer.wrap(value).getInt());
      if (listener != null) {
        listener.run();
      }
    }

    @Override
    public byte[] putIfAbsent(Bytes key, byte[] value) {
      put(key, value);
      return null;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
      entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public byte[] delete(Bytes key) {
      return null;
    }

    @Override
    public byte[] get(Bytes key) {
      return null;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
      throw new UnsupportedOperationException("nothing is kept");
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
      throw new UnsupportedOperationException("nothing is kept");
    }

    @Override
    public long approximateNumEntries() {
      return 0;
    }

    @Override
    public String name() {
      return STORE;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public boolean persistent() {
      return false;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public Position getPosition() {
      return Position.emptyPosition();
    }
  }
}

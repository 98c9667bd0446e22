package io.tplus1.topology.rows;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
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
 * A window store of an application that writes exactly once: it holds rows back from the disk until
 * the transaction that their changelog records are in is committed. So what lies on the disk was
 * committed, whatever ends the process, and its offset tells from where to read the changelog.
 *
 * <p>Whoever reads finds what waits, too. What was committed is handed on with the next row that
 * comes, or when Kafka Streams have their stores note offsets. Before then more than {@value
 * WaitingRows#MOST_SERIES} series or {@value #MOST_ROWS} rows, or rows of more than {@value
 * WaitingRows#MOST_BYTES} bytes, do not wait: all are handed on, and so they are where all series
 * are read at once. Before that the store forgets its offset, so that a start that finds it so
 * begins with an empty one, and after the commit it has one again.
 *
 * <p>The stream thread opens, closes and writes, any thread reads.
 */
final class HeldRows implements WindowStore<Bytes, byte[]> {
  /** As many as a task of rows that are gathered has at most. */
  static final int MOST_ROWS = GatheredRows.TOGETHER * WaitingRows.MOST_SERIES;

  static final Duration BETWEEN_WRITES = Duration.ofSeconds(5);

  private final DiskRows store;
  private final Commits commits;
  private final LongSupplier nanoClock;
  private final WaitingRows waiting = new WaitingRows();

  /** Where the rows' changelog is, once Kafka Streams have asked how far it is in the store. */
  private TopicPartition changelog;

  private Commits.OfThread thread;
  private long committed;

  /** Whether the disk may have rows that will never be committed. */
  private boolean doubtful;

  /** Whether the disk may lack the offset of a doubt that is over. */
  private boolean unwritten;

  private long writtenNanos;

  /**
   * @param nanoClock tells how long ago something was
   */
  HeldRows(DiskRows store, Commits commits, LongSupplier nanoClock) {
    this.store = store;
    this.commits = commits;
    this.nanoClock = nanoClock;
    this.writtenNanos = nanoClock.getAsLong() - BETWEEN_WRITES.toNanos();
  }

  @Override
  public synchronized void init(StateStoreContext context, StateStore root) {
    thread = null; // Another may open it.
    doubtful = false;
    store.init(context, root);
  }

  @Override
  public synchronized void put(Bytes key, byte[] value, long timeMs) {
    Objects.requireNonNull(key, "a row must have a key");
    handOnCommitted();
    store.see(timeMs);
    waiting.add(key, value, timeMs);
    if (waiting.series() > WaitingRows.MOST_SERIES
        || waiting.rows() > MOST_ROWS
        || waiting.bytes() > WaitingRows.MOST_BYTES) {
      whole();
    }
  }

  /** What waits when another transaction has been committed was all put in it. */
  private void handOnCommitted() {
    if (thread == null) {
      String name = Thread.currentThread().getName();
      thread =
          Objects.requireNonNull(
              commits.of(name), () -> "thread %s must write exactly once".formatted(name));
      committed = thread.count();
    }
    if (thread.count() == committed) {
      return;
    }
    committed = thread.count();
    if (!isAhead()) {
      return; // It was of other tasks, and what is known of this one may be newer.
    }
    waiting.handAllOn(store::put);
    OptionalLong newest = changelog == null ? OptionalLong.empty() : thread.newest(changelog);
    if (newest.isPresent()) {
      store.commit(Map.of(changelog, newest.getAsLong()));
      unwritten |= doubtful;
      doubtful = false;
      writeOutSeldom();
    }
  }

  /** Whether rows were put of which the noted offset does not tell. */
  private boolean isAhead() {
    return waiting.rows() > 0 || doubtful;
  }

  /** What a kill finds is of the last flush, and that may have been without an offset. */
  private void writeOutSeldom() {
    long now = nanoClock.getAsLong();
    if (unwritten && now - writtenNanos >= BETWEEN_WRITES.toNanos()) {
      unwritten = false;
      writtenNanos = now;
      store.writeOut();
    }
  }

  /** The store with everything in it, also with what will perhaps never be committed. */
  private DiskRows whole() {
    if (waiting.rows() > 0) {
      if (!doubtful) {
        store.doubt();
        doubtful = true;
      }
      waiting.handAllOn(store::put);
    }
    return store;
  }

  @Override
  public synchronized byte[] fetch(Bytes key, long timeMs) {
    NavigableMap<Long, byte[]> held = waiting.of(key);
    if (held.containsKey(timeMs) && timeMs >= store.oldestMs()) {
      return held.get(timeMs);
    }
    return store.fetch(key, timeMs);
  }

  @Override
  public synchronized WindowStoreIterator<byte[]> fetch(Bytes key, long fromMs, long toMs) {
    return merged(key, fromMs, toMs, true);
  }

  @Override
  public synchronized WindowStoreIterator<byte[]> backwardFetch(Bytes key, long fromMs, long toMs) {
    return merged(key, fromMs, toMs, false);
  }

  private WindowStoreIterator<byte[]> merged(Bytes key, long fromMs, long toMs, boolean forward) {
    WindowStoreIterator<byte[]> disk =
        forward ? store.fetch(key, fromMs, toMs) : store.backwardFetch(key, fromMs, toMs);
    long oldestMs = Math.max(fromMs, store.oldestMs());
    if (!waiting.contains(key) || oldestMs > toMs) {
      return disk;
    }
    NavigableMap<Long, byte[]> held = waiting.of(key).subMap(oldestMs, true, toMs, true);
    return new MergedRows(disk, held, forward);
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

  /**
   * Kafka Streams call it after a commit, but also where one failed, since they delete what they
   * keep themselves of a task that they then give up. So what still waits was not committed, and
   * neither were the offsets beside it. Without offsets they call it of a task that they take for
   * corrupted: because a commit timed out, which says nothing of what lies on the disk, or because
   * the changelog does not go on from the offset, which a task finds before its first row.
   */
  @Override
  public synchronized void commit(Map<TopicPartition, Long> changelogOffsets) {
    if (changelogOffsets.isEmpty()) {
      if (thread == null) { // No row came since the opening.
        store.commit(changelogOffsets);
      }
      return;
    }
    if (isAhead()) {
      handOnCommitted();
    }
    if (!isAhead()) {
      store.commit(changelogOffsets);
    }
  }

  /** Rows of which nobody knows whether they were committed are forgotten first. */
  @Override
  public synchronized Long committedOffset(TopicPartition partition) {
    changelog = partition;
    Long offset = store.committedOffset(partition);
    if (offset == null) {
      store.clear();
    }
    return OffsetOfStore.of(offset, store::all);
  }

  /** What still waits was not committed, or lies behind the offset that was noted. */
  @Override
  public synchronized void close() {
    waiting.clear();
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

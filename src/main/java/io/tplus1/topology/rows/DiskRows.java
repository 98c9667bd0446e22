package io.tplus1.topology.rows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * A window store on the disk that can be gone on with after any end of the process.
 *
 * <p>It reads and forgets as Kafka Streams' own does, whose databases, one for each span of time,
 * are written to the disk one by one: after a kill some hold rows that others lack, and nobody
 * knows from where to read the changelog. Here all of them are one {@link RowDatabase}. What its
 * offset says is right as long as no row that may never be committed was put since; who puts such
 * rows calls {@link #doubt} before.
 *
 * <p>The stream thread opens, closes and writes, any thread reads.
 */
final class DiskRows implements WindowStore<Bytes, byte[]> {
  private final String name;
  private final RowKeeping keeping;
  private final long retentionMs;
  private final long spanMs;
  private final Position position = Position.emptyPosition();
  private long newestMs = -1;

  /** The offset that was told or noted last; -1 for none. */
  private long noted;

  /** Before which all spans were dropped since the opening. */
  private long droppedBefore;

  private volatile RowDatabase database;

  /**
   * @param retentionMs how long rows are found behind the newest of all
   * @param spanMs time whose rows are forgotten together
   */
  DiskRows(String name, RowKeeping keeping, long retentionMs, long spanMs) {
    this.name = name;
    this.keeping = keeping;
    this.retentionMs = retentionMs;
    this.spanMs = spanMs;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    droppedBefore = Long.MIN_VALUE;
    noted = -1;
    newestMs = -1; // That of rows which were aborted would hide others.
    Path folder = keeping.folder(context.stateDir().toPath(), name);
    database = RowDatabase.open(folder, name, context.appConfigs());
    context.register(root, new Restoring());
  }

  /** Rows of the changelog, many at once. */
  private final class Restoring implements BatchingStateRestoreCallback {
    @Override
    public void restoreAll(Collection<KeyValue<byte[], byte[]>> rows) {
      for (KeyValue<byte[], byte[]> row : rows) {
        newestMs = Math.max(newestMs, RowKey.timeMs(row.key));
      }
      try (RowDatabase.Batch batch = database.new Batch()) {
        for (KeyValue<byte[], byte[]> row : rows) {
          long span = RowKey.timeMs(row.key) / spanMs;
          if (span >= oldestSpan()) {
            batch.put(span, row.key, row.value);
          }
        }
        batch.write();
      }
      dropOld(database);
    }
  }

  private void dropOld(RowDatabase opened) {
    long oldest = oldestSpan();
    if (oldest > droppedBefore) {
      opened.dropBefore(oldest);
      droppedBefore = oldest;
    }
  }

  private long oldestSpan() {
    return (newestMs - retentionMs) / spanMs;
  }

  /** Time before which no row is found. */
  long oldestMs() {
    return newestMs - retentionMs + 1;
  }

  @Override
  public void put(Bytes key, byte[] value, long timeMs) {
    Objects.requireNonNull(key, "a row must have a key");
    see(timeMs);
    long span = timeMs / spanMs;
    if (span >= oldestSpan()) {
      RowDatabase opened = open();
      opened.put(span, RowKey.of(key, timeMs), value);
      dropOld(opened);
    }
  }

  @Override
  public byte[] fetch(Bytes key, long timeMs) {
    RowDatabase opened = open();
    return timeMs < oldestMs() ? null : opened.get(timeMs / spanMs, RowKey.of(key, timeMs));
  }

  @Override
  public WindowStoreIterator<byte[]> fetch(Bytes key, long fromMs, long toMs) {
    return new SeriesRows(cursor(key, fromMs, toMs, true));
  }

  @Override
  public WindowStoreIterator<byte[]> backwardFetch(Bytes key, long fromMs, long toMs) {
    return new SeriesRows(cursor(key, fromMs, toMs, false));
  }

  private RowCursor cursor(Bytes key, long fromMs, long toMs, boolean forward) {
    Objects.requireNonNull(key, "rows must be of a key");
    long oldest = Math.max(fromMs, oldestMs());
    return cursor(
        oldest,
        toMs,
        new RowCursor.Range(
            RowKey.of(key, oldest), RowKey.last(key, toMs), row -> RowKey.isOf(row, key)),
        forward);
  }

  private RowCursor cursor(long fromMs, long toMs, RowCursor.Range range, boolean forward) {
    List<Long> spans = new ArrayList<>();
    if (fromMs <= toMs && toMs >= 0) {
      spans.addAll(open().spans(Math.max(0, fromMs) / spanMs, toMs / spanMs));
    }
    if (!forward) {
      Collections.reverse(spans);
    }
    return new RowCursor(open(), spans, range, forward);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> fetch(
      Bytes from, Bytes to, long fromMs, long toMs) {
    return scan(from, to, fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> fetchAll(long fromMs, long toMs) {
    return scan(null, null, fromMs, toMs);
  }

  @Override
  public KeyValueIterator<Windowed<Bytes>, byte[]> all() {
    return scan(null, null, 0, Long.MAX_VALUE);
  }

  /** Reads all rows of the spans: nobody asks so where it must be quick. */
  private KeyValueIterator<Windowed<Bytes>, byte[]> scan(
      Bytes from, Bytes to, long fromMs, long toMs) {
    long oldest = Math.max(fromMs, oldestMs());
    Predicate<byte[]> wanted =
        row -> {
          long timeMs = RowKey.timeMs(row);
          Bytes series = RowKey.series(row);
          return timeMs >= oldest
              && timeMs <= toMs
              && (from == null || series.compareTo(from) >= 0)
              && (to == null || series.compareTo(to) <= 0);
        };
    return new AllRows(cursor(oldest, toMs, new RowCursor.Range(null, null, wanted), true));
  }

  /** Moves the newest time without a row: what is too old beside it is found no more. */
  void see(long timeMs) {
    newestMs = Math.max(newestMs, timeMs);
  }

  /** Forgets all rows. */
  void clear() {
    open().dropBefore(Long.MAX_VALUE);
  }

  /** From now on there may be rows that will never be committed, until offsets are noted. */
  void doubt() {
    open().forget();
  }

  /** Has all that was put written to the disk, without waiting for it. */
  void writeOut() {
    open().writeOut();
  }

  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    if (changelogOffsets.isEmpty()) {
      doubt();
      return;
    }
    boolean begunAnew = false;
    for (long offset : changelogOffsets.values()) {
      begunAnew |= offset >= 0 && offset < noted;
      noted = offset;
    }
    open().note(changelogOffsets);
    if (begunAnew) {
      writeOut(); // What lies on the disk would be taken for a place in a log that is gone.
    }
  }

  @Override
  public Long committedOffset(TopicPartition partition) {
    Long offset = open().offset(partition);
    noted = offset == null ? -1 : offset;
    return offset;
  }

  // Kafka Streams still asks for it.
  @SuppressWarnings("deprecation")
  @Override
  public boolean managesOffsets() {
    return true;
  }

  private RowDatabase open() {
    RowDatabase opened = database;
    if (opened == null) {
      throw new InvalidStateStoreException("Store %s is not open".formatted(name));
    }
    return opened;
  }

  @Override
  public void close() {
    RowDatabase closing = database;
    if (closing != null) {
      closing.close();
      database = null;
    }
  }

  @Override
  public boolean isOpen() {
    return database != null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public Position getPosition() {
    return position;
  }
}

package io.tplus1.topology.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Rows of one task in one RocksDB database: those of a span of time in a column family of their
 * own, which goes as a whole once they are too old, and beside them how far the changelog is in it.
 *
 * <p>There is no log of writes: what was not yet written to files is lost with the process. But all
 * column families are written together, so that files hold all that was put until some moment and
 * nothing of what was put later, whatever ends the process: the offset that they tell is true of
 * their rows.
 *
 * <p>One thread at a time writes; any reads.
 */
final class RowDatabase implements AutoCloseable {
  /** Somebody who reads, and must end before what is read is freed. */
  interface Reader {
    void close();
  }

  private final String name;
  private final RowOptions options;
  private final RocksDB database;
  private final ColumnFamilyHandle offsets;
  private final ConcurrentSkipListMap<Long, ColumnFamilyHandle> spans =
      new ConcurrentSkipListMap<>();

  /** Of spans that were dropped while somebody read: a handle must outlive its iterators. */
  private final List<ColumnFamilyHandle> dropped = new ArrayList<>();

  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final Set<Reader> readers = new HashSet<>();
  private boolean closed;

  private RowDatabase(
      String name,
      RowOptions options,
      RocksDB database,
      List<ColumnFamilyDescriptor> families,
      List<ColumnFamilyHandle> handles) {
    this.name = name;
    this.options = options;
    this.database = database;
    this.offsets = handles.get(0);
    for (int i = 1; i < handles.size(); i++) {
      String span = new String(families.get(i).getName(), StandardCharsets.US_ASCII);
      spans.put(Long.parseLong(span), handles.get(i));
    }
  }

  /**
   * Opens what lies in a folder, or makes it.
   *
   * @param name of the store
   * @param configs of Kafka Streams
   */
  static RowDatabase open(Path folder, String name, Map<String, Object> configs) {
    RowOptions options = RowOptions.of(name, configs);
    try {
      Files.createDirectories(folder);
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      families.add(options.ofOffsets());
      for (byte[] span : RocksDB.listColumnFamilies(options.all(), folder.toString())) {
        if (!new String(span, StandardCharsets.US_ASCII).equals("default")) {
          families.add(options.ofRows(span));
        }
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB database = RocksDB.open(options.ofDatabase(), folder.toString(), families, handles);
      return new RowDatabase(name, options, database, families, handles);
    } catch (RocksDBException e) {
      options.close();
      throw new ProcessorStateException("Error opening store %s at %s".formatted(name, folder), e);
    } catch (IOException e) {
      options.close();
      throw new ProcessorStateException(
          "Error opening store %s at %s".formatted(name, folder), new UncheckedIOException(e));
    }
  }

  /**
   * Puts a row, or takes it away.
   *
   * @param span that its time is of
   * @param value null for none
   */
  synchronized void put(long span, byte[] key, byte[] value) {
    requireOpen();
    try {
      if (value != null) {
        database.put(family(span), unlogged, key, value);
      } else if (spans.containsKey(span)) {
        database.delete(spans.get(span), unlogged, key);
      }
    } catch (RocksDBException e) {
      throw failed("writing to", e);
    }
  }

  /** Rows that are written together. */
  final class Batch implements AutoCloseable {
    private final WriteBatch batch = new WriteBatch();

    void put(long span, byte[] key, byte[] value) {
      synchronized (RowDatabase.this) {
        try {
          if (value != null) {
            batch.put(family(span), key, value);
          } else if (spans.containsKey(span)) {
            batch.delete(spans.get(span), key);
          }
        } catch (RocksDBException e) {
          throw failed("writing to", e);
        }
      }
    }

    void write() {
      synchronized (RowDatabase.this) {
        requireOpen();
        try {
          database.write(unlogged, batch);
        } catch (RocksDBException e) {
          throw failed("writing to", e);
        }
      }
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  private ColumnFamilyHandle family(long span) throws RocksDBException {
    ColumnFamilyHandle family = spans.get(span);
    if (family == null) {
      byte[] called = Long.toString(span).getBytes(StandardCharsets.US_ASCII);
      family = database.createColumnFamily(options.ofRows(called));
      spans.put(span, family);
    }
    return family;
  }

  /** The row of a key; null if there is none. */
  synchronized byte[] get(long span, byte[] key) {
    requireOpen();
    ColumnFamilyHandle family = spans.get(span);
    try {
      return family == null ? null : database.get(family, key);
    } catch (RocksDBException e) {
      throw failed("reading", e);
    }
  }

  /** Spans from one to another, both included, that have or had rows, the oldest first. */
  List<Long> spans(long from, long to) {
    return from > to ? List.of() : List.copyOf(spans.subMap(from, true, to, true).keySet());
  }

  /** Notes that somebody reads from now on, until {@link #end}. */
  synchronized void begin(Reader reader) {
    requireOpen();
    readers.add(reader);
  }

  /** A span's rows, for somebody who reads; null if the span is gone. */
  synchronized RocksIterator rows(long span) {
    requireOpen();
    ColumnFamilyHandle family = spans.get(span);
    return family == null ? null : database.newIterator(family);
  }

  /** Nobody reads by this any more, and what it read is closed. */
  synchronized void end(Reader reader) {
    readers.remove(reader);
    freeDropped();
  }

  /** Forgets all spans before one. */
  synchronized void dropBefore(long span) {
    while (!spans.isEmpty() && spans.firstKey() < span) {
      drop(spans.firstEntry());
    }
  }

  private void drop(Map.Entry<Long, ColumnFamilyHandle> span) {
    try {
      database.dropColumnFamily(span.getValue());
    } catch (RocksDBException e) {
      throw failed("dropping old rows of", e);
    }
    spans.remove(span.getKey());
    dropped.add(span.getValue());
    freeDropped();
  }

  private void freeDropped() {
    if (readers.isEmpty()) {
      dropped.forEach(ColumnFamilyHandle::close);
      dropped.clear();
    }
  }

  /** Notes up to where changelogs are in it from now on. */
  synchronized void note(Map<TopicPartition, Long> changelogs) {
    requireOpen();
    try {
      for (Map.Entry<TopicPartition, Long> one : changelogs.entrySet()) {
        byte[] offset = ByteBuffer.allocate(Long.BYTES).putLong(one.getValue()).array();
        database.put(offsets, unlogged, bytes(one.getKey()), offset);
      }
    } catch (RocksDBException e) {
      throw failed("writing to", e);
    }
  }

  /** Notes that nobody knows up to where changelogs are in it. */
  synchronized void forget() {
    requireOpen();
    try (RocksIterator all = database.newIterator(offsets)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        database.delete(offsets, unlogged, all.key());
      }
      all.status();
    } catch (RocksDBException e) {
      throw failed("writing to", e);
    }
  }

  /** Has all that was put written to the disk, without waiting for it. */
  synchronized void writeOut() {
    requireOpen();
    List<ColumnFamilyHandle> all = new ArrayList<>(spans.values());
    all.add(offsets);
    try (FlushOptions background =
        new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
      database.flush(background, all);
    } catch (RocksDBException e) {
      throw failed("writing to", e);
    }
  }

  /** Up to where a changelog is in it; null if that is not known. */
  synchronized Long offset(TopicPartition changelog) {
    requireOpen();
    try {
      byte[] offset = database.get(offsets, bytes(changelog));
      return offset == null ? null : ByteBuffer.wrap(offset).getLong();
    } catch (RocksDBException e) {
      throw failed("reading", e);
    }
  }

  private static byte[] bytes(TopicPartition changelog) {
    return changelog.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void requireOpen() {
    if (closed) {
      throw new InvalidStateStoreException("Store %s is closed".formatted(name));
    }
  }

  /** A failure of RocksDB at this store. */
  ProcessorStateException failed(String what, RocksDBException why) {
    return new ProcessorStateException("Error %s store %s".formatted(what, name), why);
  }

  /** Writes what is not on the disk, and ends whatever reads. */
  @Override
  public void close() {
    List<Reader> reading;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true; // From here on nobody begins to read.
      reading = List.copyOf(readers);
    }
    reading.forEach(Reader::close); // A reader holds its own lock before this one's.
    free();
  }

  private synchronized void free() {
    freeDropped();
    spans.values().forEach(ColumnFamilyHandle::close);
    offsets.close();
    database.close();
    unlogged.close();
    options.close();
  }
}

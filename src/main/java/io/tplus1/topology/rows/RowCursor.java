package io.tplus1.topology.rows;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads rows of a {@link RowDatabase}, span by span. Whoever made it closes it; a database that is
 * closed closes it, too, and then it can be read no more. Any thread.
 */
final class RowCursor implements RowDatabase.Reader {
  /** A row as it lies in the database. */
  record Row(byte[] key, byte[] value) {
    long timeMs() {
      return RowKey.timeMs(key);
    }
  }

  /**
   * What is read.
   *
   * @param from least key; null for none
   * @param to largest key; null for none
   * @param wanted tells which keys between them are
   */
  record Range(byte[] from, byte[] to, Predicate<byte[]> wanted) {}

  private final RowDatabase database;
  private final Iterator<Long> spans;
  private final Range range;
  private final boolean forward;
  private RocksIterator rows;
  private Row next;
  private boolean closed;

  /**
   * @param spans in the order of reading
   */
  RowCursor(RowDatabase database, List<Long> spans, Range range, boolean forward) {
    this.database = database;
    this.spans = spans.iterator();
    this.range = range;
    this.forward = forward;
    database.begin(this);
  }

  synchronized boolean hasNext() {
    requireOpen();
    if (next == null) {
      next = find();
    }
    return next != null;
  }

  /** The next row, which is given once more. */
  synchronized Row peek() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return next;
  }

  synchronized Row next() {
    Row found = peek();
    next = null;
    return found;
  }

  private Row find() {
    while (true) {
      if (rows == null && !openNextSpan()) {
        return null;
      }
      while (rows.isValid()) {
        byte[] key = rows.key();
        if (isBeyond(key)) {
          break;
        }
        Row found = range.wanted().test(key) ? new Row(key, rows.value()) : null;
        if (forward) {
          rows.next();
        } else {
          rows.prev();
        }
        if (found != null) {
          return found;
        }
      }
      requireRead();
      rows.close();
      rows = null;
    }
  }

  private boolean openNextSpan() {
    while (rows == null && spans.hasNext()) {
      rows = database.rows(spans.next());
    }
    if (rows == null) {
      return false;
    }
    if (forward && range.from() != null) {
      rows.seek(range.from());
    } else if (forward) {
      rows.seekToFirst();
    } else if (range.to() != null) {
      rows.seekForPrev(range.to());
    } else {
      rows.seekToLast();
    }
    return true;
  }

  private boolean isBeyond(byte[] key) {
    return forward
        ? range.to() != null && Arrays.compareUnsigned(key, range.to()) > 0
        : range.from() != null && Arrays.compareUnsigned(key, range.from()) < 0;
  }

  /** What cannot be read looks like the end. */
  private void requireRead() {
    try {
      rows.status();
    } catch (RocksDBException e) {
      throw database.failed("reading", e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new InvalidStateStoreException("These rows, or their store, are closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (rows != null) {
        rows.close();
      }
      database.end(this);
    }
  }
}

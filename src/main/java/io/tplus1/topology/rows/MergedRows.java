package io.tplus1.topology.rows;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Rows of a series from a store, and beside or in place of them those that wait. */
final class MergedRows implements WindowStoreIterator<byte[]> {
  private final WindowStoreIterator<byte[]> store;
  private final Iterator<Map.Entry<Long, byte[]>> waiting;
  private final boolean forward;
  private Map.Entry<Long, byte[]> held;
  private KeyValue<Long, byte[]> next;

  /**
   * @param store in the direction of reading; closed with this
   * @param waiting null for a row that was taken away
   */
  MergedRows(
      WindowStoreIterator<byte[]> store, NavigableMap<Long, byte[]> waiting, boolean forward) {
    this.store = store;
    this.waiting = (forward ? waiting : waiting.descendingMap()).entrySet().iterator();
    this.forward = forward;
    this.held = following();
  }

  private Map.Entry<Long, byte[]> following() {
    return waiting.hasNext() ? waiting.next() : null;
  }

  @Override
  public boolean hasNext() {
    while (next == null && (held != null || store.hasNext())) {
      if (held == null || isFirst(store)) {
        next = store.next();
      } else {
        if (store.hasNext() && store.peekNextKey().equals(held.getKey())) {
          store.next(); // The one that waits takes its place.
        }
        if (held.getValue() != null) {
          next = KeyValue.pair(held.getKey(), held.getValue());
        }
        held = following();
      }
    }
    return next != null;
  }

  /** Whether the store's next row comes before the one that waits. */
  private boolean isFirst(WindowStoreIterator<byte[]> rows) {
    if (!rows.hasNext()) {
      return false;
    }
    int order = Long.compare(rows.peekNextKey(), held.getKey());
    return forward ? order < 0 : order > 0;
  }

  @Override
  public Long peekNextKey() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return next.key;
  }

  @Override
  public KeyValue<Long, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    KeyValue<Long, byte[]> given = next;
    next = null;
    return given;
  }

  @Override
  public void close() {
    store.close();
  }
}

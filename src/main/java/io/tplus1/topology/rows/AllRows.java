package io.tplus1.topology.rows;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.state.KeyValueIterator;

/** Rows of many series, as they lie on the disk. */
final class AllRows implements KeyValueIterator<Windowed<Bytes>, byte[]> {
  private final RowCursor rows;

  AllRows(RowCursor rows) {
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Windowed<Bytes> peekNextKey() {
    return windowed(rows.peek());
  }

  @Override
  public KeyValue<Windowed<Bytes>, byte[]> next() {
    RowCursor.Row row = rows.next();
    return KeyValue.pair(windowed(row), row.value());
  }

  /** Of a millisecond, as long as a vector's window. */
  private static Windowed<Bytes> windowed(RowCursor.Row row) {
    long timeMs = row.timeMs();
    return new Windowed<>(RowKey.series(row.key()), new TimeWindow(timeMs, timeMs + 1));
  }

  @Override
  public void close() {
    rows.close();
  }
}

package io.tplus1.topology.rows;

import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Rows of one series by their times, as they lie on the disk. */
final class SeriesRows implements WindowStoreIterator<byte[]> {
  private final RowCursor rows;

  SeriesRows(RowCursor rows) {
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Long peekNextKey() {
    return rows.peek().timeMs();
  }

  @Override
  public KeyValue<Long, byte[]> next() {
    RowCursor.Row row = rows.next();
    return KeyValue.pair(row.timeMs(), row.value());
  }

  @Override
  public void close() {
    rows.close();
  }
}

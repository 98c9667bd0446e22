package io.tplus1.topology.rows;

import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Supplies window stores of rows that are looked up by their own time.
 *
 * @param retention how long rows are found behind the newest of all
 * @param inMemory whether nothing is on the disk
 * @param keeping how they are kept, if something is
 */
public record RowSupplier(String name, Duration retention, boolean inMemory, RowKeeping keeping)
    implements WindowBytesStoreSupplier {
  /** Nothing is aggregated. */
  private static final Duration WINDOW = Duration.ofMillis(1);

  /** As of Kafka Streams' own stores. */
  private static final long LEAST_SPAN_MS = 60_000;

  @Override
  public WindowStore<Bytes, byte[]> get() {
    if (inMemory) {
      WindowBytesStoreSupplier heap = Stores.inMemoryWindowStore(name, retention, WINDOW, false);
      return new GatheredRows(heap::get, timeMs -> {}, 1);
    }
    DiskRows disk = new DiskRows(name, keeping, retentionPeriod(), segmentIntervalMs());
    return keeping.commits() == Commits.UNKNOWN
        ? new GatheredRows(() -> disk, disk::see, GatheredRows.TOGETHER)
        : new HeldRows(disk, keeping.commits(), System::nanoTime);
  }

  @Override
  public String metricsScope() {
    return inMemory ? "in-memory-window" : "rocksdb-window";
  }

  @Override
  public long segmentIntervalMs() {
    return inMemory ? 1 : Math.max(retentionPeriod() / 2, LEAST_SPAN_MS);
  }

  @Override
  public long windowSize() {
    return WINDOW.toMillis();
  }

  @Override
  public boolean retainDuplicates() {
    return false;
  }

  @Override
  public long retentionPeriod() {
    return retention.toMillis();
  }
}

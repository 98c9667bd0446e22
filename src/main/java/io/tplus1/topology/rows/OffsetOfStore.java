package io.tplus1.topology.rows;

import java.util.function.Supplier;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * What a store on the disk says of how far its changelog is in it.
 *
 * <p>Under exactly once, Kafka Streams take a store without an offset, in a task's folder that is
 * not empty, for one that was not closed well, and throw away all stores of the task. But a store
 * has none either where settings added it a moment ago, or where no row ever came to it. What is
 * empty holds nothing that was never committed: so it says that nobody knows its offset, by the
 * number that Kafka Streams keep for that, and is restored from the beginning, alone.
 */
public final class OffsetOfStore {
  /** Kafka's {@code OffsetCheckpoint.OFFSET_UNKNOWN}. */
  private static final long UNKNOWN = -4;

  private OffsetOfStore() {}

  /**
   * The offset that the store is to say.
   *
   * @param committed the last that was; null for none
   * @param all what the store holds
   */
  public static Long of(Long committed, Supplier<? extends KeyValueIterator<?, ?>> all) {
    if (committed != null) {
      return committed;
    }
    try (KeyValueIterator<?, ?> rows = all.get()) {
      return rows.hasNext() ? null : Long.valueOf(UNKNOWN);
    }
  }
}

package io.tplus1.config;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.Env;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Priority;
import org.rocksdb.WriteBufferManager;

/**
 * One bound for the memory of all stores of a process, whatever their number: {@value
 * #MEMORY_BYTES} bytes for blocks, indexes, filters and what is not yet written to disk. Kafka
 * Streams alone lets each segment of each store of each partition take up to 98 MB. Its compactions
 * give way to whatever else wants a core: nobody waits for one, as long as they keep up.
 *
 * <p>Kafka Streams makes one for each store, by the setting {@code rocksdb.config.setter}. Any
 * thread.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  static final long MEMORY_BYTES = 256L << 20;

  private static final double HIGH_PRIORITY = 0.2;

  /** Steps in which a store takes memory for what is not yet written. */
  private static final long ARENA_BYTES = 128 << 10;

  /** What a store gathers before it writes it to disk, as long as the bound of all allows it. */
  private static final long BUFFER_BYTES = 32L << 20;

  /**
   * Sorted runs of a store from which on RocksDB looks for some to merge. As it merges no fewer
   * than {@value #MERGED}, it does whatever their sizes from 11 on; with 20 it slows writers.
   */
  private static final int RUNS = 8;

  /** Least runs that are merged at once. */
  private static final int MERGED = 4;

  /** Made when the first store opens, so that reading a configuration loads no native library. */
  private static final class Shared {
    private static final Cache CACHE = new LRUCache(MEMORY_BYTES, -1, false, HIGH_PRIORITY);
    private static final WriteBufferManager BUFFERS =
        new WriteBufferManager(MEMORY_BYTES / 2, CACHE);
    private static final CompactionOptionsUniversal COMPACTION =
        new CompactionOptionsUniversal().setMinMergeWidth(MERGED);

    static {
      // On Linux; elsewhere it does nothing.
      Env.getDefault().lowerThreadPoolCPUPriority(Priority.LOW);
    }

    private Shared() {}
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
    tables.setBlockCache(Shared.CACHE);
    tables.setCacheIndexAndFilterBlocks(true);
    tables.setCacheIndexAndFilterBlocksWithHighPriority(true);
    tables.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(tables);
    options.setWriteBufferManager(Shared.BUFFERS);
    // RocksDB's own step is a mebibyte, which a store takes with its first rows, and a task has up
    // to six stores. Their bound has that store written which is written to, and no other.
    options.setArenaBlockSize(ARENA_BYTES);
    options.setWriteBufferSize(BUFFER_BYTES);
    // Kafka Streams' own, 4 runs of which 2 are merged, write each state more than five times.
    options.setLevel0FileNumCompactionTrigger(RUNS);
    options.setCompactionOptionsUniversal(Shared.COMPACTION);
    // A store has one writer at a time: its stream thread, or whoever reads a window and has the
    // rows before it written first, under that store's lock.
    options.setAllowConcurrentMemtableWrite(false);
    options.setEnableWriteThreadAdaptiveYield(false);
  }

  @Override
  public void close(String storeName, Options options) {
    // What is shared stays for the other stores.
  }
}

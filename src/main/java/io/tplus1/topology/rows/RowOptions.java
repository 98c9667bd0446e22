package io.tplus1.topology.rows;

import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/**
 * RocksDB's options as Kafka Streams sets them for stores of its own, and as whoever is configured
 * by {@code rocksdb.config.setter} changes them.
 */
final class RowOptions implements AutoCloseable {
  private static final long CACHE_BYTES = 50L << 20;
  private static final long BLOCK_BYTES = 4_096;
  private static final long BUFFER_BYTES = 16L << 20;
  private static final int BUFFERS = 3;

  /** Of offsets there are few, which change often. */
  private static final long OFFSETS_BUFFER_BYTES = 1L << 20;

  private final String name;
  private final Options all = new Options();
  private final Cache cache = new LRUCache(CACHE_BYTES);
  private final BloomFilter filter = new BloomFilter();
  private final RocksDBConfigSetter setter;
  private final DBOptions database;
  private final ColumnFamilyOptions rows;
  private final ColumnFamilyOptions offsets =
      new ColumnFamilyOptions()
          .setCompressionType(CompressionType.NO_COMPRESSION)
          .setWriteBufferSize(OFFSETS_BUFFER_BYTES);

  private RowOptions(String name, Map<String, Object> configs) {
    this.name = name;
    all.setTableFormatConfig(
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_BYTES)
            .setFilterPolicy(filter));
    all.setOptimizeFiltersForHits(true);
    all.setWriteBufferSize(BUFFER_BYTES);
    all.setMaxWriteBufferNumber(BUFFERS);
    all.setCompressionType(CompressionType.NO_COMPRESSION);
    all.setCompactionStyle(CompactionStyle.UNIVERSAL);
    all.setCreateIfMissing(true);
    all.setInfoLogLevel(InfoLogLevel.ERROR_LEVEL);
    all.setIncreaseParallelism(Math.max(Runtime.getRuntime().availableProcessors(), 2));
    setter = setter(configs);
    if (setter != null) {
      setter.setConfig(name, all, configs);
    }
    all.setAtomicFlush(true); // Rows and their offset are of one moment.
    database = new DBOptions(all);
    rows = new ColumnFamilyOptions(all);
  }

  /**
   * Options of a store; closed by whoever asked, once its database is.
   *
   * @param configs of Kafka Streams
   */
  static RowOptions of(String name, Map<String, Object> configs) {
    RocksDB.loadLibrary();
    return new RowOptions(name, configs);
  }

  private static RocksDBConfigSetter setter(Map<String, Object> configs) {
    Object configured = configs.get(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG);
    return configured instanceof Class<?> one ? (RocksDBConfigSetter) Utils.newInstance(one) : null;
  }

  /** Those of the database and of its column families in one. */
  Options all() {
    return all;
  }

  DBOptions ofDatabase() {
    return database;
  }

  /** The column family of this name, which has rows. */
  ColumnFamilyDescriptor ofRows(byte[] called) {
    return new ColumnFamilyDescriptor(called, rows);
  }

  /** The column family that each database has, which has offsets here. */
  ColumnFamilyDescriptor ofOffsets() {
    return new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, offsets);
  }

  @Override
  public void close() {
    if (setter != null) {
      setter.close(name, all);
    }
    database.close();
    rows.close();
    offsets.close();
    all.close();
    filter.close();
    cache.close();
  }
}

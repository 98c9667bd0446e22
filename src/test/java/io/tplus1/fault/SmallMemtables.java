package io.tplus1.fault;

import io.tplus1.config.BoundedRocksDb;
import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/** The shipped stores, but they write to the disk after 32 kB, not after megabytes. */
public final class SmallMemtables implements RocksDBConfigSetter {
  private static final long WRITE_BUFFER = 32_768;

  private final BoundedRocksDb shipped = new BoundedRocksDb();

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    shipped.setConfig(storeName, options, configs);
    options.setWriteBufferSize(WRITE_BUFFER);
  }

  @Override
  public void close(String storeName, Options options) {
    shipped.close(storeName, options);
  }
}

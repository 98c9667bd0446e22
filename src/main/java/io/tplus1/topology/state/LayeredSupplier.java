package io.tplus1.topology.state;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/**
 * A supplier of stores that lie over those of another one, and are called and kept as these are.
 *
 * @param beneath the other one
 * @param stores makes a store, with one of the other supplier beneath it
 */
record LayeredSupplier(
    WindowBytesStoreSupplier beneath, Supplier<WindowStore<Bytes, byte[]>> stores)
    implements WindowBytesStoreSupplier {
  @Override
  public WindowStore<Bytes, byte[]> get() {
    return stores.get();
  }

  @Override
  public String name() {
    return beneath.name();
  }

  @Override
  public String metricsScope() {
    return beneath.metricsScope();
  }

  @Override
  public long segmentIntervalMs() {
    return beneath.segmentIntervalMs();
  }

  @Override
  public long windowSize() {
    return beneath.windowSize();
  }

  @Override
  public boolean retainDuplicates() {
    return beneath.retainDuplicates();
  }

  @Override
  public long retentionPeriod() {
    return beneath.retentionPeriod();
  }
}

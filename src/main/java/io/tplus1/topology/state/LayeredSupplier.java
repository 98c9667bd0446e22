package io.tplus1.topology.state;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/**
 * A supplier of {@link GatheredRows} over the stores of another one, called and kept as these are.
 *
 * @param beneath the other one
 * @param together rows of a series that are handed on together; with 1 none waits
 */
record LayeredSupplier(WindowBytesStoreSupplier beneath, int together)
    implements WindowBytesStoreSupplier {
  @Override
  public WindowStore<Bytes, byte[]> get() {
    return new GatheredRows(beneath::get, together);
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

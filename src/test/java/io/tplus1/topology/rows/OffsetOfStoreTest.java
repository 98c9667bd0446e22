package io.tplus1.topology.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.OffsetCheckpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetOfStoreTest {
  @TempDir Path directory;

  @Test
  void of_noOffset_isUnknownWhileTheStoreIsEmptyAndNoneOnceItIsNot() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<Void, Void> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore("store").get();
    store.init(context.getStateStoreContext(), store);

    assertThat(OffsetOfStore.of(null, store::all)).isEqualTo(OffsetCheckpoint.OFFSET_UNKNOWN);
    assertThat(OffsetOfStore.of(7L, store::all)).isEqualTo(7);
    store.put(Bytes.wrap(new byte[] {1}), new byte[] {2});
    assertThat(OffsetOfStore.of(null, store::all)).isNull();
    assertThat(OffsetOfStore.of(7L, store::all)).isEqualTo(7);
    store.close();
  }
}

package io.tplus1.topology.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.topology.state.LearntStates;
import io.tplus1.topology.state.SeriesState;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of series over the partitions of an instance. */
class SeriesListTest {
  private static final int PARTITIONS = 4;
  private static final int SERIES = 100;

  @TempDir File directory;
  private final List<KeyValueStore<String, SeriesState>> stores = new ArrayList<>();
  private int read;

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "list");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    LongSerializer times = new LongSerializer();
    Deserializer<SeriesState> states =
        (topic, bytes) -> {
          read++;
          return LearntStates.bare(java.nio.ByteBuffer.wrap(bytes).getLong());
        };
    for (int p = 0; p < PARTITIONS; p++) {
      MockProcessorContext<Object, Object> context =
          new MockProcessorContext<>(properties, new TaskId(0, p), directory);
      KeyValueStore<String, SeriesState> store =
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore("series"),
                  Serdes.String(),
                  Serdes.serdeFrom(
                      (topic, state) -> times.serialize(topic, state.lastTimeMs()), states))
              .withLoggingDisabled()
              .build();
      store.init(context.getStateStoreContext(), store);
      stores.add(store);
    }
    for (int i = 0; i < SERIES; i++) {
      stores.get(i % PARTITIONS).put("s%03d".formatted(i), LearntStates.bare(i));
      stores.get(i % PARTITIONS).put("t%03d".formatted(i), LearntStates.bare(i));
    }
    read = 0;
  }

  @AfterEach
  void close() {
    stores.forEach(KeyValueStore::close);
  }

  private static List<ListedSeries> expected(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new ListedSeries("s%03d".formatted(i), i))
        .toList();
  }

  @Test
  void first_severalPartitions_areTheFirstOfAllInOrder() {
    assertThat(SeriesList.first(stores, "s", null, 30)).isEqualTo(expected(0, 30));
    assertThat(SeriesList.first(stores, "s", "s029", 30)).isEqualTo(expected(30, 60));
    assertThat(SeriesList.first(stores, "s", "s089", 30)).isEqualTo(expected(90, SERIES));
    assertThat(SeriesList.first(stores, "s", "a", 30)).isEqualTo(expected(0, 30));
    assertThat(SeriesList.first(stores, "", null, 2 * SERIES + 1)).hasSize(2 * SERIES);
    assertThat(SeriesList.first(stores, "u", null, 30)).isEmpty();
    assertThat(SeriesList.first(List.of(), "", null, 30)).isEmpty();
  }

  /** A state may be large: each partition's part of the page would be as many as the page. */
  @Test
  void first_severalPartitions_readsNoMoreStatesThanItListsAndOneOfEach() {
    assertThat(SeriesList.first(stores, "s", "s009", 30)).isEqualTo(expected(10, 40));

    assertThat(read).isBetween(30, 30 + PARTITIONS);
  }
}

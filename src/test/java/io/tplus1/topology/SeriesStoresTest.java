package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When states are written; that they are whole then, tests of the topology and on brokers show. */
class SeriesStoresTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final int ON_HEAP = 2;

  @TempDir File directory;
  private final List<StateStore> opened = new ArrayList<>();
  private KeyValueStore<String, SeriesState> states;
  private SeriesRoom room = new SeriesRoom(Long.MAX_VALUE);
  private SeriesStores series;
  private int asked;

  @BeforeEach
  void open() {
    open(ON_HEAP);
  }

  private void open(int onHeap) {
    close();
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "stores");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<Object, Object> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory);
    ForecastSettings settings =
        ProcessorRig.settings(ProcessorRig.windows(3, 1, 1_000, 1_000, onHeap), false);
    for (StoreBuilder<?> builder : ForecastTopology.stores(SCHEMA, settings, new BeforeCommit())) {
      StateStore store = builder.withLoggingDisabled().withCachingDisabled().build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
      opened.add(store);
    }
    context.setRecordMetadata("features", 0, 0);
    states = context.getStateStore(ForecastTopology.SERIES);
    series =
        new SeriesStores(
            settings,
            new StateLayout(SCHEMA, settings, new Roster(SCHEMA, settings)),
            RowLayout.of(SCHEMA, settings),
            new ForecastCounters(),
            context.getStateStore(ForecastTopology.VECTORS),
            states,
            room,
            () -> asked++);
  }

  @AfterEach
  void close() {
    opened.forEach(StateStore::close);
    opened.clear();
  }

  private SeriesOnHeap.Entry speaks(String key, long timeMs) {
    SeriesOnHeap.Entry found = series.find(key);
    SeriesOnHeap.Entry entry = found == null ? series.create(key, timeMs) : found;
    entry.ring().append(timeMs, new float[] {timeMs});
    series.append(entry);
    series.changed(entry);
    return entry;
  }

  @Test
  void changed_severalTimes_asksOnceAndWritesWhenTold() {
    speaks("a", 1);
    speaks("a", 2);
    speaks("b", 2);
    speaks("a", 3);

    assertThat(asked).isEqualTo(1);
    assertThat(states.get("a").lastTimeMs()).as("as it was made").isEqualTo(1);

    series.saveAll();
    assertThat(states.get("a").lastTimeMs()).isEqualTo(3);
    assertThat(states.get("b").lastTimeMs()).isEqualTo(2);

    speaks("a", 4);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void saveOldest_two_writesTheOneThatWaitsLongest() {
    speaks("a", 1);
    speaks("b", 2);
    speaks("b", 3);
    speaks("a", 4);

    series.saveOldest(1);

    assertThat(states.get("a").lastTimeMs()).isEqualTo(4);
    assertThat(states.get("b").lastTimeMs()).as("as it was made").isEqualTo(2);
  }

  @Test
  void changed_moreSeriesThanMayWait_oldestIsWritten() {
    open(2 * SeriesStores.MOST_UNSAVED);
    speaks("first", 1);
    speaks("first", 2);
    for (int i = 1; i <= SeriesStores.MOST_UNSAVED; i++) {
      assertThat(states.get("first").lastTimeMs()).as("after %s", i).isEqualTo(1);
      speaks("series-" + i, 3);
      speaks("series-" + i, 4);
    }

    assertThat(states.get("first").lastTimeMs()).isEqualTo(2);
    assertThat(states.get("series-1").lastTimeMs()).as("as it was made").isEqualTo(3);
  }

  @Test
  void changed_seriesLeavesTheHeap_isWrittenAndComesBackAsItWas() {
    speaks("a", 1);
    speaks("a", 2);
    speaks("b", 3);
    speaks("c", 4);

    assertThat(states.get("a").lastTimeMs()).isEqualTo(2);
    assertThat(series.find("a").ring().count()).isEqualTo(2);
  }

  @Test
  void newest_seriesIsUnsaved_isThatOfTheHeap() {
    speaks("a", 1);
    speaks("a", 9);

    assertThat(series.newest("a", states.get("a")).lastTimeMs()).isEqualTo(9);
  }

  @Test
  void drop_unsaved_isNotWrittenBack() {
    speaks("a", 1);
    speaks("a", 2);

    series.drop("a");
    series.saveAll();

    assertThat(states.get("a")).isNull();
  }

  @Test
  void saveAll_storeIsGone_writesNothing() {
    speaks("a", 1);
    close();

    series.saveAll();

    assertThat(states.isOpen()).isFalse();
  }
}

package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.STEPS;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.train.SampleBuffer;
import io.tplus1.train.SampleCheck;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kept samples after a start with settings under which rows have other columns. */
class KeptRowsTest {
  private static final String[] FILLED = {"step.interval=1s", "gap.fill=linear"};

  @TempDir Path directory;
  private MockProcessorContext<String, Object> context;
  private KeyValueStore<Long, TrainingSample> samples;
  private KeyValueStore<String, byte[]> history;
  private ChunkStore learner;

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rows");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    samples = store(RetrainNodes.BUFFER, Serdes.Long(), new SampleSerde());
    history = store(RetrainNodes.HISTORY, Serdes.String(), Serdes.ByteArray());
    learner = new ChunkStore(store(RetrainNodes.LEARNER, Serdes.String(), Serdes.ByteArray()));
  }

  private <K, V> KeyValueStore<K, V> store(String name, Serde<K> keys, Serde<V> values) {
    KeyValueStore<K, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  /** A start under some settings, which keeps one sample more; what all kept ones do not teach. */
  private List<BitSet> withoutLoss(Map<String, String> settings, TrainingSample next) {
    Configuration configuration = new Configuration(settings);
    RetrainPlan plan = RetrainPlan.of(configuration, configuration.schema(), Optional.empty());
    RetrainProgress progress = new RetrainProgress(plan.retrain, plan.task, List.of());
    progress.load(history);
    KeptSamples kept =
        new KeptSamples(
            plan.modelName,
            samples,
            new SampleBuffer(100, 0, 1_000_000),
            plan.rows,
            progress.rowKinds);
    ModelOutput output = new ModelOutput(context, plan.modelName, new RetrainCounters());
    LinearParts linear = new LinearParts(Map.of(), 24, learner, output);
    kept.load(
        new SampleCheck(plan.task.schema(), plan.task.steps(), plan.task.horizon()),
        progress,
        linear,
        false);
    kept.add(++progress.sequence, next);
    progress.save(history);
    return kept.buffer().snapshot().samples().stream().map(TrainingSample::withoutLoss).toList();
  }

  /** Rows of a number and further columns, of which the last one holds one value in all steps. */
  private static TrainingSample sample(int at, int columns, float last) {
    float[] rows = new float[columns * STEPS];
    Arrays.fill(rows, at);
    long[] times = new long[STEPS];
    for (int s = 0; s < STEPS; s++) {
      rows[columns * s + columns - 1] = last;
      times[s] = 1_000L * (at + s);
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(rows, times, columns, 0, STEPS),
        FeatureWindow.of(new FeatureVector(1_000L * (at + STEPS), new float[] {at})),
        1);
  }

  @Test
  void load_rowsHaveMoreColumnsNow_madeUpStepsTeachNothing() {
    Map<String, String> before = with(with(REFRESH, "experts=rnn"), FILLED);
    List<BitSet> whole = withoutLoss(before, sample(1, 2, RowLayout.FILLED));
    assertThat(whole).singleElement().isNotEqualTo(new BitSet());

    Map<String, String> now = with(before, "experts=last,linear,rnn");

    assertThat(withoutLoss(now, sample(2, 3, RowLayout.OBSERVED)))
        .containsExactlyInAnyOrder(whole.get(0), new BitSet());
    assertThat(withoutLoss(before, sample(3, 2, RowLayout.OBSERVED)))
        .containsExactlyInAnyOrder(whole.get(0), new BitSet(), new BitSet());
  }

  @Test
  void load_lastColumnWasAForecast_isTakenForNoMark() {
    Map<String, String> before = with(REFRESH, "experts=last,linear,rnn");
    assertThat(withoutLoss(before, sample(1, 2, 7))).containsExactly(new BitSet());

    Map<String, String> now = with(with(REFRESH, "experts=rnn"), FILLED);

    assertThat(withoutLoss(now, sample(2, 2, RowLayout.OBSERVED)))
        .containsExactlyInAnyOrder(new BitSet(), new BitSet());
  }
}

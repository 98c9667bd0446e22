package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Trainer;
import io.tplus1.train.Probation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class RetrainProgressTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a");

  private static int errorsUntilDrift(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(Map.of("features", "a"));
    settings.putAll(more);
    RetrainProgress progress =
        new RetrainProgress(
            new Configuration(settings).retrain(), new Trainer.Task(SCHEMA, 1, 1), List.of());
    for (int i = 0; i < 20; i++) {
      assertThat(progress.drift.add(1)).isFalse();
    }
    for (int i = 1; i <= 200; i++) {
      if (progress.drift.add(2)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }

  @Test
  void load_ofAReleaseThatKnewNoEventTimesOfProbation_goesOn() {
    KeyValueStore<String, byte[]> store = store();
    RetrainProgress before = progress();
    before.probation.start(true);
    before.probation.sample(7, 1, 3, 1);
    before.sequence = 5;
    before.save(store);
    byte[] now = store.get("progress");
    store.put("progress", Arrays.copyOf(now, now.length - Probation.INSTANT_BYTES));

    RetrainProgress after = progress();
    after.load(store);

    assertThat(after.sequence).isEqualTo(5);
    assertThat(after.probation.figures()).isEqualTo(before.probation.figures());
    // And kept whole from then on.
    after.probation.sample(8, 1, 3, 1);
    after.save(store);
    RetrainProgress again = progress();
    again.load(store);
    again.probation.sample(8, 1, 3, 1);
    after.probation.sample(8, 1, 3, 1);
    assertThat(again.probation.figures()).isEqualTo(after.probation.figures());
  }

  private static RetrainProgress progress() {
    return new RetrainProgress(
        new Configuration(Map.of("features", "a")).retrain(),
        new Trainer.Task(SCHEMA, 1, 1),
        List.of());
  }

  private static KeyValueStore<String, byte[]> store() {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("history"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  @Test
  void drift_settings_decideWhenItIsOne() {
    int usual = errorsUntilDrift(Map.of());

    assertThat(errorsUntilDrift(Map.of("retrain.drift.threshold", "2")))
        .isLessThan(usual)
        .isGreaterThanOrEqualTo(10);
    assertThat(
            errorsUntilDrift(Map.of("retrain.drift.threshold", "2", "retrain.drift.minimum", "1")))
        .isLessThan(10);
    assertThat(errorsUntilDrift(Map.of("retrain.drift.delta", "1.5"))).isEqualTo(Integer.MAX_VALUE);
  }
}

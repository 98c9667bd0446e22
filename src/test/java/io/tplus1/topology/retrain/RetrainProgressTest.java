package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrainProgressTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a");

  private static int errorsUntilDrift(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(Map.of("features", "a"));
    settings.putAll(more);
    RetrainProgress progress =
        new RetrainProgress(
            new Configuration(settings).retrain(), new Trainer.Task(SCHEMA, 1, 1), List.of());
    for (int i = 0; i < 20; i++) {
      assertThat(progress.drift.add(i, 1, 1, 1)).isFalse();
    }
    for (int i = 1; i <= 200; i++) {
      if (progress.drift.add(20 + i, 1, 1, 2)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
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

  @Test
  void load_challengerHalfJudged_isAsSureAsBefore(@TempDir Path directory) {
    RetrainProgress progress = ofChallengers();
    for (int i = 0; i < 7; i++) {
      progress.gate.add(i, 1, 1, .5 + .01 * i, .6, .7);
    }
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("history"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "progress");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    store.init(
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile())
            .getStateStoreContext(),
        store);
    ofChallengers().load(store);
    progress.save(store);

    RetrainProgress again = ofChallengers();
    again.load(store);

    assertThat(again.gate.figures()).isEqualTo(progress.gate.figures());
    assertThat(again.gate.figures().get("gateEvidence")).isLessThan(-2);
  }

  private static RetrainProgress ofChallengers() {
    return new RetrainProgress(
        new Configuration(Map.of("features", "a", "retrain.mode", "retrain")).retrain(),
        new Trainer.Task(SCHEMA, 1, 1),
        List.of());
  }
}

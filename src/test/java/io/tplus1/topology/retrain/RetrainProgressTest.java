package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Trainer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

package io.tplus1.topology;

import static io.tplus1.JsonSchemas.assertValid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.JsonSchemas;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether a forecast says that its model is older than it may be. */
class ModelAgeTopologyTest {
  @Test
  void push_modelThatDoesNotTellWhenItLearnt_isNotCalledStale() throws Exception {
    try (var harness = HoledSeries.harness("model.max.age", "1h")) {
      ModelArtifact artifact = SmallArtifacts.of(harness.schema(), 3, 2, "7");
      ModelManifest told = artifact.manifest();
      // As an import writes it.
      ModelManifest untold =
          new ModelManifest(
              told.schema(),
              told.steps(),
              told.horizon(),
              told.strategy(),
              told.inputScaling(),
              told.targetScaling(),
              new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of()));
      harness.serve(SmallArtifacts.load(artifact), untold);
      for (int i = 0; i < 3; i++) {
        harness.push("k", HoledSeries.T0.plusSeconds(i), 1, 1);
      }

      assertThat(harness.counters().forecasts(ForecastStatus.STALE_MODEL)).isZero();
      assertThat(harness.counters().forecasts(ForecastStatus.OK)).isPositive();
    }
  }

  @Test
  void push_modelOlderThanItMayBe_saysSo() throws Exception {
    try (var harness = HoledSeries.harness("model.max.age", "1h")) {
      ModelArtifact artifact = SmallArtifacts.of(harness.schema(), 3, 2, "7");
      harness.serve(SmallArtifacts.load(artifact), artifact.manifest());
      Instant newest = Instant.ofEpochMilli(artifact.manifest().provenance().toMs());
      harness.push("k", newest.plusSeconds(3_600), 1, 1);
      harness.push("k", newest.plusSeconds(3_600).plusMillis(1), 1, 1);

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions)
          .extracting(Prediction::status)
          .containsExactly(ForecastStatus.COLD_START, ForecastStatus.STALE_MODEL);
      assertThat(harness.counters().forecasts(ForecastStatus.STALE_MODEL)).isEqualTo(1);
      assertValid(
          JsonSchemas.schema("prediction"),
          new String(
              new PredictionSerde(harness.schema()).serializer().serialize("t", predictions.get(1)),
              UTF_8));
    }
  }
}

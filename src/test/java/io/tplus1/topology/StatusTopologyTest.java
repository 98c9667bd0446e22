package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.serde.Prediction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private static ForecastTestHarness harness(String... more) {
    return new ForecastTestHarness(
        TestSettings.with(Map.of("features", "x,y", "window.steps", "3"), more));
  }

  private static RecordingForecaster model(String hash, ForecastTestHarness on, float... answer) {
    return new RecordingForecaster(hash, on.schema(), 3, 1, answer);
  }

  @Test
  void push_fewerThanHistoryMinimum_givesNoForecastAndIsCounted() throws Exception {
    try (var harness = harness("history.minimum", "2")) {
      RecordingForecaster model = model("m", harness, 7);
      harness.serve(model);

      harness.push("k", T0, 1, 2);
      assertThat(harness.predictions()).isEmpty();
      assertThat(model.windows()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.INSUFFICIENT_HISTORY))
          .isEqualTo(1);
      harness.push("k", T0.plusSeconds(1), 3, 4);
      harness.push("k", T0.plusSeconds(2), 5, 6);
      harness.push("k", T0.plusSeconds(3), 7, 8);

      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .containsExactly(ForecastStatus.COLD_START, ForecastStatus.OK, ForecastStatus.OK);
      assertThat(harness.counters().forecasts(ForecastStatus.COLD_START)).isEqualTo(1);
      assertThat(harness.counters().forecasts(ForecastStatus.OK)).isEqualTo(2);
      assertThat(harness.counters().forecasts()).isEqualTo(3);
    }
  }

  /** A network of an output for each step: those of steps that are not there are no forecasts. */
  @Test
  void push_fewerThanAStepwiseNetworkNeeds_isPersistence() throws Exception {
    try (var harness = harness("history.minimum", "1", "forecast.horizon", "3")) {
      Network network =
          new Network(
              2,
              Shape.ANY_STEPS,
              List.of(
                  new Layer.Dense(
                      2, ActivationFunction.LINEAR, new float[4], new float[] {70, 80})));
      harness.serve(
          new RnnModelLoader()
              .load(
                  RawNetworks.artifact(
                      network,
                      harness.schema(),
                      3,
                      3,
                      new Provenance("test", 0, 0, 0, 0, Map.of(), Map.of()),
                      List.of())));

      for (int i = 0; i < 3; i++) {
        harness.push("k", T0.plusSeconds(i), 1, 2);
      }

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions)
          .extracting(Prediction::status)
          .containsExactly(ForecastStatus.NO_MODEL, ForecastStatus.NO_MODEL, ForecastStatus.OK);
      assertThat(predictions.get(0).values()).containsExactly(1, 2, 1, 2, 1, 2);
      assertThat(predictions.get(2).values()).containsExactly(70, 80, 70, 80, 70, 80);
    }
  }

  @Test
  void push_historyMinimumNotSet_waitsForAFullWindow() {
    try (var harness = harness()) {
      for (int i = 0; i < 3; i++) {
        assertThat(harness.predictions()).isEmpty();
        harness.push("k", T0.plusSeconds(i), i, i);
      }

      assertThat(harness.predictions()).hasSize(1);
      assertThat(harness.counters().events(ForecastCounters.Event.INSUFFICIENT_HISTORY))
          .isEqualTo(2);
    }
  }

  @Test
  void push_noModel_isPersistenceAndScored() {
    try (var harness = harness("history.minimum", "1")) {
      harness.push("k", T0, 1, 2);
      harness.push("k", T0.plusSeconds(1), 3, 5);

      List<TestRecord<String, Prediction>> records = harness.predictionRecords();
      assertThat(records).hasSize(2);
      Prediction first = records.get(0).value();
      assertThat(first.status()).isEqualTo(ForecastStatus.NO_MODEL);
      assertThat(first.model()).isEqualTo("persistence");
      assertThat(first.values()).containsExactly(1, 2);
      assertThat(records.get(0).key()).isEqualTo("k").isEqualTo(first.key());
      assertThat(records.get(0).timestamp()).isEqualTo(T0.toEpochMilli()).isEqualTo(first.timeMs());
      assertThat(harness.scores())
          .containsExactly(
              "{\"key\":\"k\",\"time\":1767139201000,\"madeAt\":1767139200000,\"horizon\":1,"
                  + "\"status\":\"NO_MODEL\",\"model\":\"persistence\",\"features\":{"
                  + "\"x\":{\"actual\":3.0,\"forecast\":1.0,\"error\":-2.0,\"persistenceError\":-2.0},"
                  + "\"y\":{\"actual\":5.0,\"forecast\":2.0,\"error\":-3.0,\"persistenceError\":-3.0}}}");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void push_modelPutsOutNoNumber_isPersistenceWithTheModelsName(float broken) throws Exception {
    try (var harness = harness("history.minimum", "1")) {
      harness.serve(model("broken", harness, 7, broken));

      harness.push("k", T0, 1, 2);

      Prediction prediction = harness.predictions().get(0);
      assertThat(prediction.status()).isEqualTo(ForecastStatus.MODEL_FAILED);
      assertThat(prediction.model()).isEqualTo("broken");
      assertThat(prediction.values()).containsExactly(1, 2);
      assertThat(harness.counters().forecasts(ForecastStatus.MODEL_FAILED)).isEqualTo(1);
    }
  }

  @Test
  void push_severalStatusesHold_saysTheLowerInTheTable() throws Exception {
    String[] settings = {
      "window.steps", "4", "step.interval", "10s", "gap.fill", "last", "model.max.age", "1h"
    };
    try (var harness = HoledSeries.harness(settings)) {
      ModelArtifact artifact = SmallArtifacts.of(harness.schema(), 4, 2, "7");
      Instant learnt = Instant.ofEpochMilli(artifact.manifest().provenance().toMs());
      harness.push("short", learnt.plusSeconds(3_570), 1, 1);
      harness.push("short", learnt.plusSeconds(3_590), 1, 1); // One step is absent, as below.
      harness.serve(SmallArtifacts.load(artifact), artifact.manifest());
      harness.push("k", learnt.plusSeconds(3_570), 1, 1);
      harness.push("k", learnt.plusSeconds(3_590), 1, 1);
      harness.push("k", learnt.plusSeconds(3_600), 1, 1);
      harness.push("k", learnt.plusSeconds(3_620), 1, 1);
      harness.serve(
          new RecordingForecaster("m", harness.schema(), 4, 2, Float.NaN), artifact.manifest());
      harness.push("k", learnt.plusSeconds(3_640), 1, 1);

      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .containsExactly(
              ForecastStatus.NO_MODEL,
              ForecastStatus.NO_MODEL,
              ForecastStatus.COLD_START,
              ForecastStatus.GAP_FILLED,
              ForecastStatus.GAP_FILLED,
              ForecastStatus.STALE_MODEL,
              ForecastStatus.MODEL_FAILED);
    }
  }

  @Test
  void serve_betweenTwoRecords_servesFromTheNextOnAndScoresTheOldOneAsItsOwn() throws Exception {
    try (var harness = harness("history.minimum", "1")) {
      harness.serve(model("one", harness, 7));
      harness.push("k", T0, 1, 2);
      harness.serve(model("two", harness, 8));
      harness.push("k", T0.plusSeconds(1), 3, 4);

      assertThat(harness.predictions())
          .extracting(Prediction::model, prediction -> prediction.values()[0])
          .containsExactly(Tuple.tuple("one", 7f), Tuple.tuple("two", 8f));
      assertThat(harness.scores())
          .singleElement()
          .asString()
          .contains("\"model\":\"one\"", "\"forecast\":7.0");
    }
  }

  @Test
  void serve_modelOfAnotherShape_isRefusedAndTheFormerServesOn() throws Exception {
    try (var harness = harness("history.minimum", "1")) {
      harness.serve(model("one", harness, 7));
      assertThatExceptionOfType(InvalidArtifactException.class)
          .isThrownBy(
              () -> harness.serve(new RecordingForecaster("two", harness.schema(), 4, 1, 8)))
          .withMessageContaining("window.steps is 3 here and 4 in the model");
      harness.push("k", T0, 1, 2);

      assertThat(harness.predictions()).extracting(Prediction::model).containsExactly("one");
    }
  }
}

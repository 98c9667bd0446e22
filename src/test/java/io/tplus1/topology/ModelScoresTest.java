package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.ModelScores;
import io.tplus1.topology.state.LearntStates;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sums of matured errors by model: when they go out, and what they add up. */
class ModelScoresTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  @TempDir private File stateDir;

  private static ForecastSettings settings(Map<String, String> more) {
    return RigSettings.of(RigSettings.windows(2, 1, 100_000, 100, 10), true, more);
  }

  private static List<ModelScores> take(ProcessorRig rig) {
    return rig.take(ForecastNodes.MODEL_SCORES, ModelScores.class);
  }

  /** As many vectors as give a series a usual change, of 2; none is counted yet. */
  private static void young(ProcessorRig rig) {
    for (int i = 1; i <= 6; i++) {
      rig.process("k", i, i % 2 == 0 ? 6 : 4);
    }
  }

  /** The last value moves by 2 and then by −2, so a usual change is 2; the model says 0. */
  @Test
  void process_anotherModelInBetween_sumsRelativeErrorsOfEach() throws Exception {
    try (var rig = new ProcessorRig(stateDir, SCHEMA, settings(Map.of()))) {
      young(rig);
      rig.registry().serve(new RecordingForecaster("zero", SCHEMA, 2, 1, 0));
      rig.process("k", 7, 4);
      rig.process("k", 8, 6);
      rig.process("k", 9, 4);
      rig.punctuate();

      ModelScores scores = take(rig).get(0);
      assertThat(scores.task()).isEqualTo("0_0");
      assertThat(scores.toMs()).isEqualTo(9);
      assertThat(scores.byModel()).containsOnlyKeys("persistence", "zero");
      ModelScores.Sums before = scores.byModel().get("persistence");
      assertThat(before.count())
          .as("those before had no usual change to be held against")
          .isEqualTo(1);
      assertThat(before.error()).isEqualTo(1).isEqualTo(before.persistence());
      ModelScores.Sums zero = scores.byModel().get("zero");
      assertThat(zero.count()).isEqualTo(2);
      assertThat(zero.error()).isCloseTo(9 + 4, within(1e-9)).isEqualTo(zero.network());
      assertThat(zero.persistence()).isCloseTo(2, within(1e-9));
      assertThat(zero.intervals()).isEqualTo(2);
    }
  }

  @Test
  void process_mix_sumsTheNetworksOwnErrorBeside() throws Exception {
    try (var rig = new ProcessorRig(stateDir, SCHEMA, settings(Map.of("experts", "last,rnn")))) {
      rig.registry().serve(new RecordingForecaster("zero", SCHEMA, 2, 1, 0));
      young(rig);
      rig.process("k", 7, 4);
      rig.punctuate();

      ModelScores.Sums zero = take(rig).get(0).byModel().get("zero");
      assertThat(zero.network()).isEqualTo(4);
      assertThat(zero.error()).isLessThan(4);
    }
  }

  /** Without the experts, the last value would have been sent in its place. */
  @Test
  void process_mixWhoseNetworkFails_sumsTheErrorOfPersistenceAsTheNetworks() throws Exception {
    Map<String, String> mix = Map.of("experts", "seasonal,rnn", "season.steps", "2");
    try (var rig = new ProcessorRig(stateDir, SCHEMA, settings(mix))) {
      rig.registry().serve(new RecordingForecaster("nan", SCHEMA, 2, 1, Float.NaN));
      young(rig);
      rig.process("k", 7, 4);
      rig.process("k", 8, 6);
      rig.punctuate();

      ModelScores.Sums nan = take(rig).get(0).byModel().get("nan");
      assertThat(nan.count()).isEqualTo(2);
      assertThat(nan.persistence()).isCloseTo(2, within(1e-9));
      assertThat(nan.network()).isEqualTo(nan.persistence());
      assertThat(nan.error()).as("the season was known").isLessThan(1);
    }
  }

  /** A replay's clock may stand. */
  @Test
  void process_clockThatStands_emitsAfterAHundredAndThenBeginsAnew() {
    try (var rig = new ProcessorRig(stateDir, SCHEMA, settings(Map.of()))) {
      for (int i = 0; i <= 105; i++) {
        rig.process("k", i, i % 3);
      }
      assertThat(take(rig))
          .singleElement()
          .satisfies(one -> assertThat(one.byModel().get("persistence").count()).isEqualTo(100));

      rig.process("k", 106, 1);
      rig.punctuate();
      assertThat(take(rig))
          .singleElement()
          .satisfies(one -> assertThat(one.byModel().get("persistence").count()).isEqualTo(1));
      rig.punctuate();
      assertThat(take(rig)).isEmpty();
    }
  }

  @Test
  void process_manyOnAClockThatMoves_emitsWhenTheSecondIsOver() {
    try (var rig = new ProcessorRig(stateDir, SCHEMA, settings(Map.of()))) {
      for (int i = 0; i < 5_000; i++) {
        rig.setWallClock(1 + i / 5);
        rig.process("k", i, i % 3);
      }
      assertThat(take(rig)).isEmpty();

      rig.punctuate();
      assertThat(take(rig))
          .singleElement()
          .satisfies(one -> assertThat(one.byModel().get("persistence").count()).isEqualTo(4_994));
    }
  }

  @Test
  void process_nothingLearns_emitsNeitherScoresNorSamples() {
    ForecastSettings off = RigSettings.of(RigSettings.windows(2, 1, 100_000, 100, 10), false);
    try (var rig = new ProcessorRig(stateDir, SCHEMA, off)) {
      for (int i = 0; i < 300; i++) {
        rig.process("k", i, i % 3);
      }
      rig.punctuate();

      assertThat(rig.takeAll()).hasSize(300 + 299);
      assertThat(rig.state("k").learnt()).isEqualTo(LearntStates.NOTHING);
    }
  }
}

package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.START;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training may take where the champion that learning goes on from is another by now. */
class SuccessorMemoryTest {
  private static final int STEPS = 24;

  /** Nothing is due by itself, and no probation ends. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("features", "a"),
          Map.entry("window.steps", Integer.toString(STEPS)),
          Map.entry("window.store", "memory"),
          Map.entry("train.hidden", "2"),
          Map.entry("train.epochs", "1"),
          Map.entry("train.optimizer", "adam"),
          Map.entry("train.inputs", "difference"),
          Map.entry("retrain.mode", "retrain"),
          Map.entry("retrain.warm", "false"),
          Map.entry("retrain.memory.limit", "2000000"),
          Map.entry("retrain.every.samples", "0"),
          Map.entry("retrain.on.drift", "false"),
          Map.entry("retrain.first.samples", "100000"),
          Map.entry("retrain.buffer", "4000"),
          Map.entry("probation.scores", "1000000"));

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"refresh", "retrain"})
  void rollBack_toLargerNetworks_theyLearnFromFewerSamples(String mode) {
    ModelArtifact large = made("train.hidden=32");
    Map<String, String> settings = with(SMALL, "retrain.mode=" + mode, "retrain.warm=true");
    long room = room(settings, large);
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SMALL, Runnable::run)) {
      serveSmallAfter(rig, large);
      rig.restart(settings);
      fill(rig);
      RetrainCounters.Buffer full = rig.counters().buffer();
      assertThat(full.bytes()).as("what the small ones leave").isGreaterThan(room);

      rig.command("back", ModelCommand.Kind.ROLLBACK);
      rig.command("now", ModelCommand.Kind.RETRAIN);

      assertThat(rig.events())
          .extracting(ModelEvent::kind)
          .containsExactly(Kind.ROLLED_BACK, Kind.TRAINED);
      RetrainCounters.Buffer held = rig.counters().buffer();
      assertThat(held.bytes()).isBetween(room / 2, room);
      assertThat(held.limit()).isBetween(held.samples(), full.samples());
      assertThat(rig.kept()).as("until a sample comes").isEqualTo(full.samples());
      rig.sample(sample(10_000));
      assertThat(rig.kept()).isEqualTo(rig.counters().buffer().samples());
      assertThat(rig.counters().buffer().bytes()).isLessThanOrEqualTo(room);
    }
  }

  @Test
  void rollBack_toNetworksThatNeverFit_trainingFailsAndNoSampleGoes() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SMALL, Runnable::run)) {
      serveSmallAfter(rig, made("train.hidden=400"));
      rig.restart(with(SMALL, "retrain.warm=true"));
      fill(rig);
      int full = rig.kept();

      rig.command("back", ModelCommand.Kind.ROLLBACK);
      rig.command("now", ModelCommand.Kind.RETRAIN);

      List<ModelEvent> events = rig.events();
      assertThat(events)
          .extracting(ModelEvent::kind)
          .containsExactly(Kind.ROLLED_BACK, Kind.FAILED);
      assertThat(events.get(1).reason())
          .contains("retrain.memory.limit is 2000000", "retrain.warm=false");
      assertThat(rig.kept()).isEqualTo(full);
    }
  }

  /** Room that the larger ones took is there again. */
  @Test
  void promote_smallerNetworks_moreSamplesAreKept() {
    ModelArtifact large = made("train.hidden=32");
    Map<String, String> settings = with(SMALL, "retrain.warm=true");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SMALL, Runnable::run)) {
      String small = serveSmallAfter(rig, large);
      rig.command("back", ModelCommand.Kind.ROLLBACK);
      rig.events();
      rig.restart(settings);
      fill(rig);
      assertThat(rig.counters().buffer().bytes()).isLessThanOrEqualTo(room(settings, large));

      rig.command("again", ModelCommand.Kind.PROMOTE, Optional.of(small));
      rig.command("now", ModelCommand.Kind.RETRAIN);
      for (int i = 3_002; i < 6_002; i++) {
        rig.sample(sample(i));
      }

      assertThat(rig.counters().buffer().bytes()).isGreaterThan(room(settings, large));
    }
  }

  /** A given model is adopted, and a smaller one promoted over it; returns its hash. */
  private static String serveSmallAfter(RetrainRig rig, ModelArtifact large) {
    rig.restartWith(large);
    rig.sample(sample(0));
    rig.sample(sample(1));
    rig.command("small", ModelCommand.Kind.RETRAIN);
    String small = rig.events().get(1).hash().orElseThrow();
    rig.command("promote", ModelCommand.Kind.PROMOTE, Optional.of(small));
    assertThat(rig.champion()).isEqualTo(small);
    rig.events();
    return small;
  }

  private static void fill(RetrainRig rig) {
    for (int i = 2; i < 3_002; i++) {
      rig.sample(sample(i));
    }
    assertThat(rig.events()).isEmpty();
  }

  private static RetrainPlan plan(Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    return RetrainPlan.of(configuration, configuration.schema(), Optional.empty());
  }

  /** Bytes that samples may take beside trainings that go on from an artifact. */
  private static long room(Map<String, String> settings, ModelArtifact goesOn) {
    return new TrainingRoom(plan(settings), new RnnLearning(), Optional.of(goesOn)).bytes();
  }

  private static ModelArtifact made(String... settings) {
    RetrainPlan plan = plan(with(SMALL, settings));
    return new RnnLearning()
        .start(plan.task, plan.training, List.of(sample(0), sample(1)))
        .artifact(new Provenance("train", 0, 1, 2, 1, Map.of(), Map.of()));
  }

  private static TrainingSample sample(int at) {
    float[] values = new float[STEPS + 1];
    long[] times = new long[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      values[i] = (at + i) % 7;
      times[i] = START.toEpochMilli() + 1_000L * (at + i);
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, 1, 0, STEPS),
        FeatureWindow.over(values, times, 1, STEPS, 1),
        1);
  }
}

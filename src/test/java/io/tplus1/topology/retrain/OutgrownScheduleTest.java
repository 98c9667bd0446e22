package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ModelArtifact;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When trainings begin, and with what, where what was learnt before fits no longer. */
class OutgrownScheduleTest {
  /** Nothing but drift starts a training, and only a champion's errors can drift. */
  private static final Map<String, String> ON_DRIFT =
      with(
          REFRESH,
          "retrain.every.samples=0",
          "retrain.on.drift=true",
          "retrain.warm=false",
          "train.epochs=40");

  private static final int FIRST = 40;

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  private RetrainRig withChampion(Map<String, String> settings) {
    RetrainRig rig = new RetrainRig(directory.toFile(), settings, Runnable::run);
    samples.subList(0, 100).forEach(rig::sample);
    assertThat(rig.champion()).isNotNull();
    rig.events();
    return rig;
  }

  private void shorter(RetrainRig rig, int from, int to) {
    samples.subList(from, to).forEach(one -> rig.sample(RetrainOtherSettingsTest.shortened(one)));
  }

  private static List<Kind> kinds(RetrainRig rig) {
    return rig.events().stream().map(ModelEvent::kind).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"refresh", "retrain"})
  void process_keptSamplesFitNoLonger_firstTrainingWaitsForItsSamples(String mode) {
    Map<String, String> settings = with(ON_DRIFT, "retrain.mode=" + mode);
    try (RetrainRig rig = withChampion(settings)) {
      String champion = rig.champion();
      rig.restart(with(settings, "window.steps=4"));
      shorter(rig, 100, 120);
      rig.restart();
      shorter(rig, 120, 100 + FIRST - 1);
      assertThat(kinds(rig)).isEmpty();

      shorter(rig, 100 + FIRST - 1, 100 + FIRST);
      assertThat(kinds(rig)).containsExactly(Kind.TRAINED);
      shorter(rig, 100 + FIRST, 200);
      assertThat(rig.champion()).isNotEqualTo(champion);
    }
  }

  /** Shorter windows are those of young series, from which longer ones are learnt, too. */
  @ParameterizedTest
  @ValueSource(strings = {"refresh", "retrain"})
  void process_championFitsNoLongerAndKeptSamplesDo_oneIsTrained(String mode) {
    Map<String, String> settings = with(ON_DRIFT, "retrain.mode=" + mode);
    try (RetrainRig rig = withChampion(settings)) {
      rig.restart(with(settings, "window.steps=7"));
      rig.tick(5);
      for (int i = 0; i < 3 * FIRST; i++) {
        rig.sample(RetrainOffTest.longer(samples.size() + i));
      }

      assertThat(kinds(rig)).contains(Kind.TRAINED);
    }
  }

  @Test
  void judge_rejectedWhileTheChampionFitsNoLonger_isTriedAgain() {
    Map<String, String> settings = with(ON_DRIFT, "retrain.mode=retrain");
    Map<String, String> inVain =
        with(
            settings,
            "window.steps=4",
            "train.epochs=1",
            "train.learning.rate=1e-6",
            "gate.margin=.9");
    try (RetrainRig rig = withChampion(settings)) {
      rig.restart(inVain);
      shorter(rig, 100, 200);

      assertThat(kinds(rig)).startsWith(Kind.TRAINED, Kind.REJECTED, Kind.TRAINED);
    }
  }

  @Test
  void tick_byTheClockAndKeptSamplesFitNoLonger_noneLearnsFromOneSample() {
    Map<String, String> settings = with(ON_DRIFT, "retrain.mode=retrain", "retrain.every=1h");
    try (RetrainRig rig = withChampion(settings)) {
      rig.restart(with(settings, "window.steps=4"));
      shorter(rig, 100, 101);
      rig.tick(7_200);
      assertThat(kinds(rig)).isEmpty();

      shorter(rig, 101, 100 + FIRST);
      ModelEvent first = rig.events().get(0);
      assertThat(first.kind()).isEqualTo(Kind.TRAINED);
      assertThat(first.figures().get("trainedSamples")).isGreaterThan(30);
    }
  }

  /** Their steps are too few, and too small, to change what they began with. */
  @Test
  void process_newNetworksAfterOthersWereGivenUp_beginWithOtherWeights() throws Exception {
    Map<String, String> still =
        with(REFRESH, "train.inputs=difference", "train.learning.rate=1e-9", "gate.margin=.9");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), still, Runnable::run)) {
      samples.subList(0, FIRST).forEach(rig::sample);
      ModelArtifact before = trained(rig);
      for (String inputs : List.of("difference,level", "difference")) {
        rig.restart(with(still, "train.inputs=" + inputs));
        rig.command("broken by " + inputs, ModelCommand.Kind.RETRAIN);
        assertThat(kinds(rig)).endsWith(Kind.FAILED);
        rig.command("anew with " + inputs, ModelCommand.Kind.RETRAIN);
      }
      ModelArtifact after = trained(rig);
      rig.command("goes on", ModelCommand.Kind.RETRAIN);
      ModelArtifact later = trained(rig);

      float[] first = weights(before);
      float[] anew = weights(after);
      float most = 0;
      for (int i = 0; i < first.length; i++) {
        most = Math.max(most, Math.abs(anew[i] - first[i]));
      }
      assertThat(anew).hasSameSizeAs(first);
      assertThat(most).isGreaterThan(.1f);
      assertThat(seed(before)).isEqualTo(1);
      assertThat(seed(after)).as("another").isNotEqualTo(1);
      assertThat(seed(later)).as("that of the first weights").isEqualTo(seed(after));
    }
  }

  private static ModelArtifact trained(RetrainRig rig) throws Exception {
    List<ModelEvent> events = rig.events();
    ModelEvent newest = events.get(events.size() - 1);
    assertThat(newest.kind()).isEqualTo(Kind.TRAINED);
    return rig.artifact(newest.hash().orElseThrow());
  }

  private static long seed(ModelArtifact artifact) {
    return artifact.manifest().provenance().seed();
  }

  private static float[] weights(ModelArtifact artifact) {
    ByteBuffer bytes = ByteBuffer.wrap(artifact.entry("network.bin"));
    bytes.order(ByteOrder.LITTLE_ENDIAN).position(16); // Behind its header.
    float[] weights = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(weights);
    return weights;
  }
}

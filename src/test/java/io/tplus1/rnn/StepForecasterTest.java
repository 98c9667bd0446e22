package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import io.tplus1.rnn.training.TestTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepForecasterTest {
  private static final Trainer.Task TASK = StepTasks.task(14, 2, true);
  private static List<TrainingSample> samples;
  private static ModelArtifact ensemble;

  @BeforeAll
  static void train() {
    samples = samples(TASK, 400, StepTasks::wave);
    ensemble =
        new RnnTrainer()
            .train(
                TASK,
                StepTasks.settings(2, TrainingSettings.Loss.HUBER),
                samples.subList(0, 300),
                samples.subList(310, 340),
                SILENT);
  }

  private static float[] forecast(Forecaster forecaster, FeatureWindow window) {
    float[] out = new float[forecaster.outputLength()];
    forecaster.newSession().forecast(window, out);
    return out;
  }

  @Test
  void train_byEpochs_beatsPersistenceAndIsProvenByDl4j() throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(ensemble.toBytes()));
    List<TrainingSample> last = samples.subList(340, samples.size());
    assertThat(TestTasks.mse(forecaster, last))
        .isLessThan(0.1 * TestTasks.mse(new LastValue(StepTasks.TWO, 14, 2), last));
    assertThat(forecaster.kernel()).isNotEqualTo("dl4j");
    assertThat(Verdict.of(ensemble).ok()).isTrue();
    assertThat(Verdict.of(ensemble).reason()).contains("DL4J");
    assertThat(ensemble.entry("dl4j-2.zip")).isNotNull();
    assertThat(ensemble.manifest().provenance().figures())
        .containsKeys("trainingLoss", "validationLoss", "epochs");
    assertThat(new RnnModelLoader().needsProof(ensemble)).isFalse();
  }

  @Test
  void forecast_ensemble_isTheMeanOfItsMembers() throws InvalidArtifactException {
    List<float[]> alone = new ArrayList<>();
    ModelManifest m = ensemble.manifest();
    for (int member = 0; member < 2; member++) {
      Map<String, byte[]> entries = new TreeMap<>();
      entries.put(NetworkCodec.ARCHITECTURE, ensemble.entry(NetworkCodec.ARCHITECTURE));
      entries.put(NetworkCodec.WEIGHTS, ensemble.entry(StoredNetworks.weights(member)));
      ModelManifest one =
          new ModelManifest(
              m.schema(),
              m.steps(),
              m.horizon(),
              m.strategy(),
              m.inputScaling(),
              m.targetScaling(),
              m.provenance(),
              m.stepInputs(),
              m.meanChanges(),
              1,
              m.inputLimit(),
              m.targetLimit());
      alone.add(
          forecast(
              new RnnModelLoader().load(ModelArtifact.of(one, entries)), samples.get(7).window()));
    }
    float[] both = forecast(new RnnModelLoader().load(ensemble), samples.get(7).window());
    assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
    for (int i = 0; i < both.length; i++) {
      float mean = (alone.get(0)[i] + alone.get(1)[i]) / 2;
      assertThat(both[i]).isCloseTo(mean, within(1e-6f * Math.abs(mean)));
    }
  }

  @Test
  void forecast_anyUnits_scaleWithTheSeries() throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader(KernelKind.PLAIN).load(ensemble);
    FeatureVector[] vectors = samples.get(20).window().toVectors();
    FeatureVector[] moved = new FeatureVector[vectors.length];
    for (int t = 0; t < vectors.length; t++) {
      float[] v = vectors[t].values();
      moved[t] = new FeatureVector(vectors[t].timeMs(), new float[] {v[0] - 1000, v[1] + 3});
    }
    float[] there = forecast(forecaster, FeatureWindow.of(vectors));
    float[] here = forecast(forecaster, FeatureWindow.of(moved));
    // The level of a series says nothing: only its changes do.
    for (int h = 0; h < 2; h++) {
      assertThat(here[2 * h] + 1000).isCloseTo(there[2 * h], within(0.01f));
      assertThat(here[2 * h + 1] - 3).isCloseTo(there[2 * h + 1], within(1e-5f));
    }
  }

  @Test
  void forecast_aFlatSeries_isItsLastValueUpToTheTrainingsPart() throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader().load(ensemble);
    float[] flat = forecast(forecaster, FeatureWindow.of(vector(0, 5), vector(1, 5)));
    double part = 0.1 * ensemble.manifest().meanChanges().get(0);
    for (float value : flat) {
      assertThat((double) value).isBetween(5 - 10 * part, 5 + 10 * part);
    }
    // Nothing ever changed, in training either.
    List<TrainingSample> still = samples(TASK, 60, t -> new float[] {5, -1});
    ModelArtifact never =
        new RnnTrainer()
            .train(
                TASK, StepTasks.settings(1, TrainingSettings.Loss.HUBER), still, List.of(), SILENT);
    assertThat(never.manifest().meanChanges()).containsExactly(0f, 0f);
    assertThat(forecast(new RnnModelLoader().load(never), still.get(0).window()))
        .containsExactly(5, -1, 5, -1);
  }

  private static FeatureVector vector(int t, float value) {
    return new FeatureVector(t * 1000L, new float[] {value, value});
  }

  @Test
  void forecast_fromARing_isThatOfACopy() throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader().load(ensemble);
    WindowRing ring = new WindowRing(14, 2, Long.MAX_VALUE);
    for (int t = 0; t < 60; t++) {
      ring.append(t * 1000L, StepTasks.wave(t));
      float[] viewed = forecast(forecaster, ring.window());
      assertThat(viewed).isEqualTo(forecast(forecaster, ring.window().copy()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forecast_certificateSaysThatTheKernelDiffers_dl4jServesEveryMember(boolean stored)
      throws InvalidArtifactException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (String name : List.of("network.json", "network.bin", "network-2.bin")) {
      entries.put(name, ensemble.entry(name));
    }
    ModelArtifact artifact = stored ? ensemble : ModelArtifact.of(ensemble.manifest(), entries);
    Certificate differs =
        new Certificate(
            artifact.hash(), List.of("plain-1"), "", "plain-1", "", 4, 1e-3, 1e-5, List.of());
    Forecaster forecaster =
        new RnnModelLoader().load(artifact.with(ModelArtifact.CERTIFICATE, differs.toJson()));
    assertThat(forecaster.kernel()).isEqualTo("dl4j");
    Forecaster kernel = new RnnModelLoader().load(ensemble);
    for (int i = 0; i < 5; i++) {
      float[] found = forecast(forecaster, samples.get(i).window());
      float[] expected = forecast(kernel, samples.get(i).window());
      for (int k = 0; k < found.length; k++) {
        assertThat(found[k]).isCloseTo(expected[k], within(1e-5f * Math.abs(expected[k])));
      }
    }
  }

  @Test
  void load_aMemberThatIsMissingOrOfAnotherShape_isRefused() {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put("network.json", ensemble.entry("network.json"));
    entries.put("network.bin", ensemble.entry("network.bin"));
    assertThatThrownBy(
            () -> new RnnModelLoader().load(ModelArtifact.of(ensemble.manifest(), entries)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("has 2 members, and has no network-2.bin");
    ModelManifest m = ensemble.manifest();
    StepInputs i = m.stepInputs().orElseThrow();
    StepInputs other =
        new StepInputs(
            i.columns(),
            List.of(4, 6),
            i.traced(),
            9,
            i.scaleSteps(),
            i.scalePrior(),
            i.trainingPart(),
            3,
            true,
            i.clip(),
            List.of(StepInputs.Base.LAST));
    ModelManifest wrong =
        new ModelManifest(
            m.schema(),
            m.steps(),
            m.horizon(),
            m.strategy(),
            m.inputScaling(),
            m.targetScaling(),
            m.provenance(),
            Optional.of(other),
            m.meanChanges(),
            1,
            m.inputLimit(),
            m.targetLimit());
    assertThatThrownBy(() -> new RnnModelLoader().load(ModelArtifact.of(wrong, entries)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("the step inputs want [9]");
  }

  @Test
  void train_warm_goesOnFromTheArtifact() throws InvalidArtifactException {
    TrainingSettings settings = StepTasks.settings(2, TrainingSettings.Loss.HUBER);
    List<TrainingSample> some = samples.subList(0, 40);
    ModelArtifact cold = new RnnTrainer().train(TASK, settings, some, List.of(), SILENT);
    ModelArtifact warm =
        new RnnTrainer().train(TASK, settings, some, List.of(), SILENT, Optional.of(ensemble));
    assertThat(warm.manifest().meanChanges()).isEqualTo(ensemble.manifest().meanChanges());
    List<TrainingSample> last = samples.subList(340, samples.size());
    assertThat(TestTasks.mse(new RnnModelLoader().load(warm), last))
        .isLessThan(0.5 * TestTasks.mse(new RnnModelLoader().load(cold), last));
    assertThatThrownBy(
            () ->
                new RnnTrainer()
                    .train(
                        StepTasks.task(14, 1, true),
                        settings,
                        some,
                        List.of(),
                        SILENT,
                        Optional.of(ensemble)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot begin with the given model");
  }
}

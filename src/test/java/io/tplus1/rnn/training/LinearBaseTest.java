package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.StepTasks.PROVENANCE;
import static io.tplus1.rnn.training.StepTasks.TWO;
import static io.tplus1.rnn.training.StepTasks.batches;
import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.LinearSums;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Base;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks whose outputs are added to the forecast of a linear expert. */
class LinearBaseTest {
  private static final TrainingSettings SETTINGS =
      StepTasks.settings(2, TrainingSettings.Loss.HUBER);
  private static final int STEPS = 14;
  private static final int HORIZON = 3;
  private static final RnnLearning LEARNING = new RnnLearning();

  private static List<TrainingSample> samples;
  private static LinearModel linear;

  /** A wave, and beats that two lags cannot tell. */
  private static float[] beats(int t) {
    float beat = t % 5 == 0 ? 6 : 0;
    return new float[] {
      (float) (1000 + 20 * Math.sin(t * 0.5)) + beat, (float) Math.cos(t * 0.5) - beat / 6
    };
  }

  @BeforeAll
  static void learn() {
    samples = samples(task(HORIZON, Base.LAST), 500, LinearBaseTest::beats);
    linear = linear(HORIZON);
  }

  private static Trainer.Task task(int horizon, Base... bases) {
    Trainer.Task task = StepTasks.task(STEPS, horizon, true);
    StepInputs of = task.inputs().orElseThrow();
    StepInputs inputs =
        new StepInputs(
            of.columns(),
            of.lags(),
            of.traced(),
            of.steps(),
            of.scaleSteps(),
            of.scalePrior(),
            of.trainingPart(),
            of.lossFrom(),
            of.shared(),
            of.clip(),
            List.of(bases));
    return new Trainer.Task(TWO, STEPS, horizon, Optional.of(inputs));
  }

  private static LinearModel linear(int horizon) {
    LinearSums sums =
        new LinearSums(
            new LinearShape(
                TWO, LinearShape.Kind.OWN, List.of(1, 2), false, horizon, 0.01, 1, 0, 0, 0));
    List<TrainingSample> learnt = samples(task(horizon, Base.LAST), 500, LinearBaseTest::beats);
    learnt.subList(0, 300).forEach(one -> sums.add(one.window(), one.following(), 1));
    return sums.solve().orElseThrow();
  }

  private static Learner start(Base... bases) {
    Learner learner = LEARNING.start(task(HORIZON, bases), SETTINGS, samples.subList(0, 350));
    learner.base(linear);
    return learner;
  }

  private static void step(Learner learner, int steps, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < steps; i++) {
      learner.step(batches(samples.subList(0, 350), learner.members(), 32, random));
    }
  }

  private static float[] forecast(ModelArtifact artifact, TrainingSample sample)
      throws InvalidArtifactException {
    var forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
    float[] out = new float[forecaster.outputLength()];
    forecaster.newSession().forecast(sample.window(), out);
    return out;
  }

  private static float[] ofLinear(TrainingSample sample) {
    float[] out = new float[HORIZON * 2];
    linear.forecast(sample.window(), out);
    return out;
  }

  @Test
  void artifact_beforeAnyStep_forecastsWhatIsAddedTo() throws InvalidArtifactException {
    TrainingSample sample = samples.get(420);
    float[] expert = ofLinear(sample);

    float[] onLinear = forecast(start(Base.LINEAR).artifact(PROVENANCE), sample);
    float[] onBoth = forecast(start(Base.LAST, Base.LINEAR).artifact(PROVENANCE), sample);

    for (int i = 0; i < expert.length; i++) {
      float last = sample.window().last(i % 2);
      assertThat(onLinear[i]).isCloseTo(expert[i], within(1e-6f * Math.abs(expert[i])));
      assertThat(onBoth[i])
          .isCloseTo((last + expert[i]) / 2, within(1e-6f * Math.abs(expert[i])))
          .isNotEqualTo(onLinear[i]);
    }
  }

  @Test
  void step_whatTheLinearExpertLeaves_isLearnt() throws InvalidArtifactException {
    Learner learner = start(Base.LINEAR);

    step(learner, 200, 1);

    List<TrainingSample> last = samples.subList(400, samples.size());
    double network = TestTasks.mse(new RnnModelLoader().load(learner.artifact(PROVENANCE)), last);
    double expert = 0;
    for (TrainingSample sample : last) {
      float[] says = ofLinear(sample);
      for (int i = 0; i < says.length; i++) {
        expert += Math.pow(says[i] - sample.following().value(i / 2, i % 2), 2);
      }
    }
    expert /= last.size() * 2.0 * HORIZON;
    assertThat(expert).isLessThan(TestTasks.mse(new LastValue(TWO, STEPS, HORIZON), last));
    assertThat(network).isLessThan(0.3 * expert);
  }

  @Test
  void resume_ofAnArtifact_goesOnToTheSameBits() throws InvalidArtifactException {
    Learner whole = start(Base.LAST, Base.LINEAR);
    step(whole, 10, 1);
    ModelArtifact artifact = ModelArtifact.read(whole.artifact(PROVENANCE).toBytes());

    Learner resumed =
        LEARNING.resume(
            task(HORIZON, Base.LAST, Base.LINEAR), SETTINGS, artifact, whole.state(), List.of());
    step(resumed, 10, 2);
    step(whole, 10, 2);

    assertThat(resumed.artifact(PROVENANCE)).isEqualTo(whole.artifact(PROVENANCE));
    assertThat(whole.artifact(PROVENANCE).hash()).isNotEqualTo(artifact.hash());
    assertThatThrownBy(
            () ->
                LEARNING.resume(
                    task(HORIZON, Base.LAST), SETTINGS, artifact, whole.state(), List.of()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(
            "train.base is [last, linear] in the artifact and [last] in the task");
  }

  @Test
  void artifact_onALinearExpert_saysSo() throws InvalidArtifactException {
    ModelArtifact artifact = start(Base.LAST, Base.LINEAR).artifact(PROVENANCE);
    ModelArtifact plain = start(Base.LAST).artifact(PROVENANCE);

    assertThat(manifest(artifact)).contains("\"bases\" : [ \"LAST\", \"LINEAR\"");
    assertThat(manifest(plain)).doesNotContain("bases");
    assertThat(plain.entry(RnnArtifacts.LINEAR)).isNull();
    assertThat(Verdict.of(artifact).ok()).isTrue();
    assertThat(ModelArtifact.read(artifact.toBytes()).manifest().stepInputs().orElseThrow().bases())
        .containsExactly(Base.LAST, Base.LINEAR);
  }

  private static String manifest(ModelArtifact artifact) {
    return new String(artifact.entry("manifest.json"), StandardCharsets.UTF_8);
  }

  @Test
  void load_withoutTheLinearExpertOrWithAnother_isRefused() {
    ModelArtifact artifact = start(Base.LINEAR).artifact(PROVENANCE);
    Map<String, byte[]> entries = new HashMap<>();
    for (String name : List.of("network.json", "network.bin", "network-2.bin")) {
      entries.put(name, artifact.entry(name));
    }

    assertThatThrownBy(
            () -> new RnnModelLoader().load(ModelArtifact.of(artifact.manifest(), entries)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("it has no linear.bin");
    entries.put(RnnArtifacts.LINEAR, linear(1).toBytes());
    assertThatThrownBy(
            () -> new RnnModelLoader().load(ModelArtifact.of(artifact.manifest(), entries)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("its linear expert 1");
    entries.put(RnnArtifacts.LINEAR, new byte[] {1, 2, 3});
    assertThatThrownBy(
            () -> new RnnModelLoader().load(ModelArtifact.of(artifact.manifest(), entries)))
        .isInstanceOf(InvalidArtifactException.class);
  }

  @Test
  void step_withoutALinearExpert_isRefused() {
    Learner learner = LEARNING.start(task(HORIZON, Base.LINEAR), SETTINGS, samples.subList(0, 350));

    assertThatThrownBy(() -> step(learner, 1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("there is none yet");
    assertThatThrownBy(() -> learner.base(linear(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its linear expert 1");
    assertThatThrownBy(
            () ->
                new RnnTrainer()
                    .train(task(HORIZON, Base.LINEAR), SETTINGS, samples, List.of(), SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retrain.mode=refresh");
  }
}

package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.StepTasks.PROVENANCE;
import static io.tplus1.rnn.training.StepTasks.TWO;
import static io.tplus1.rnn.training.StepTasks.learn;
import static io.tplus1.rnn.training.StepTasks.load;
import static io.tplus1.rnn.training.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RnnLearningTest {
  private static final TrainingSettings.Loss HUBER = TrainingSettings.Loss.HUBER;
  private final RnnLearning learning = new RnnLearning();

  @Test
  void artifact_beforeAnyStep_forecastsTheLastValue() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(12, 3, true);
    List<TrainingSample> samples = samples(task, 60, StepTasks::wave);
    Learner learner = learning.start(task, StepTasks.settings(2, HUBER), samples);

    float[][] found = TestTasks.forecasts(load(learner), samples);

    assertThat(found).isDeepEqualTo(TestTasks.forecasts(new LastValue(TWO, 12, 3), samples));
  }

  @ParameterizedTest
  @CsvSource({"true, 1, HUBER", "false, 1, MSE", "true, 4, MAE", "false, 3, HUBER"})
  void step_learnableLaw_beatsPersistence(boolean shared, int horizon, TrainingSettings.Loss loss)
      throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(14, horizon, shared);
    List<TrainingSample> samples = samples(task, 500, StepTasks::wave);
    Learner learner = learning.start(task, StepTasks.settings(2, loss), samples.subList(0, 350));

    learn(learner, samples.subList(0, 350), 150, 1);

    List<TrainingSample> last = samples.subList(400, samples.size());
    assertThat(TestTasks.mse(load(learner), last))
        .isLessThan(0.1 * TestTasks.mse(new LastValue(TWO, 14, horizon), last));
  }

  @Test
  void step_oneTargetStandsStill_theOthersAreLearntAllTheSame() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(14, 1, false);
    List<TrainingSample> samples =
        samples(task, 500, t -> new float[] {(float) Math.sin(t * 0.5), 1});
    Learner learner = learning.start(task, StepTasks.settings(2, HUBER), samples.subList(0, 350));

    learn(learner, samples.subList(0, 350), 150, 1);

    List<TrainingSample> last = samples.subList(400, samples.size());
    assertThat(TestTasks.mse(load(learner), last))
        .isLessThan(0.1 * TestTasks.mse(new LastValue(TWO, 14, 1), last));
  }

  @Test
  void artifact_ofALearner_isCertifiedWithoutDl4jAndLoads() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(12, 2, true);
    List<TrainingSample> samples = samples(task, 100, StepTasks::wave);
    Learner learner = learning.start(task, StepTasks.settings(3, HUBER), samples);
    learn(learner, samples, 20, 1);

    ModelArtifact artifact = learner.artifact(PROVENANCE);

    assertThat(artifact.manifest().members()).isEqualTo(3);
    assertThat(artifact.entry("network-3.bin")).isNotNull();
    assertThat(artifact.entry(Dl4jNetwork.ENTRY)).isNull();
    assertThat(artifact.manifest().provenance().versions()).containsKeys("learner", "x");
    Verdict verdict = Verdict.of(artifact);
    assertThat(verdict.ok()).as("%s", verdict).isTrue();
    assertThat(verdict.servedBy()).isEqualTo("kernel");
    assertThat(verdict.reason()).contains("learner's forward pass").contains("12 windows");
    assertThat(new RnnModelLoader().needsProof(artifact)).isFalse();
    // Asked for, DL4J proves it as any other.
    ModelArtifact proven = new RnnModelLoader().prove(artifact);
    assertThat(Verdict.of(proven).ok()).isTrue();
    assertThat(Verdict.of(proven).reason()).contains("DL4J");
  }

  @Test
  void resume_withState_goesOnAsIfNothingHadHappened() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(12, 2, true);
    TrainingSettings settings = StepTasks.settings(2, HUBER);
    List<TrainingSample> samples = samples(task, 200, StepTasks::wave);
    Learner whole = learning.start(task, settings, samples);
    learn(whole, samples, 10, 1);
    byte[] state = whole.state();
    ModelArtifact artifact = whole.artifact(PROVENANCE);

    Learner resumed = learning.resume(task, settings, artifact, state, List.of());

    assertThat(learn(resumed, samples, 10, 2)).isEqualTo(learn(whole, samples, 10, 2));
    assertThat(resumed.artifact(PROVENANCE)).isEqualTo(whole.artifact(PROVENANCE));
    Learner warm = learning.resume(task, settings, artifact, null, List.of());
    assertThat(warm.artifact(PROVENANCE)).isEqualTo(artifact);
    learn(warm, samples, 10, 2);
    assertThat(warm.artifact(PROVENANCE)).isNotEqualTo(whole.artifact(PROVENANCE));
  }

  @Test
  void start_sameSeedAndBatches_givesTheSameBits() {
    Trainer.Task task = StepTasks.task(12, 1, false);
    List<TrainingSample> samples = samples(task, 100, StepTasks::wave);
    String[] hashes = new String[2];
    for (int run = 0; run < 2; run++) {
      Learner learner = learning.start(task, StepTasks.settings(2, HUBER), samples);
      learn(learner, samples, 10, 5);
      hashes[run] = learner.artifact(PROVENANCE).hash();
    }
    assertThat(hashes[0]).isEqualTo(hashes[1]);
  }

  @Test
  void resume_brokenOrForeignState_isRefused() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(12, 1, true);
    TrainingSettings settings = StepTasks.settings(2, HUBER);
    List<TrainingSample> samples = samples(task, 100, StepTasks::wave);
    Learner learner = learning.start(task, settings, samples);
    ModelArtifact artifact = learner.artifact(PROVENANCE);
    byte[] state = learner.state();
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      byte[] cut = Arrays.copyOf(state, random.nextInt(state.length));
      assertThatThrownBy(() -> learning.resume(task, settings, artifact, cut, List.of()))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageContaining("cannot go on learning");
      byte[] flipped = state.clone();
      flipped[random.nextInt(60)] ^= (byte) (1 << random.nextInt(8));
      try {
        learning.resume(task, settings, artifact, flipped, List.of());
      } catch (InvalidArtifactException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    byte[] longer = Arrays.copyOf(state, state.length + 1);
    assertThatThrownBy(() -> learning.resume(task, settings, artifact, longer, List.of()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("1 bytes too many");
    Learner one = learning.start(task, StepTasks.settings(1, HUBER), samples);
    assertThatThrownBy(() -> learning.resume(task, settings, artifact, one.state(), List.of()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("with 2 members was expected");
    assertThatThrownBy(
            () ->
                learning.resume(StepTasks.task(12, 2, true), settings, artifact, state, List.of()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("forecast.horizon is 2, window.steps 12");
    Trainer.Task renamed = Tasks.of(FeatureSchema.ofNumbers("a", "z"), 12, 1);
    assertThatThrownBy(() -> learning.resume(renamed, settings, artifact, state, List.of()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessage(
            "the artifact is of another task: features is %s in the artifact and [a, z] in the task; it reads changes, and train.inputs is empty",
            TWO.names());
  }

  @Test
  void step_brokenSamples_cannotSpoilTheMembers() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(12, 2, true);
    List<TrainingSample> samples = samples(task, 200, StepTasks::wave);
    Learner learner =
        learning.start(task, StepTasks.settings(1, TrainingSettings.Loss.MSE), samples);
    learn(learner, samples, 60, 1);
    double before = TestTasks.mse(load(learner), samples);
    float[][] bad = {
      {Float.NaN, 1}, {1e38f, -1e38f}, {Float.POSITIVE_INFINITY, 0}, {-1e30f, Float.MIN_VALUE}
    };
    for (float[] values : bad) {
      FeatureVector[] vectors = samples.get(5).window().toVectors();
      vectors[7] = new FeatureVector(vectors[7].timeMs(), values);
      FeatureWindow broken =
          FeatureWindow.of(new FeatureVector(1, values), new FeatureVector(2, values));
      learner.step(
          List.of(
              List.of(
                  new TrainingSample("s", FeatureWindow.of(vectors), broken, Double.NaN),
                  new TrainingSample("s", samples.get(5).window(), broken, 1e30),
                  new TrainingSample("s", broken, samples.get(5).following(), -1))));
    }
    learn(learner, samples, 40, 2);
    assertThat(TestTasks.mse(load(learner), samples)).isLessThan(before);
  }

  @Test
  void step_weight_countsAsSoManySamples() {
    Trainer.Task task = StepTasks.task(12, 1, true);
    TrainingSettings settings = StepTasks.settings(1, HUBER);
    List<TrainingSample> samples = samples(task, 100, StepTasks::wave);
    TrainingSample a = samples.get(3);
    TrainingSample b = samples.get(40);
    TrainingSample heavy = new TrainingSample(b.series(), b.window(), b.following(), 3);
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      Learner learner = learning.start(task, settings, samples);
      learner.step(List.of(i == 0 ? List.of(a, heavy) : List.of(a, b, b, b)));
      losses[i] = learner.step(List.of(samples.subList(10, 20))).loss();
    }
    assertThat(losses[0]).isCloseTo(losses[1], org.assertj.core.api.Assertions.within(1e-6));
  }

  @Test
  void step_shortWindows_areLearntAndForecast() throws InvalidArtifactException {
    Trainer.Task task = StepTasks.task(14, 1, true);
    List<TrainingSample> samples =
        samples(task, 300, StepTasks::wave).stream()
            .map(
                s ->
                    new TrainingSample(
                        s.series(),
                        FeatureWindow.of(
                            Arrays.copyOfRange(
                                s.window().toVectors(),
                                14 - (int) (1 + s.window().lastTimeMs() / 1000 % 6),
                                14)),
                        s.following(),
                        1))
            .toList();
    Learner learner = learning.start(task, StepTasks.settings(1, HUBER), samples);
    learn(learner, samples, 150, 1);
    assertThat(TestTasks.mse(load(learner), samples))
        .isLessThan(0.3 * TestTasks.mse(new LastValue(TWO, 14, 1), samples));
  }

  @Test
  void step_vectorsInVectorsOut_learnsToo() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 2);
    List<TrainingSample> samples = samples(task, 400, StepTasks::wave);
    Learner learner = learning.start(task, StepTasks.settings(2, HUBER), samples);
    learn(learner, samples, 300, 1);
    assertThat(TestTasks.mse(load(learner), samples))
        .isLessThan(0.1 * TestTasks.mse(new LastValue(TWO, 8, 2), samples));
  }

  /** An imported network reads and puts out raw units, of whatever size these are. */
  @Test
  void step_networkInItsOwnUnits_learnsWhatItServes() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    TrainingSettings settings = TestTasks.settings().build();
    List<TrainingSample> samples = samples(task, 60, row -> new float[] {1_013, 1_013});
    ModelArtifact imported =
        RawNetworks.artifact(
            TestTasks.network(TWO, 8, 1, settings), TWO, 8, 1, PROVENANCE, List.of());
    double error = TestTasks.mse(new RnnModelLoader().load(imported), samples);

    Learner learner = learning.resume(task, settings, imported, null, List.of());

    assertThat(error).isGreaterThan(500_000);
    assertThat(learn(learner, samples, 1, 1)).isCloseTo(error, withinPercentage(60));
  }

  @Test
  void refusal_networkThatResumeRefuses_saysTheSame() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    TrainingSettings settings = TestTasks.settings().build();
    Network planned = TestTasks.network(TWO, 8, 1, settings);
    List<Layer> layers = new ArrayList<>(planned.layers());
    layers.add(1, new Layer.Dropout(.2));
    ModelArtifact plain = RawNetworks.artifact(planned, TWO, 8, 1, PROVENANCE, List.of());
    ModelArtifact dropping =
        RawNetworks.artifact(
            new Network(planned.inputs(), planned.steps(), layers),
            TWO,
            8,
            1,
            PROVENANCE,
            List.of());

    assertThat(learning.refusal(task, plain)).isEmpty();
    assertThatThrownBy(() -> learning.resume(task, settings, dropping, null, List.of()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessage(learning.refusal(task, dropping).orElseThrow())
        .hasMessageContaining("a layer of the kind Dropout cannot be trained here");
  }

  @Test
  void start_whatCannotLearnStepByStep_isRefused() {
    Trainer.Task task = Tasks.of(TWO, 6, 2);
    List<TrainingSample> samples = samples(task, 50, StepTasks::wave);
    assertThatThrownBy(() -> learning.start(task, TestTasks.settings().decoder().build(), samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DL4J alone");
    assertThatThrownBy(() -> learning.start(task, TestTasks.settings().build(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one sample");
    Trainer.Task changes = StepTasks.task(12, 2, true);
    assertThatThrownBy(
            () -> learning.start(changes, TestTasks.settings().recursive().build(), samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set train.decoder=false and train.strategy=direct");
  }

  @Test
  void step_wrongBatchesOrInterrupted_isRefused() {
    Trainer.Task task = StepTasks.task(12, 2, true);
    List<TrainingSample> samples = samples(task, 100, StepTasks::wave);
    Learner learner = learning.start(task, StepTasks.settings(2, HUBER), samples);
    assertThatThrownBy(() -> learner.step(List.of(samples.subList(0, 3))))
        .hasMessageContaining("a batch for each of 2 members, found 1");
    assertThatThrownBy(() -> learner.step(List.of(samples.subList(0, 33), samples.subList(0, 33))))
        .hasMessageContaining("1 to 32 samples");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> learner.step(List.of(samples.subList(0, 3), samples.subList(0, 3))))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}

package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.TestTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A training from beginning to end, with what serves as its start. */
class WholeRunTest {
  private static final Trainer.Task TASK = Tasks.of(Samples.SCHEMA, 4, 2);
  private static final List<TrainingSample> SAMPLES =
      TestTasks.samples(TASK, 60, t -> new float[] {(float) Math.sin(t)});

  private static ModelArtifact run(TrainingSettings settings, byte[] warm) throws Exception {
    return run(settings, warm, new RnnTrainer());
  }

  private static ModelArtifact run(TrainingSettings settings, byte[] warm, Trainer trainer)
      throws Exception {
    return run(settings, warm, trainer, SAMPLES).artifact();
  }

  private static Trained run(
      TrainingSettings settings, byte[] warm, Trainer trainer, List<TrainingSample> samples)
      throws Exception {
    WholeRun run =
        new WholeRun(
            TASK,
            settings,
            0.2,
            new SampleBuffer.Snapshot(samples, 1, samples.size()),
            7,
            warm,
            trainer,
            new RnnModelLoader(),
            20,
            new CutInputs("m"));
    return run.run(new Throttle(1, Duration.ofMinutes(5), System::nanoTime, nanos -> {}));
  }

  @Test
  void run_onFromAChampionOfAnotherUnit_saysHowManyInputsAreReadCut() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    byte[] champion = run(settings, null).toBytes();
    List<TrainingSample> risen =
        TestTasks.samples(TASK, 60, t -> new float[] {(float) (1_000 + Math.sin(t))});

    assertThat(run(settings, champion, new RnnTrainer(), risen).figures())
        .containsEntry("inputsCut", 1.0);
    assertThat(run(settings, null, new RnnTrainer(), risen).figures())
        .as("it begins in their unit")
        .doesNotContainKey("inputsCut");
  }

  /** As after {@code train.decoder} was changed. */
  @Test
  void run_championThatCannotBeAStart_beginsWithNewWeights() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    ModelArtifact decoder = run(TestTasks.settings().epochs(1).decoder().build(), null);

    ModelArtifact trained = run(settings, decoder.toBytes());

    assertThat(trained).isEqualTo(run(settings, null));
  }

  /** It has to be asked, so that it says why. */
  @Test
  void run_championOfAnotherStrategy_isRefusedByTheTrainer() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    ModelArtifact recursive = run(TestTasks.settings().epochs(1).recursive().build(), null);
    List<Boolean> warm = new ArrayList<>();
    Trainer asked =
        (task, how, training, validation, listener, start) -> {
          warm.add(start.isPresent());
          return new RnnTrainer().train(task, how, training, validation, listener, start);
        };

    ModelArtifact trained = run(settings, recursive.toBytes(), asked);

    assertThat(warm).containsExactly(true, false);
    assertThat(trained).isEqualTo(run(settings, null));
  }

  /** As Keras saves one with a {@code Masking} layer, which DL4J computes otherwise. */
  @Test
  void run_championThatNobodyTrains_beginsWithNewWeights() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    Network planned = TestTasks.network(TASK.schema(), TASK.steps(), TASK.horizon(), settings);
    List<Layer> layers = new ArrayList<>(planned.layers());
    layers.add(0, new Layer.Masking(0));
    ModelArtifact masked =
        RawNetworks.artifact(
            new Network(planned.inputs(), planned.steps(), layers),
            TASK.schema(),
            TASK.steps(),
            TASK.horizon(),
            new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of()),
            List.of());

    ModelArtifact trained = run(settings, masked.toBytes());

    assertThat(trained).isEqualTo(run(settings, null));
  }

  /** The newest samples say most about what comes, and nothing would be decided by them. */
  @Test
  void run_noPatience_learnsFromTheNewestSamplesToo() throws Exception {
    Trained trained = run(TestTasks.settings().epochs(1).build(), null, new RnnTrainer(), SAMPLES);

    Provenance provenance = trained.artifact().manifest().provenance();
    assertThat(provenance.samples()).isEqualTo(SAMPLES.size());
    assertThat(provenance.toMs()).isEqualTo(newestMs());
    assertThat(trained.figures())
        .containsEntry("trainedSamples", (double) SAMPLES.size())
        .doesNotContainKeys("validationLoss", "validationSamples", "samplesLeftOut");
  }

  /** A sensor's nonsense is in each window that holds it, and in the sample that it follows. */
  @Test
  void run_valueOutOfAllProportion_saysHowManySamplesItLeftOut() throws Exception {
    List<TrainingSample> samples =
        TestTasks.samples(TASK, 60, t -> new float[] {t == 40 ? 1e12f : (float) Math.sin(t)});

    Trained trained = run(TestTasks.settings().epochs(1).build(), null, new RnnTrainer(), samples);

    assertThat(trained.figures())
        .containsEntry("samplesLeftOut", 0.0 + TASK.steps() + TASK.horizon())
        .containsEntry("trainedSamples", 0.0 + samples.size() - TASK.steps() - TASK.horizon());
    assertThat(trained.artifact().manifest().targetScaling().scale()[0])
        .isCloseTo(0.7f, within(0.1f));
  }

  @Test
  void run_patience_watchesTheNewestSamples() throws Exception {
    Trained trained =
        run(TestTasks.settings().epochs(1).patience(2).build(), null, new RnnTrainer(), SAMPLES);

    Provenance provenance = trained.artifact().manifest().provenance();
    // Without a fifth, and the one before whose second step is newer than the first watched window.
    assertThat(provenance.samples()).isEqualTo(55 - 11 - 1);
    assertThat(provenance.toMs()).isLessThan(newestMs());
    assertThat(trained.figures())
        .containsEntry("validationSamples", 11.0)
        .containsKey("validationLoss");
  }

  private static long newestMs() {
    return SAMPLES.get(SAMPLES.size() - 1).following().lastTimeMs();
  }

  /** Short windows are of no use to a network that flattens them. */
  @Test
  void run_startThatLearnsFromFullWindowsAlone_saysHowManyItLearntFrom() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    List<TrainingSample> samples = new ArrayList<>(SAMPLES);
    samples.subList(0, 20).replaceAll(WholeRunTest::shortened);
    Trained cold = run(settings, null, new RnnTrainer(), samples);

    Trained warm = run(settings, flattening().toBytes(), new RnnTrainer(), samples);

    double learnt = warm.figures().get("trainedSamples");
    assertThat(learnt).isEqualTo(cold.figures().get("trainedSamples") - 20);
    assertThat(warm.artifact().manifest().provenance().samples()).isEqualTo((long) learnt);
  }

  private static TrainingSample shortened(TrainingSample sample) {
    return new TrainingSample(
        sample.series(),
        sample.window().copy(sample.window().steps() - 2, 2, 1),
        sample.following(),
        sample.weight());
  }

  private static ModelArtifact flattening() {
    float[] weights = new float[16];
    Arrays.fill(weights, .1f);
    List<Layer> layers =
        List.of(
            new Layer.SimpleRnn(
                2,
                ActivationFunction.TANH,
                true,
                false,
                Arrays.copyOf(weights, 2),
                Arrays.copyOf(weights, 4),
                new float[2]),
            new Layer.Flatten(),
            new Layer.Dense(2, ActivationFunction.LINEAR, weights, new float[2]));
    return RawNetworks.artifact(
        new Network(1, TASK.steps(), layers),
        TASK.schema(),
        TASK.steps(),
        TASK.horizon(),
        new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of()),
        List.of());
  }

  @Test
  void run_nothingIsBetterThanTheChampion_isTheChampion() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(30).patience(30).build();
    ModelArtifact champion = run(settings, null);

    TrainingSettings astray = TestTasks.settings().epochs(1).patience(1).learningRate(.5).build();
    ModelArtifact trained = run(astray, champion.toBytes());

    assertThat(trained.hash()).isEqualTo(champion.hash());
  }

  @Test
  void run_championOfTheSameKind_isTheStart() throws Exception {
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    ModelArtifact champion = run(settings, null);

    assertThat(run(settings, champion.toBytes())).isNotEqualTo(champion);
  }

  /** The message is written to {@code model-events}, which wants a reason. */
  @Test
  void run_failureWithoutMessage_isNamedByItsType() {
    Trainer broken =
        (task, settings, training, validation, listener, warm) -> {
          throw new IllegalStateException();
        };

    assertThatExceptionOfType(TrainingFailedException.class)
        .isThrownBy(() -> run(TestTasks.settings().epochs(1).build(), null, broken))
        .withMessage("java.lang.IllegalStateException");
  }
}

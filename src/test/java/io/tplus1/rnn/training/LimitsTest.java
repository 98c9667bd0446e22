package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.StepTasks.PROVENANCE;
import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.forecasts;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.HeapBudget;
import io.tplus1.feature.Scaling;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Strategy;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Networks are served inputs that are cut as they were when they learnt. */
class LimitsTest {
  private static final FeatureSchema SCHEMA =
      new FeatureSchema(
          FeatureSchema.ofNumbers("x", "counter").features(), List.of(0, 1), List.of(0));
  private static final int STEPS = 6;
  private static final Trainer.Task TASK = new Trainer.Task(SCHEMA, STEPS, 1, Optional.empty());
  private static final TrainingSettings SETTINGS = settings().build();
  private static final List<TrainingSample> SAMPLES = counted(0);

  /** A wave beside a counter that began so many rows before. */
  private static List<TrainingSample> counted(int from) {
    return TestTasks.samples(TASK, 80, t -> new float[] {(float) Math.sin(t * 0.5), from + t});
  }

  private static RnnLearner learnt(TrainingSettings settings) {
    RnnLearner learner = RnnLearning.begin(TASK, settings, SAMPLES);
    for (int i = 0; i < 40; i++) {
      step(learner, SAMPLES);
    }
    return learner;
  }

  private static double step(Learner learner, List<TrainingSample> samples) {
    List<TrainingSample> batch = samples.subList(0, 30);
    return learner.step(Collections.nCopies(learner.members(), batch)).loss();
  }

  private static ModelArtifact trained(TrainingSettings settings) {
    return new RnnTrainer().train(TASK, settings, SAMPLES, List.of(), SILENT, Optional.empty());
  }

  private static Forecaster load(ModelArtifact artifact) throws InvalidArtifactException {
    return new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
  }

  /** The artifact as releases wrote it that did not say that learning cut. */
  private static ModelArtifact untold(ModelArtifact artifact) {
    return limited(artifact, ModelManifest.UNCUT);
  }

  private static ModelArtifact limited(ModelArtifact artifact, float limit) {
    return ModelArtifact.of(
        artifact.manifest().withInputLimit(limit),
        Stream.of(NetworkCodec.ARCHITECTURE, NetworkCodec.WEIGHTS, "network-2.bin", "network-3.bin")
            .filter(name -> artifact.entry(name) != null)
            .collect(Collectors.toMap(name -> name, artifact::entry)));
  }

  @Test
  void loss_inputBeyondTheLimit_isTheErrorOfWhatIsServed() throws InvalidArtifactException {
    RnnLearner learner = learnt(SETTINGS);
    ModelArtifact artifact = learner.artifact(PROVENANCE);

    RnnLearner near = RnnLearning.goOn(TASK, SETTINGS, limited(artifact, .5f), null, List.of());

    for (int from : new int[] {0, 1_000, 100_000, 10_000_000}) {
      List<TrainingSample> later = counted(from);
      assertThat(served(artifact, later))
          .as("counter from %d on", from)
          .isCloseTo(learner.loss(later), within(1e-5));
      assertThat(served(limited(artifact, .5f), later)).isCloseTo(near.loss(later), within(1e-5));
    }
  }

  /** Mean squared error in scaled units, as a learner gives it. */
  private static double served(ModelArtifact artifact, List<TrainingSample> samples)
      throws InvalidArtifactException {
    Scaling targets = artifact.manifest().targetScaling();
    float[][] found = forecasts(load(artifact), samples);
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      float actual = samples.get(i).following().value(0, 0);
      double error = targets.scale(0, found[i][0]) - targets.scale(0, actual);
      sum += error * error;
    }
    return sum / found.length;
  }

  @Test
  void forecast_learntHere_isThatAtTheLimit() throws InvalidArtifactException {
    ModelArtifact artifact = learnt(SETTINGS).artifact(PROVENANCE);

    assertCut(artifact);
    assertCut(artifact, new RnnModelLoader()::loadOnDl4j);
  }

  @Test
  void forecast_ensemble_isThatAtTheLimit() throws InvalidArtifactException {
    ModelArtifact artifact =
        learnt(StepTasks.settings(3, TrainingSettings.Loss.MSE)).artifact(PROVENANCE);

    assertThat(artifact.manifest().members()).isEqualTo(3);
    assertCut(artifact);
  }

  @Test
  void forecast_trainedWhole_isThatAtTheLimit() throws InvalidArtifactException {
    ModelArtifact here = trained(SETTINGS);
    ModelArtifact inDl4j = trained(settings().decoder().epochs(2).build());

    assertCut(here);
    assertCut(inDl4j);
  }

  /** What serves an artifact. */
  @FunctionalInterface
  private interface Loading {
    Forecaster load(ModelArtifact artifact) throws InvalidArtifactException;
  }

  private static void assertCut(ModelArtifact artifact) throws InvalidArtifactException {
    assertCut(artifact, LimitsTest::load);
  }

  /**
   * Beyond the limit every forecast is the one there. At 64 deviations units are saturated, and a
   * network may forecast that uncut: so at half a deviation, too.
   */
  private static void assertCut(ModelArtifact artifact, Loading loading)
      throws InvalidArtifactException {
    assertThat(artifact.manifest().inputLimit()).isEqualTo(64);
    Forecaster uncut = loading.load(untold(artifact));
    for (float limit : new float[] {.5f, 64}) {
      Forecaster forecaster = loading.load(limited(artifact, limit));
      for (int sign : new int[] {-1, 1}) {
        float[] there =
            forecast(forecaster, artifact.manifest().inputScaling().unscale(1, sign * limit));
        float[] beyond = forecast(forecaster, sign * 1e5f);
        assertThat(beyond[0]).isCloseTo(there[0], within(1e-4f));
        assertThat(forecast(forecaster, sign * 1e9f)).isEqualTo(beyond);
        assertThat(projected(forecaster, sign * 1e9f)).isEqualTo(beyond);
        if (limit < 1) {
          float far = forecast(uncut, sign * 1e5f)[0];
          assertThat(Math.abs(far - beyond[0])).isGreaterThan(1e-3f);
        }
      }
    }
  }

  private static float[] forecast(Forecaster forecaster, float counter) {
    float[] output = new float[forecaster.outputLength()];
    forecaster.newSession().forecast(FeatureWindow.of(vectors(counter)), output);
    return output;
  }

  /** From a window that has room for what the first layer makes of each vector. */
  private static float[] projected(Forecaster forecaster, float counter) {
    WindowRing ring = new WindowRing(STEPS, 2, 1_000_000, new HeapBudget(1 << 20));
    Forecaster.Session session = forecaster.newSession();
    float[] output = new float[forecaster.outputLength()];
    for (FeatureVector vector : vectors(counter)) {
      ring.append(vector.timeMs(), vector.values());
      session.forecast(ring.window(), output);
    }
    return output;
  }

  private static FeatureVector[] vectors(float counter) {
    FeatureVector[] vectors = new FeatureVector[STEPS];
    Arrays.setAll(
        vectors,
        t -> new FeatureVector(t * 1000L, new float[] {(float) Math.sin(t * 0.5), counter}));
    return vectors;
  }

  /** What it makes of a forecast that is beyond the limit is an input as any other. */
  @Test
  void forecast_recursive_readsItsOwnForecastsCut() throws InvalidArtifactException {
    FeatureSchema x = FeatureSchema.ofNumbers("x");
    Network tenfold =
        new Network(
            1,
            2,
            List.of(
                new Layer.SimpleRnn(
                    1,
                    ActivationFunction.LINEAR,
                    false,
                    false,
                    new float[] {10},
                    new float[] {0},
                    new float[] {0}),
                new Layer.Dense(1, ActivationFunction.LINEAR, new float[] {1}, new float[] {0})));
    Scaling none = Scaling.identity(1);
    ModelManifest manifest =
        new ModelManifest(x, 2, 3, Strategy.RECURSIVE, none, none, PROVENANCE).withInputLimit(4);
    float[] output = new float[3];

    load(RnnArtifacts.of(manifest, tenfold, List.of()))
        .newSession()
        .forecast(FeatureWindow.of(new FeatureVector(0, new float[] {3})), output);

    assertThat(output).containsExactly(30, 40, 40);
  }

  @Test
  void forecast_nothingBeyondTheLimit_isThatOfAnUncutNetwork() throws InvalidArtifactException {
    ModelArtifact artifact = learnt(SETTINGS).artifact(PROVENANCE);
    ModelArtifact untold = untold(artifact);
    List<TrainingSample> later = counted(100_000);

    assertThat(forecasts(load(artifact), SAMPLES)).isDeepEqualTo(forecasts(load(untold), SAMPLES));
    assertThat(forecasts(load(artifact), later)[0])
        .as("the network reads the counter")
        .isNotEqualTo(forecasts(load(untold), later)[0]);
  }

  @Test
  void resume_artifactThatDoesNotSay_learnsAsBeforeAndTheNextOneSays()
      throws InvalidArtifactException {
    ModelArtifact artifact = learnt(SETTINGS).artifact(PROVENANCE);
    Learner told = new RnnLearning().resume(TASK, SETTINGS, artifact, null, List.of());
    Learner untold = new RnnLearning().resume(TASK, SETTINGS, untold(artifact), null, List.of());

    for (int i = 0; i < 3; i++) {
      assertThat(step(untold, counted(100_000))).isEqualTo(step(told, counted(100_000)));
    }
    ModelArtifact next = untold.artifact(PROVENANCE);
    assertThat(next).isEqualTo(told.artifact(PROVENANCE));
    assertCut(next);
    assertThat(warm(SETTINGS, untold(artifact)).manifest().inputLimit()).isEqualTo(64);
  }

  @Test
  void train_onFromADl4jTrainingThatDidNotCut_staysUncut() {
    TrainingSettings decoder = settings().decoder().epochs(1).build();
    ModelArtifact artifact = trained(decoder);

    assertThat(warm(decoder, artifact).manifest().inputLimit()).isEqualTo(64);
    assertThat(warm(decoder, untold(artifact)).manifest().inputLimit())
        .isEqualTo(ModelManifest.UNCUT);
  }

  private static ModelArtifact warm(TrainingSettings settings, ModelArtifact artifact) {
    return new RnnTrainer()
        .train(TASK, settings, SAMPLES, List.of(), SILENT, Optional.of(artifact));
  }

  @Test
  void resume_networkInItsOwnUnits_staysUncut() throws InvalidArtifactException {
    ModelArtifact imported =
        RawNetworks.artifact(
            TestTasks.network(SCHEMA, STEPS, 1, SETTINGS), SCHEMA, STEPS, 1, PROVENANCE, List.of());

    Learner learner = new RnnLearning().resume(TASK, SETTINGS, imported, null, List.of());

    assertThat(learner.artifact(PROVENANCE).manifest().inputLimit()).isEqualTo(ModelManifest.UNCUT);
  }

  @Test
  void begin_nothingToCut_saysNothing() {
    Trainer.Task words =
        Tasks.of(FeatureSchema.of(List.of(Feature.category("word", List.of("a", "b")))), 3, 1);
    Trainer.Task steps = StepTasks.task(12, 1, true);

    assertThat(limit(words, t -> new float[] {1 + t % 2})).isEqualTo(ModelManifest.UNCUT);
    assertThat(limit(steps, StepTasks::wave)).isEqualTo(ModelManifest.UNCUT);
    assertThat(limit(TASK, t -> new float[2])).as("no unit yet").isEqualTo(ModelManifest.UNCUT);
  }

  private static float limit(Trainer.Task task, TestTasks.Law law) {
    return RnnLearning.begin(task, SETTINGS, TestTasks.samples(task, 40, law))
        .artifact(PROVENANCE)
        .manifest()
        .inputLimit();
  }
}

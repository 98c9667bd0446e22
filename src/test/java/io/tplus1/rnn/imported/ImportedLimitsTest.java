package io.tplus1.rnn.imported;

import static io.tplus1.rnn.training.StepTasks.PROVENANCE;
import static io.tplus1.rnn.training.TestTasks.forecasts;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.StoredNetworks;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.TestTasks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes on from an imported network reads and learns what is usual in its scaler's units. */
class ImportedLimitsTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("temperature", "other");
  private static final int STEPS = 4;
  private static final Trainer.Task TASK = new Trainer.Task(SCHEMA, STEPS, 1, Optional.empty());
  private static final Scaling AS_IT_IS = Scaling.identity(2);
  private static final float[] SAME = {1, 0, 0, 1};
  private static final float[] NONE = new float[2];

  /** Degrees beside hectopascals. */
  private static final List<TrainingSample> WEATHER =
      TestTasks.samples(
          TASK, 200, t -> new float[] {degrees(t), (float) (1013 + 5 * Math.cos(t * 0.2))});

  private static float degrees(int t) {
    return (float) (15 + 8 * Math.sin(t * 0.3));
  }

  /** A network that forecasts the last vector, with a dense layer from one scale to the other. */
  private static ModelArtifact imported(
      Scaling inputs, Scaling targets, float[] weights, float[] bias) {
    Network last =
        new Network(
            2,
            STEPS,
            List.of(
                new Layer.SimpleRnn(
                    2, ActivationFunction.LINEAR, false, false, SAME, new float[4], NONE),
                new Layer.Dense(2, ActivationFunction.LINEAR, weights, bias)));
    Provenance keras = new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of());
    return RnnArtifacts.of(
        new ModelManifest(SCHEMA, STEPS, 1, Strategy.DIRECT, inputs, targets, keras),
        last,
        List.of());
  }

  /** What it is after so many updates. */
  private static ModelArtifact learnt(
      ModelArtifact artifact, List<TrainingSample> samples, double rate, int updates)
      throws InvalidArtifactException {
    Learner learner =
        new RnnLearning()
            .resume(TASK, settings().learningRate(rate).build(), artifact, null, samples);
    for (int i = 0; i < updates; i++) {
      learner.step(Collections.nCopies(1, samples.subList(i % 100, i % 100 + 50)));
    }
    return learner.artifact(PROVENANCE);
  }

  /** Mean absolute error of each target. */
  private static double[] errors(ModelArtifact artifact, List<TrainingSample> samples)
      throws InvalidArtifactException {
    float[][] found =
        forecasts(new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes())), samples);
    double[] errors = new double[2];
    for (int i = 0; i < found.length; i++) {
      for (int k = 0; k < 2; k++) {
        errors[k] += Math.abs(found[i][k] - samples.get(i).following().value(0, k)) / found.length;
      }
    }
    return errors;
  }

  private static void assertLearns(
      ModelArtifact before, ModelArtifact after, List<TrainingSample> samples)
      throws InvalidArtifactException {
    double[] began = errors(before, samples);
    double[] ended = errors(after, samples);
    assertThat(ended[0]).isLessThan(1.05 * began[0]);
    assertThat(ended[1]).isLessThan(1.05 * began[1]);
  }

  @ParameterizedTest
  @CsvSource({
    "15, 8, 1013, 5, 64", // both in deviations
    "15, 8, 0, 1, 21717", // hectopascals as they are
    "0, 0.3, 950, 1, 1630", // both from 0 to 100
  })
  void resume_withAScaler_learnsWhatIsUsualInItsUnits(
      float warmth, float degrees, float middle, float pressure, float limit)
      throws InvalidArtifactException {
    Scaling scaling = new Scaling(new float[] {warmth, middle}, new float[] {degrees, pressure});
    ModelArtifact before = imported(scaling, scaling, SAME, NONE);

    ModelArtifact after = learnt(before, WEATHER, .001, 300);

    assertLearns(before, after, WEATHER);
    assertThat(after.manifest().inputLimit()).isCloseTo(limit, withinPercentage(2));
    assertThat(after.manifest().targetLimit()).isEqualTo(after.manifest().inputLimit());
  }

  /** As those are that the learner in plain Java refuses; this one for its Flatten. */
  @ParameterizedTest
  @CsvSource({"15, 8, 1013, 5, 64", "15, 8, 0, 1, 21717", "0, 0.3, 950, 1, 1630"})
  void train_withAScalerInDl4j_learnsWhatIsUsualInItsUnits(
      float warmth, float degrees, float middle, float pressure, float limit)
      throws InvalidArtifactException {
    Scaling scaling = new Scaling(new float[] {warmth, middle}, new float[] {degrees, pressure});
    ModelArtifact plain = imported(scaling, scaling, SAME, NONE);
    List<Layer> layers = new ArrayList<>(StoredNetworks.read(plain).networks().get(0).layers());
    layers.addAll(1, List.of(new Layer.RepeatVector(1), new Layer.Flatten()));
    ModelArtifact before =
        RnnArtifacts.of(plain.manifest(), new Network(2, STEPS, layers), List.of());

    ModelArtifact after = inDl4j(before, 75);

    assertLearns(before, after, WEATHER);
    assertThat(after.manifest().inputLimit()).isEqualTo(ModelManifest.UNCUT);
    assertThat(after.manifest().targetLimit()).isCloseTo(limit, withinPercentage(2));
    assertThat(inDl4j(after, 1).manifest().targetLimit()).isEqualTo(after.manifest().targetLimit());
  }

  private static ModelArtifact inDl4j(ModelArtifact before, int epochs) {
    return new RnnTrainer()
        .train(
            TASK,
            settings().learningRate(.001).epochs(epochs).build(),
            WEATHER,
            List.of(),
            TestTasks.SILENT,
            Optional.of(before));
  }

  /** As DL4J leaves them without {@code fitLabel}. */
  @Test
  void resume_targetsInTheirUnits_inputsAreCutAsEver() throws InvalidArtifactException {
    Scaling deviations = new Scaling(new float[] {15, 1013}, new float[] {8, 5});
    ModelArtifact before =
        imported(deviations, AS_IT_IS, new float[] {8, 0, 0, 5}, new float[] {15, 1013});

    assertThat(learnt(before, WEATHER, .001, 1).manifest().inputLimit()).isEqualTo(64);
  }

  /** Nothing of it at night, which is most of the time. */
  @Test
  void resume_columnThatIsIdleMostly_learnsWhatComesOfIt() throws InvalidArtifactException {
    List<TrainingSample> sun =
        TestTasks.samples(
            TASK,
            200,
            t -> new float[] {degrees(t), (float) Math.max(0, 1300 * Math.sin(t * 0.26) - 300)});
    Scaling scaling = new Scaling(new float[] {15, 0}, new float[] {8, 1});
    ModelArtifact before = imported(scaling, scaling, SAME, NONE);

    ModelArtifact after = learnt(before, sun, .001, 1_500);

    // The loss is the sun's, whose numbers are a hundred times larger: degrees get worse.
    assertThat(errors(after, sun)[1]).isLessThan(errors(before, sun)[1]);
  }

  @Test
  void resume_scaledTargetsAlone_learnsThem() throws InvalidArtifactException {
    List<TrainingSample> parts =
        TestTasks.samples(
            TASK,
            200,
            t ->
                new float[] {
                  (float) (.85 + .1 * Math.sin(t * 0.3)), (float) (.5 + .45 * Math.cos(t * 0.2))
                });
    Scaling percent = new Scaling(NONE, new float[] {.01f, .01f});
    ModelArtifact before = imported(AS_IT_IS, percent, new float[] {100, 0, 0, 100}, NONE);

    ModelArtifact after = learnt(before, parts, .05, 3_000);

    assertLearns(before, after, parts);
    assertThat(after.manifest().inputLimit()).isEqualTo(ModelManifest.UNCUT);
  }

  /** A line goes on with the limits that it began with, whatever comes. */
  @Test
  void resume_lineOfAnImport_keepsItsLimits() throws InvalidArtifactException {
    Scaling scaling = new Scaling(new float[] {15, 0}, new float[] {8, 1});
    ModelArtifact first = learnt(imported(scaling, scaling, SAME, NONE), WEATHER, .001, 1);

    ModelArtifact next =
        learnt(
            ModelArtifact.read(first.toBytes()),
            TestTasks.samples(TASK, 200, t -> new float[2]),
            .001,
            1);

    assertThat(next.manifest().inputLimit()).isEqualTo(first.manifest().inputLimit());
    assertThat(next.manifest().targetLimit()).isEqualTo(first.manifest().targetLimit());
  }
}

package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.StepTasks;
import io.tplus1.rnn.training.TestTasks;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForecastRowsTest {
  private static final FeatureSchema X = FeatureSchema.ofNumbers("x");
  private static final int STEPS = 4;

  @ParameterizedTest
  @ValueSource(ints = {STEPS, Shape.ANY_STEPS})
  void load_rowForEachStepAndOneStepAhead_forecastsTheLastRow(int steps)
      throws InvalidArtifactException {
    ModelArtifact artifact = artifact(sums(steps), X, 1);

    assertThat(Verdict.of(artifact).reason()).startsWith("DL4J");
    for (Forecaster forecaster :
        List.of(
            new RnnModelLoader(KernelKind.PLAIN).load(artifact),
            new RnnModelLoader(KernelKind.VECTOR).load(artifact),
            new RnnModelLoader().loadOnDl4j(artifact))) {
      assertThat(forecaster.fewestSteps()).isEqualTo(1);
      assertThat(forecast(forecaster, 1, 2, 3, 4)).as(forecaster.kernel()).containsExactly(20);
      assertThat(forecast(forecaster, 3, 4)).as(forecaster.kernel()).containsExactly(14);
    }
  }

  /** DL4J would run its layers of two directions over padding as over data. */
  @Test
  void load_rowForEachStepInTwoDirections_isTheSameOfAShortWindowInDl4j()
      throws InvalidArtifactException {
    Network network =
        new Network(
            1,
            STEPS,
            List.of(
                new Layer.Bidirectional(lstm(false), lstm(true), Layer.Merge.CONCAT),
                dense(2, 1, 1)));
    ModelArtifact artifact = artifact(network, X, 1);

    assertThat(forecast(new RnnModelLoader().loadOnDl4j(artifact), 3, 4)[0])
        .isCloseTo(forecast(new RnnModelLoader().load(artifact), 3, 4)[0], within(1e-5f));
  }

  @Test
  void load_rowForEachStepBehindALayerReadBackwards_wantsWholeWindows()
      throws InvalidArtifactException {
    for (Layer turned :
        List.of(lstm(true), new Layer.Bidirectional(lstm(true), lstm(false), Layer.Merge.SUM))) {
      ModelArtifact artifact =
          artifact(new Network(1, STEPS, List.of(turned, dense(1, 1, 1))), X, 1);

      assertThat(new RnnModelLoader(KernelKind.PLAIN).load(artifact).fewestSteps())
          .isEqualTo(STEPS);
    }
  }

  private static Layer.Lstm lstm(boolean backwards) {
    return new Layer.Lstm(
        1,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        true,
        backwards,
        new float[] {.1f, .2f, .3f, .4f},
        new float[] {.5f, .6f, .7f, .8f},
        new float[] {1, 1, 1, 1});
  }

  /** The row that is served is the one that learns. */
  @ParameterizedTest
  @ValueSource(ints = {STEPS, Shape.ANY_STEPS})
  void learn_rowForEachStepAndOneStepAhead_learnsTheLastRow(int steps)
      throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(X, STEPS, 1);
    List<TrainingSample> samples =
        TestTasks.samples(task, 200, t -> new float[] {(float) Math.sin(t * .5)});
    ModelArtifact imported = artifact(sums(steps), X, 1);
    Learner learner =
        new RnnLearning()
            .resume(
                task, TestTasks.settings().learningRate(.05).build(), imported, null, List.of());

    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      learner.step(StepTasks.batches(samples, 1, 32, random));
    }

    ModelArtifact learnt = learner.artifact(StepTasks.PROVENANCE);
    assertThat(Verdict.of(learnt).ok()).isTrue();
    assertThat(TestTasks.mse(new RnnModelLoader().load(learnt), samples))
        .isLessThan(0.3 * TestTasks.mse(new RnnModelLoader().load(imported), samples));
  }

  @ParameterizedTest
  @ValueSource(ints = {STEPS, Shape.ANY_STEPS})
  void load_rowForEachStepAndAsManyAhead_forecastsAllRows(int steps)
      throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader().load(artifact(sums(steps), X, STEPS));

    assertThat(forecaster.fewestSteps()).isEqualTo(STEPS);
    assertThat(forecast(forecaster, 1, 2, 3, 4)).containsExactly(2, 6, 12, 20);
  }

  @Test
  void of_rowForEachStepAndAnotherHorizon_saysWhichAreMeant() {
    assertRefused(
        sums(STEPS),
        X,
        3,
        "the network puts out a row for each of 4 steps: with forecast.horizon=1 its last row is the forecast, with 4 its rows are t+1 to t+4, found 3");
  }

  /** Eight values are two steps ahead of four targets only where they are rows of four. */
  @Test
  void of_rowsOfAnotherWidth_areRefused() throws InvalidArtifactException {
    FeatureSchema four = FeatureSchema.ofNumbers("x", "y", "z", "w");
    Network fourRowsOfTwo = decoder(4, 2);

    assertRefused(
        fourRowsOfTwo,
        four,
        2,
        "the network puts out 4 × 2 values, and the schema's targets over 2 steps ahead are 2 × 4, as rows or as one vector (");
    assertThat(artifact(decoder(2, 4), four, 2).manifest().horizon()).isEqualTo(2);
    assertThat(artifact(vector(8), four, 2).manifest().horizon()).isEqualTo(2);
    assertThat(artifact(fourRowsOfTwo, inputs(four, 0, 1), 4).manifest().horizon()).isEqualTo(4);
  }

  private static void assertRefused(
      Network network, FeatureSchema schema, int horizon, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> artifact(network, schema, horizon))
        .withMessageStartingWith(message);
  }

  private static ModelArtifact artifact(Network network, FeatureSchema schema, int horizon) {
    return RawNetworks.artifact(network, schema, STEPS, horizon, StepTasks.PROVENANCE, List.of());
  }

  private static FeatureSchema inputs(FeatureSchema schema, Integer... targets) {
    return new FeatureSchema(schema.features(), schema.inputs(), List.of(targets));
  }

  private static float[] forecast(Forecaster forecaster, float... values) {
    FeatureVector[] vectors = new FeatureVector[values.length];
    for (int t = 0; t < values.length; t++) {
      vectors[t] = new FeatureVector(t, new float[] {values[t]});
    }
    float[] output = new float[forecaster.outputLength()];
    Arrays.fill(output, Float.NaN);
    forecaster.newSession().forecast(FeatureWindow.of(vectors), output);
    return output;
  }

  /** At each step twice the sum so far. */
  private static Network sums(int steps) {
    return new Network(
        1,
        steps,
        List.of(
            new Layer.SimpleRnn(
                1,
                ActivationFunction.LINEAR,
                true,
                false,
                new float[] {1},
                new float[] {1},
                new float[] {0}),
            dense(1, 1, 2)));
  }

  private static Network decoder(int rows, int width) {
    return new Network(4, STEPS, List.of(last(), new Layer.RepeatVector(rows), dense(1, width, 1)));
  }

  private static Network vector(int width) {
    return new Network(4, STEPS, List.of(last(), dense(1, width, 1)));
  }

  private static Layer last() {
    return new Layer.SimpleRnn(
        1,
        ActivationFunction.TANH,
        false,
        false,
        new float[] {1, 0, 0, 0},
        new float[] {0},
        new float[] {0});
  }

  private static Layer dense(int inputs, int units, float weight) {
    float[] kernel = new float[inputs * units];
    Arrays.fill(kernel, weight);
    return new Layer.Dense(units, ActivationFunction.LINEAR, kernel, new float[units]);
  }
}

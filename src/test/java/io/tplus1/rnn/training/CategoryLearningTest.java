package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.StepTasks.PROVENANCE;
import static io.tplus1.rnn.training.StepTasks.learn;
import static io.tplus1.rnn.training.StepTasks.load;
import static io.tplus1.rnn.training.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link RnnLearning} learns of categories, alone and beside numbers. */
class CategoryLearningTest {
  private static final TrainingSettings.Loss HUBER = TrainingSettings.Loss.HUBER;
  private final RnnLearning learning = new RnnLearning();

  @Test
  void step_categories_learnsNumbersAndProbabilities() throws InvalidArtifactException {
    FeatureSchema schema =
        FeatureSchema.of(
            List.of(Feature.number("x"), Feature.category("phase", List.of("up", "down"))));
    Trainer.Task task = Tasks.of(schema, 6, 2);
    List<TrainingSample> samples =
        samples(
            task, 500, t -> new float[] {(float) Math.sin(t * 0.5), Math.cos(t * 0.5) > 0 ? 1 : 2});
    Learner learner = learning.start(task, StepTasks.settings(1, HUBER), samples);
    learn(learner, samples, 300, 1);
    assertThat(rightWords(load(learner), samples, 1, 4)).isGreaterThan(0.9);
  }

  @Test
  void step_oneCategory_beginsWithAnEmbeddingAndGoesOnFromSoftmax()
      throws InvalidArtifactException {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("word", List.of("p", "q", "r"))));
    Trainer.Task task = Tasks.of(schema, 5, 1);
    List<TrainingSample> samples =
        samples(task, 300, t -> new float[] {1 + (t % 7 < 3 ? t % 3 : (t * t) % 3)});
    TrainingSettings settings = StepTasks.settings(1, HUBER);
    Learner learner = learning.start(task, settings, samples);
    learn(learner, samples, 300, 1);
    assertThat(rightWords(load(learner), samples, 0, 4)).isGreaterThan(0.9);

    ModelArtifact endsInSoftmax =
        RawNetworks.artifact(
            TestTasks.network(schema, 5, 1, TestTasks.settings().build()),
            schema,
            5,
            1,
            PROVENANCE,
            List.of());
    Learner further = learning.resume(task, settings, endsInSoftmax, null, List.of());
    assertThat(rightWords(load(further), samples, 0, 4))
        .isEqualTo(rightWords(new RnnModelLoader().load(endsInSoftmax), samples, 0, 4));
    learn(further, samples, 300, 1);
    assertThat(rightWords(load(further), samples, 0, 4)).isGreaterThan(0.9);
  }

  private static double rightWords(
      Forecaster forecaster, List<TrainingSample> samples, int from, int to) {
    float[][] forecasts = TestTasks.forecasts(forecaster, samples);
    int field = forecaster.schema().size() - 1;
    double right = 0;
    for (int i = 0; i < forecasts.length; i++) {
      int best = from;
      for (int k = from; k < to; k++) {
        best = forecasts[i][k] > forecasts[i][best] ? k : best;
      }
      right += best - from == (int) samples.get(i).following().value(0, field) ? 1 : 0;
    }
    return right / forecasts.length;
  }

  /** Keras' {@code Dense(n)} and {@code Activation('softmax')}. */
  @Test
  void refusal_softmaxInALayerOfItsOwn_isNone() throws InvalidArtifactException {
    FeatureSchema schema = FeatureSchema.of(List.of(Feature.category("c", List.of("a", "b"))));
    Trainer.Task task = Tasks.of(schema, 4, 1);
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    Network planned = TestTasks.network(schema, 4, 1, settings);
    List<Layer> layers = new ArrayList<>(planned.layers());
    Layer.Dense end = (Layer.Dense) layers.remove(layers.size() - 1);
    layers.add(new Layer.Dense(3, ActivationFunction.LINEAR, end.kernel(), end.bias()));
    layers.add(new Layer.Activation(end.activation()));
    ModelArtifact apart = artifact(new Network(planned.inputs(), 4, layers), schema);
    List<TrainingSample> samples = samples(task, 40, t -> new float[] {1 + t % 2});

    assertThat(end.activation()).isEqualTo(ActivationFunction.SOFTMAX);
    assertThat(learning.refusal(task, apart)).isEmpty();
    assertThat(RnnLearning.goOn(task, settings, apart, null, List.of()).loss(samples))
        .isEqualTo(
            RnnLearning.goOn(task, settings, artifact(planned, schema), null, List.of())
                .loss(samples));
  }

  private static ModelArtifact artifact(Network network, FeatureSchema schema) {
    return RawNetworks.artifact(network, schema, 4, 1, PROVENANCE, List.of());
  }
}

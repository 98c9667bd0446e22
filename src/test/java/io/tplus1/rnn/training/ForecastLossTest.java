package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.OutputLayout;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ForecastLossTest {
  private static final int STEPS = 5;
  private static final int HORIZON = 2;
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("x"),
              Feature.category("kind", List.of("u", "v")),
              Feature.category("mood", List.of("a", "b", "c"))));

  @Test
  void of_numbersAndTwoCategories_isWhatBothWaysOfTrainingMinimise() {
    Trainer.Task task = Tasks.of(SCHEMA, STEPS, HORIZON);
    TrainingSettings settings = settings().hidden(6).batch(64).build();
    List<TrainingSample> samples =
        samples(task, 30, t -> new float[] {(float) Math.sin(t), 1 + t % 2, 1 + t % 3});
    RnnLearner learner = RnnLearning.begin(task, settings, samples);
    Network network = learner.networks().get(0);
    ModelManifest manifest = learner.manifest(StepTasks.PROVENANCE);
    InputEncoder encoder = InputEncoder.of(manifest, network.inputs(), false);
    SampleSet set = new SampleSet(samples, STEPS, encoder, new TargetEncoder(manifest));

    double ofLearner = learner.loss(samples);
    SampleSet.Batch batch = set.batch(Epochs.order(set.size()), 0, set.size());
    double ofDl4j =
        Dl4jNetwork.trainable(network, new NetworkPlan(task, settings).loss(), settings)
            .fit(batch.windows(), batch.lengths(), batch.steps(), batch.labels(), 1);
    double ofKernel =
        new ForecastLoss(
                SCHEMA,
                HORIZON,
                settings.loss(),
                new OutputLayout(SCHEMA, Scaling.identity(3), true, true))
            .of(network, STEPS, set);

    assertThat(ofDl4j).isCloseTo(ofLearner, within(1e-4));
    assertThat(ofKernel).isCloseTo(ofLearner, within(1e-4));
  }
}

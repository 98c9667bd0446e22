package io.tplus1.rnn;

import static io.tplus1.rnn.RnnTrainerTest.TWO;
import static io.tplus1.rnn.TestTasks.SILENT;
import static io.tplus1.rnn.TestTasks.mse;
import static io.tplus1.rnn.TestTasks.samples;
import static io.tplus1.rnn.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Trainings that go on from an artifact. */
class RnnWarmStartTest {
  @Test
  void train_warm_goesOnFromTheArtifactsWeightsAndScaling() throws InvalidArtifactException {
    Trainer.Task task = new Trainer.Task(TWO, 8, 2);
    List<TrainingSample> samples = samples(task, 800, RnnTrainerTest::wave);
    ModelArtifact learnt = RnnTrainerTest.train(task, settings().build(), samples);
    TrainingSettings once = settings().epochs(1).learningRate(1e-6).build();
    List<TrainingSample> few = samples.subList(0, 60);

    ModelArtifact warm =
        new RnnTrainer().train(task, once, few, List.of(), SILENT, Optional.of(learnt));

    assertThat(warm.manifest().inputScaling()).isEqualTo(learnt.manifest().inputScaling());
    double before = mse(new RnnModelLoader().load(learnt), samples);
    assertThat(mse(new RnnModelLoader().load(warm), samples))
        .isCloseTo(before, within(0.01 * before));
    assertThatThrownBy(
            () ->
                new RnnTrainer()
                    .train(
                        new Trainer.Task(TWO, 8, 1),
                        once,
                        samples,
                        List.of(),
                        SILENT,
                        Optional.of(learnt)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the artifact forecasts 2 steps from 8");
    assertThatThrownBy(
            () ->
                new RnnTrainer()
                    .train(
                        task,
                        settings().decoder().build(),
                        samples,
                        List.of(),
                        SILENT,
                        Optional.of(learnt)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("train without a warm start");
  }

  @Test
  void train_warmOnLaterSamples_learntFromWhereTheArtifactBegan() throws InvalidArtifactException {
    Trainer.Task task = new Trainer.Task(TWO, 8, 1);
    List<TrainingSample> samples = samples(task, 120, RnnTrainerTest::wave);
    TrainingSettings once = settings().epochs(1).build();
    ModelArtifact first = RnnTrainerTest.train(task, once, samples.subList(0, 60));
    List<TrainingSample> later = samples.subList(80, samples.size());

    ModelArtifact warm =
        new RnnTrainer().train(task, once, later, List.of(), SILENT, Optional.of(first));

    assertThat(warm.manifest().provenance().fromMs())
        .isEqualTo(first.manifest().provenance().fromMs())
        .isLessThan(later.get(0).window().timeMs(0));
  }

  /** As Keras saves one whose number of steps is open. */
  @Test
  void train_warmFromANetworkOfOpenLengthThatDl4jTrains_goesOn() throws InvalidArtifactException {
    Trainer.Task task = new Trainer.Task(TWO, 8, 1);
    List<TrainingSample> samples = samples(task, 120, RnnTrainerTest::wave);
    TrainingSettings once = settings().epochs(1).build();
    Network planned = TestTasks.network(TWO, 8, 1, once);
    List<Layer> layers = new ArrayList<>(planned.layers());
    layers.add(layers.size() - 1, new Layer.Dropout(0.2));
    Network open = new Network(planned.inputs(), -1, layers);
    ModelArtifact warm = RnnArtifacts.of(open, TWO, 8, 1, StepTasks.PROVENANCE, List.of());

    ModelArtifact trained =
        new RnnTrainer()
            .train(task, once, samples, samples.subList(0, 20), SILENT, Optional.of(warm));

    assertThat(new RnnModelLoader().load(trained).steps()).isEqualTo(8);
  }
}

package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.RnnTrainerTest.TWO;
import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.mse;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.model.WarmStartException;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.StoredNetworks;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings that go on from an artifact. */
class RnnWarmStartTest {
  @Test
  void train_warm_goesOnFromTheArtifactsWeightsAndScaling() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 2);
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
                        Tasks.of(TWO, 8, 1), once, samples, List.of(), SILENT, Optional.of(learnt)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "it forecasts 2 steps from 8 vectors, and forecast.horizon is 1, window.steps 8");
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
    Trainer.Task task = Tasks.of(TWO, 8, 1);
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
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    List<TrainingSample> samples = samples(task, 120, RnnTrainerTest::wave);
    TrainingSettings once = settings().epochs(1).build();
    Network planned = TestTasks.network(TWO, 8, 1, once);
    List<Layer> layers =
        with(planned, planned.layers().size() - 1, new Layer.Dropout(0.2)).layers();
    Network open = new Network(planned.inputs(), -1, layers);
    ModelArtifact warm = RawNetworks.artifact(open, TWO, 8, 1, StepTasks.PROVENANCE, List.of());

    ModelArtifact trained =
        new RnnTrainer()
            .train(task, once, samples, samples.subList(0, 20), SILENT, Optional.of(warm));

    assertThat(new RnnModelLoader().load(trained).steps()).isEqualTo(8);
  }

  static Stream<Network> networksThatNobodyTrains() {
    Network simple = TestTasks.network(TWO, 8, 1, settings().build());
    Layer.Gru gru =
        new Layer.Gru(
            8,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            true,
            false,
            false,
            new float[2 * 24],
            new float[8 * 24],
            new float[2 * 24]);
    Layer dense = simple.layers().get(1);
    return Stream.of(
        with(simple, 0, new Layer.Masking(0)),
        new Network(2, 8, List.of(gru, new Layer.Dropout(0.2), dense)),
        new Network(2, 8, List.of(bothWays(simple, false), dense)));
  }

  @ParameterizedTest
  @MethodSource("networksThatNobodyTrains")
  void train_warmFromWhatNobodyTrains_isNoWarmStart(Network network) {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    List<TrainingSample> samples = samples(task, 60, RnnTrainerTest::wave);
    ModelArtifact warm = RawNetworks.artifact(network, TWO, 8, 1, StepTasks.PROVENANCE, List.of());

    assertThatExceptionOfType(WarmStartException.class)
        .isThrownBy(
            () ->
                new RnnTrainer()
                    .train(task, settings().build(), samples, List.of(), SILENT, Optional.of(warm)))
        .withMessageContaining("nor can DL4J train it: DL4J ");
  }

  /** Its loss is of one linear row for each horizon. */
  @Test
  void train_warmFromADecoderThatEndsInAnActivation_isNoWarmStart() {
    Trainer.Task task = Tasks.of(TWO, 8, 2);
    List<TrainingSample> samples = samples(task, 60, RnnTrainerTest::wave);
    TrainingSettings settings = settings().epochs(1).decoder().build();
    Network planned = TestTasks.network(TWO, 8, 2, settings);
    int last = planned.layers().size() - 1;
    Layer.Dense end = (Layer.Dense) planned.layers().get(last);
    List<Layer> sigmoid = new ArrayList<>(planned.layers().subList(0, last));
    sigmoid.add(new Layer.Dense(2, ActivationFunction.SIGMOID, end.kernel(), end.bias()));
    Layer tanh = new Layer.Activation(ActivationFunction.TANH);

    for (Network network :
        List.of(new Network(2, 8, sigmoid), with(planned, planned.layers().size(), tanh))) {
      ModelArtifact warm =
          RawNetworks.artifact(network, TWO, 8, 2, StepTasks.PROVENANCE, List.of());
      assertThatExceptionOfType(WarmStartException.class)
          .isThrownBy(
              () ->
                  new RnnTrainer()
                      .train(task, settings, samples, List.of(), SILENT, Optional.of(warm)))
          .withMessageContaining("nor can DL4J train it: DL4J ");
    }
  }

  @Test
  void train_warmFromADecoderThatEndsInItsRecurrentLayer_goesOn() throws Exception {
    Trainer.Task task = Tasks.of(TWO, 8, 2);
    List<TrainingSample> samples = samples(task, 60, RnnTrainerTest::wave);
    TrainingSettings settings = settings().epochs(1).decoder().build();
    Layer.SimpleRnn first =
        (Layer.SimpleRnn) TestTasks.network(TWO, 8, 2, settings).layers().get(0);
    Layer.SimpleRnn end =
        new Layer.SimpleRnn(
            2,
            ActivationFunction.TANH,
            true,
            false,
            new float[8 * 2],
            new float[2 * 2],
            new float[2]);
    Network network = new Network(2, 8, List.of(first, new Layer.RepeatVector(2), end));
    ModelArtifact warm = RawNetworks.artifact(network, TWO, 8, 2, StepTasks.PROVENANCE, List.of());

    ModelArtifact trained =
        new RnnTrainer().train(task, settings, samples, List.of(), SILENT, Optional.of(warm));

    assertThat(StoredNetworks.read(trained).networks().get(0)).isNotEqualTo(network);
  }

  /** What DL4J computes of a short window beside a longer one is not what serves. */
  static Stream<Network> networksWithoutPadding() {
    Network simple = TestTasks.network(TWO, 8, 1, settings().build());
    Layer.SimpleRnn second =
        new Layer.SimpleRnn(
            8,
            ActivationFunction.TANH,
            false,
            false,
            new float[8 * 8],
            new float[8 * 8],
            new float[8]);
    return Stream.of(
        new Network(2, 8, List.of(bothWays(simple, true), second, simple.layers().get(1))),
        new Network(
            2,
            8,
            List.of(
                cell(simple, true, false),
                new Layer.Dropout(0.1),
                new Layer.Flatten(),
                new Layer.Dense(2, ActivationFunction.LINEAR, new float[8 * 8 * 2], new float[2]))),
        new Network(
            2,
            8,
            List.of(cell(simple, true, false), new Layer.Dropout(0.1), simple.layers().get(1))));
  }

  private static Layer bothWays(Network network, boolean sequences) {
    return new Layer.Bidirectional(
        cell(network, sequences, false), cell(network, sequences, true), Layer.Merge.SUM);
  }

  private static Layer.SimpleRnn cell(Network network, boolean sequences, boolean backwards) {
    Layer.SimpleRnn cell = (Layer.SimpleRnn) network.layers().get(0);
    return new Layer.SimpleRnn(
        cell.units(),
        cell.activation(),
        sequences,
        backwards,
        cell.kernel(),
        cell.recurrentKernel(),
        cell.bias());
  }

  @ParameterizedTest
  @MethodSource("networksWithoutPadding")
  void train_warmWithShortWindowsThatDl4jCannotPad_learnsFromFullOnesAlone(Network network)
      throws InvalidArtifactException {
    boolean stepwise = network.isStepwise();
    int horizon = stepwise ? 8 : 1;
    Trainer.Task task = Tasks.of(TWO, 8, horizon);
    List<TrainingSample> full = samples(task, 60, RnnTrainerTest::wave);
    List<TrainingSample> all = new ArrayList<>(full);
    for (TrainingSample sample : full) {
      all.add(newest(sample, 3));
    }
    Optional<ModelArtifact> warm =
        Optional.of(
            RawNetworks.artifact(network, TWO, 8, horizon, StepTasks.PROVENANCE, List.of()));
    TestTasks.Settings settings = settings().epochs(1).batch(5);
    TrainingSettings once = stepwise ? settings.decoder().build() : settings.build();

    ModelArtifact trained =
        new RnnTrainer().train(task, once, all, full.subList(0, 9), SILENT, warm);

    assertThat(trained)
        .isEqualTo(new RnnTrainer().train(task, once, full, full.subList(0, 9), SILENT, warm));
    assertThatExceptionOfType(WarmStartException.class)
        .isThrownBy(
            () ->
                new RnnTrainer()
                    .train(
                        task, once, all.subList(full.size(), all.size()), List.of(), SILENT, warm))
        .withMessageContaining(
            "none of the %d samples has a window of 8 steps".formatted(full.size()));
  }

  /** Behind the last step of the window there is nothing to pad. */
  @Test
  void train_warmWithShortWindowsThatEndBeforeFlatten_learnsFromThemToo()
      throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    List<TrainingSample> samples =
        samples(task, 60, RnnTrainerTest::wave).stream().map(s -> newest(s, 3)).toList();
    Layer first = TestTasks.network(TWO, 8, 1, settings().build()).layers().get(0);
    Layer end =
        new Layer.Dense(2, ActivationFunction.LINEAR, new float[2 * 8 * 2], new float[] {1, 1});
    Network network =
        new Network(2, 8, List.of(first, new Layer.RepeatVector(2), new Layer.Flatten(), end));
    ModelArtifact warm = RawNetworks.artifact(network, TWO, 8, 1, StepTasks.PROVENANCE, List.of());

    ModelArtifact trained =
        new RnnTrainer()
            .train(task, settings().build(), samples, List.of(), SILENT, Optional.of(warm));

    RnnModelLoader loader = new RnnModelLoader();
    assertThat(trained.manifest().provenance().samples()).isEqualTo(samples.size());
    assertThat(mse(loader.load(trained), samples)).isLessThan(mse(loader.load(warm), samples));
  }

  private static TrainingSample newest(TrainingSample sample, int steps) {
    FeatureVector[] vectors = sample.window().toVectors();
    return new TrainingSample(
        sample.series(),
        FeatureWindow.of(Arrays.copyOfRange(vectors, vectors.length - steps, vectors.length)),
        sample.following(),
        1);
  }

  private static Network with(Network network, int at, Layer layer) {
    List<Layer> layers = new ArrayList<>(network.layers());
    layers.add(at, layer);
    return new Network(network.inputs(), network.steps(), layers);
  }
}

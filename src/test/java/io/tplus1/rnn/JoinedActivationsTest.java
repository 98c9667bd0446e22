package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.ReferenceNetwork;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JoinedActivationsTest {

  @Property(tries = 200, seed = "20261127")
  void of_anyNetwork_computesTheSame(@ForAll long seed) {
    RandomNetworks networks = new RandomNetworks(seed);
    Network network = networks.next(4);
    double[][] window = networks.window(network, 4);

    Network joined = JoinedActivations.of(network);

    assertThat(ReferenceNetwork.forward(joined, window))
        .isEqualTo(ReferenceNetwork.forward(network, window));
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
    List<TrainingSample> samples = TestTasks.samples(task, 40, t -> new float[] {1 + t % 2});

    assertThat(end.activation()).isEqualTo(ActivationFunction.SOFTMAX);
    assertThat(new RnnLearning().refusal(task, apart)).isEmpty();
    assertThat(RnnLearning.goOn(task, settings, apart, null, List.of()).loss(samples))
        .isEqualTo(
            RnnLearning.goOn(task, settings, artifact(planned, schema), null, List.of())
                .loss(samples));
  }

  private static ModelArtifact artifact(Network network, FeatureSchema schema) {
    return RawNetworks.artifact(network, schema, 4, 1, StepTasks.PROVENANCE, List.of());
  }
}

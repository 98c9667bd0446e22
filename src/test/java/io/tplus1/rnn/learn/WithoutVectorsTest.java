package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.JvmWithoutVectors;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutVectorsTest {
  @TempDir Path directory;

  @Test
  void learner_moduleAbsent_isPlainAndSilent() throws Exception {
    assertThat(JvmWithoutVectors.output(directory, Child.class)).isEqualTo("plain-1 9.0");
  }

  /** What the other JVM runs. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      float[] one = {1};
      float[] zero = {0};
      Layer rnn = new Layer.SimpleRnn(1, ActivationFunction.LINEAR, false, false, one, one, zero);
      Layer dense = new Layer.Dense(1, ActivationFunction.LINEAR, one, zero);
      Network network = new Network(1, Shape.ANY_STEPS, List.of(rnn, dense));
      NetworkLearner learner =
          new NetworkLearner(
              network, PlainLearning.mse(), PlainLearning.adam(0.1), new BatchSize(2, 1, 2));
      SequenceBatch batch = new SequenceBatch(new BatchSize(2, 1, 2), 1, 1);
      batch.resize(2, 1);
      batch.inputs()[0] = 1;
      batch.inputs()[1] = 2;
      batch.weights()[1] = 1;
      System.out.println(learner.arithmetic() + " " + learner.step(batch));
    }
  }
}

package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How large networks are that nobody has made yet. */
class RnnWeightsTest {
  private static final TrainingSettings.Loss HUBER = TrainingSettings.Loss.HUBER;

  @Test
  void weightBytes_anySettings_areThoseOfTheNetworksThatAreMade() {
    FeatureSchema word = FeatureSchema.of(List.of(Feature.category("c", List.of("a", "b", "d"))));
    Trainer.Task vectors = Tasks.of(StepTasks.TWO, 5, 3);
    TestTasks.Settings lstm = TestTasks.settings().cell(TrainingSettings.Cell.LSTM);

    assertWeights(vectors, TestTasks.settings().build());
    assertWeights(vectors, lstm.hidden(7, 5).build());
    assertWeights(vectors, lstm.decoder().build());
    assertWeights(Tasks.of(word, 5, 2), TestTasks.settings().embedding(6).build());
    assertWeights(StepTasks.task(12, 3, true), StepTasks.settings(3, HUBER));
    assertWeights(StepTasks.task(12, 3, false), StepTasks.settings(1, HUBER));
  }

  private static void assertWeights(Trainer.Task task, TrainingSettings settings) {
    long weights =
        new NetworkPlan(task, settings).networks().stream().mapToLong(Network::parameters).sum();

    assertThat(new RnnLearning().weightBytes(task, settings)).isEqualTo(4 * weights);
  }
}

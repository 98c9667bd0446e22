package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EpochsTest {

  /** Its weights are the number of epochs, and its losses on validation are given. */
  private static final class Counted implements Epochs.Course {
    private final double[] losses;
    private int weights;
    private int kept = -1;

    Counted(double... losses) {
      this.losses = losses;
    }

    @Override
    public double epoch(Runnable batchDone) {
      weights++;
      return 10;
    }

    @Override
    public double validationLoss() {
      return losses[weights];
    }

    @Override
    public void keep() {
      kept = weights;
    }

    @Override
    public void goBack() {
      weights = kept;
    }
  }

  private static Map<String, Double> run(Counted course, boolean warm) {
    return new Epochs(settings().epochs(4).patience(2).build(), 1, warm).run(course, SILENT);
  }

  @Test
  void run_warmAndNothingGetsBetter_leavesTheWeightsOfTheStart() {
    Counted course = new Counted(1, 3, 2, 2, 2);

    Map<String, Double> figures = run(course, true);

    assertThat(course.weights).isZero();
    assertThat(figures)
        .containsEntry("epochs", 0.0)
        .containsEntry("validationLoss", 1.0)
        .doesNotContainKey("trainingLoss");
  }

  @Test
  void run_warmAndBetterInTheEnd_leavesTheBest() {
    Counted course = new Counted(2, 3, 1, 4, 4);

    assertThat(run(course, true)).containsEntry("epochs", 2.0).containsEntry("trainingLoss", 10.0);
    assertThat(course.weights).isEqualTo(2);
  }

  @Test
  void means_figureThatOneLacks_isTheMeanOfTheOthers() {
    assertThat(
            Epochs.means(
                List.of(
                    Map.of("epochs", 0.0, "validationLoss", 1.0),
                    Map.of("epochs", 3.0, "validationLoss", 2.0, "trainingLoss", 10.0))))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("epochs", 1.5, "validationLoss", 1.5, "trainingLoss", 10.0));
  }

  @Test
  void run_newWeights_areNotMeasured() {
    Counted course = new Counted(1, 3, 2, 2, 2);

    assertThat(run(course, false)).containsEntry("epochs", 2.0);
    assertThat(course.weights).isEqualTo(2);
  }
}

package io.tplus1.rnn;

import io.tplus1.model.Learner;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An ensemble that the learner in plain Java trains, each member in an order of its own. */
final class LearnerCourse implements Epochs.Course {
  private final TrainingSettings settings;
  private final RnnLearner learner;
  private final List<TrainingSample> training;
  private final List<TrainingSample> validation;
  private final Random random;
  private final List<int[]> orders = new ArrayList<>();
  private byte[] kept;

  LearnerCourse(
      TrainingSettings settings,
      RnnLearner learner,
      List<TrainingSample> training,
      List<TrainingSample> validation) {
    this.settings = settings;
    this.learner = learner;
    this.training = training;
    this.validation = validation;
    this.random = new Random(settings.seed());
    for (int i = 0; i < learner.members(); i++) {
      orders.add(Epochs.order(training.size()));
    }
  }

  @Override
  public double epoch(Runnable batchDone) {
    orders.forEach(order -> Epochs.shuffle(order, random));
    double sum = 0;
    int steps = 0;
    for (int from = 0; from < training.size(); from += settings.batch()) {
      List<List<TrainingSample>> batches = new ArrayList<>();
      for (int[] order : orders) {
        List<TrainingSample> batch = new ArrayList<>();
        for (int i = from; i < Math.min(order.length, from + settings.batch()); i++) {
          batch.add(training.get(order[i]));
        }
        batches.add(batch);
      }
      Learner.Step done = learner.step(batches);
      if (done.leftOut() > 0) {
        throw Epochs.astray(settings, "the loss is NaN");
      }
      if (!Double.isNaN(done.loss())) {
        sum += done.loss();
        steps++;
      }
      batchDone.run();
    }
    return steps == 0 ? Double.NaN : sum / steps;
  }

  @Override
  public double validationLoss() {
    return learner.loss(validation);
  }

  @Override
  public void keep() {
    kept = learner.state();
  }

  @Override
  public void goBack() {
    learner.restore(kept);
  }
}

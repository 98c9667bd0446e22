package io.tplus1.rnn.training;

import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.Network;
import java.util.Random;
import java.util.concurrent.CancellationException;

/** One network that DL4J trains. */
final class Dl4jCourse implements Epochs.Course {
  private final TrainingSettings settings;
  private final int rows;
  private final Dl4jNetwork network;
  private final int steps;
  private final SampleSet training;
  private final SampleSet validation;
  private final ForecastLoss loss;
  private final Random random;
  private final int[] order;
  private int epochs;
  private Dl4jNetwork.Snapshot kept;

  /**
   * @param rows rows of the output of one sample
   * @param steps steps of a full window
   * @param seed of the order of samples
   */
  Dl4jCourse(
      TrainingSettings settings,
      int rows,
      Dl4jNetwork network,
      int steps,
      SampleSet training,
      SampleSet validation,
      ForecastLoss loss,
      long seed) {
    this.settings = settings;
    this.rows = rows;
    this.network = network;
    this.steps = steps;
    this.training = training;
    this.validation = validation;
    this.loss = loss;
    this.random = new Random(seed);
    this.order = Epochs.order(training.size());
  }

  @Override
  public double epoch(Runnable batchDone) {
    epochs++;
    Epochs.shuffle(order, random);
    double sum = 0;
    int batches = 0;
    for (int from = 0; from < order.length; from += settings.batch()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("the training was interrupted");
      }
      SampleSet.Batch batch =
          training.batch(order, from, Math.min(order.length, from + settings.batch()));
      double batchLoss =
          network.fit(batch.windows(), batch.lengths(), batch.steps(), batch.labels(), rows);
      if (!Double.isFinite(batchLoss)) {
        throw Epochs.astray(settings, "the loss is " + batchLoss);
      }
      sum += batchLoss;
      batches++;
      batchDone.run();
    }
    return sum / batches;
  }

  @Override
  public double validationLoss() {
    return loss.of(now(), steps, validation);
  }

  /** The weights of now; the plain form refuses weights that are not finite. */
  private Network now() {
    try {
      return network.toNetwork(steps);
    } catch (IllegalArgumentException e) {
      throw Epochs.astray(settings, "after epoch " + epochs + " " + e.getMessage());
    }
  }

  @Override
  public void keep() {
    kept = network.snapshot();
  }

  @Override
  public void goBack() {
    network.restore(kept);
  }
}

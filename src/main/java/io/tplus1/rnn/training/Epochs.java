package io.tplus1.rnn.training;

import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Training by epochs that stops when validation gets no better, whatever it is that trains. */
final class Epochs {
  private final TrainingSettings settings;
  private final int validationSamples;
  private final boolean warm;

  /**
   * @param warm whether the weights of the start have learnt, so that they may be the best ones
   */
  Epochs(TrainingSettings settings, int validationSamples, boolean warm) {
    this.settings = settings;
    this.validationSamples = validationSamples;
    this.warm = warm;
  }

  /** What is trained. */
  interface Course {
    /**
     * One pass over the samples.
     *
     * @param batchDone run after each batch
     * @return mean loss over its batches that have one, scaled units; NaN if none has
     * @throws IllegalArgumentException if it went astray
     */
    double epoch(Runnable batchDone);

    /** Mean loss over the validation samples, scaled units; NaN without any. */
    double validationLoss();

    /** Remembers the weights of now. */
    void keep();

    /** Goes back to the weights that were kept. */
    void goBack();
  }

  /**
   * Trains, and returns the figures of the weights that the course is left with.
   *
   * @throws IllegalArgumentException if a loss is not finite
   */
  Map<String, Double> run(Course course, Trainer.Listener listener) {
    boolean watching = settings.patience() > 0 && validationSamples > 0;
    double bestLoss = Double.POSITIVE_INFINITY;
    int bestEpoch = 0;
    double trainingLoss = Double.NaN;
    double validationLoss = Double.NaN;
    int epoch = 0;
    if (watching && warm) {
      validationLoss = validate(course);
      bestLoss = validationLoss;
      course.keep();
    }
    while (epoch < settings.epochs() && !(watching && epoch - bestEpoch >= settings.patience())) {
      epoch++;
      double epochLoss = course.epoch(listener::batchDone);
      double epochValidation = validate(course);
      listener.epochDone(epoch, settings.epochs(), epochLoss, epochValidation);
      if (!watching || epochValidation < bestLoss) {
        bestLoss = epochValidation;
        bestEpoch = epoch;
        trainingLoss = epochLoss;
        validationLoss = epochValidation;
        if (watching) {
          course.keep();
        }
      }
    }
    if (watching && bestEpoch < epoch) {
      course.goBack();
    }
    Map<String, Double> figures = new TreeMap<>();
    figures.put(Trainer.EPOCHS, (double) bestEpoch);
    if (bestEpoch > 0 && !Double.isNaN(trainingLoss)) {
      figures.put("trainingLoss", trainingLoss);
    }
    if (validationSamples > 0) {
      figures.put("validationLoss", validationLoss);
      figures.put(Trainer.VALIDATION_SAMPLES, (double) validationSamples);
    }
    return figures;
  }

  /** The figures of several trainings, each the mean over those that have it. */
  static Map<String, Double> means(List<Map<String, Double>> trainings) {
    Map<String, Double> means = new TreeMap<>();
    trainings.forEach(one -> one.forEach((name, value) -> means.merge(name, value, Double::sum)));
    means.replaceAll(
        (name, sum) -> sum / trainings.stream().filter(one -> one.containsKey(name)).count());
    return means;
  }

  private double validate(Course course) {
    double loss = course.validationLoss();
    if (validationSamples > 0 && !Double.isFinite(loss)) {
      throw astray(settings, "the loss on validation samples is " + loss);
    }
    return loss;
  }

  static IllegalArgumentException astray(TrainingSettings settings, String what) {
    return new IllegalArgumentException(
        "the training went astray: %s; lower the learning rate (%s) or limit the gradient (clip norm %s)"
            .formatted(what, settings.learningRate(), settings.clipNorm()));
  }

  /** 0, 1, … in an order that {@link #shuffle} changes. */
  static int[] order(int size) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    return order;
  }

  /** Every order is as likely as any other (Fisher and Yates). */
  static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
  }
}

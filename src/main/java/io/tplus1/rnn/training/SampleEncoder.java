package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.learn.BatchSize;
import io.tplus1.rnn.learn.SequenceBatch;
import java.util.List;

/** Writes samples as the sequences that a network learns from. Immutable and thread-safe. */
interface SampleEncoder {

  /** Where the loss counts. */
  enum Loss {
    /** Wherever training wants it. */
    TRAINING,
    /** At the last step alone, as a forecast does. */
    FORECAST
  }

  /** Values that the network reads of a step. */
  int inputs();

  /** Values that the network puts out for a sequence. */
  int outputs();

  /** Steps of a full sequence. */
  int steps();

  /** Sequences of one sample. */
  int sequences();

  /** Newest steps of a sequence that may have a loss. */
  int lossSteps();

  /**
   * The largest batch of so many samples.
   *
   * @throws IllegalArgumentException if they are more sequences than can be numbered
   */
  default BatchSize batch(int samples) {
    long sequences = (long) samples * sequences();
    if (sequences > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a batch of %,d samples would be %,d sequences: lower train.batch"
              .formatted(samples, sequences));
    }
    return new BatchSize(steps(), (int) sequences, lossSteps());
  }

  /** Whether a sample can be learnt from at all: it has what the task forecasts. */
  boolean fits(FeatureWindow window, FeatureWindow following);

  /**
   * Fills a batch. Values that are not finite are read as 0, and have no loss as targets; a weight
   * that is not positive and finite counts as 1.
   *
   * @param samples that fit, at least one
   * @param base to whose forecasts the network's outputs are added; null for the last value, and
   *     where the network puts out vectors
   */
  void encode(List<TrainingSample> samples, LinearForecaster base, SequenceBatch batch, Loss loss);

  /** The weight of a sample's loss. */
  static float weight(TrainingSample sample) {
    float weight = (float) sample.weight();
    return weight > 0 && weight < Float.POSITIVE_INFINITY ? weight : 1f;
  }
}

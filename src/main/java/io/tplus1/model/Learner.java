package io.tplus1.model;

import java.util.List;

/**
 * Networks that go on learning: weights and the optimiser's state. For one thread at a time.
 *
 * <p>A small ensemble of members with first weights of their own; the artifact's forecast is their
 * mean.
 */
public interface Learner {

  /** Seed that the first weights were drawn by, as the artifact that they began with tells. */
  long seed();

  /** Number of members. */
  int members();

  /**
   * Says what is added to from the next update on, where outputs are added to the forecasts of a
   * linear expert; a learner that needs none takes no notice.
   *
   * @param linear of the task's schema and horizon; the artifact will hold it
   */
  void base(LinearForecaster linear);

  /**
   * One update of every member.
   *
   * @param batches a batch for each member
   * @throws IllegalStateException if outputs are added to the forecasts of a linear expert, and
   *     none was given
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  Step step(List<List<TrainingSample>> batches);

  /**
   * What an update gave.
   *
   * @param loss mean loss before it of the members that had one and took their update, scaled
   *     units; NaN if none did
   * @param leftOut members whose update was not finite and was left out, which leaves them as they
   *     were
   */
  record Step(double loss, int leftOut) {}

  /**
   * The members as they are now; what they have learnt by then is told by later ones, too.
   *
   * @param provenance what they learnt now; the learner adds its versions, and the times of what
   *     they had learnt before
   */
  ModelArtifact artifact(Provenance provenance);

  /** Weights and optimiser state, to go on from later. */
  byte[] state();
}

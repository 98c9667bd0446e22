package io.tplus1.train;

/** One training, from kept samples to a model. */
public interface TrainingRun {

  /**
   * Trains, on the calling thread.
   *
   * @param throttle is asked between steps
   * @throws TrainingFailedException if there is no model in the end
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  Trained run(Throttle throttle) throws TrainingFailedException;
}

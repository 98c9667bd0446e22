package io.tplus1.train;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.Learning;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;

/** Gives the networks of a refresh, on the training thread. */
@FunctionalInterface
public interface LearnerSource {
  /**
   * The networks as they were kept, or new ones.
   *
   * @throws InvalidArtifactException if what was kept is broken, or of another shape
   */
  Learner get() throws InvalidArtifactException;

  /** New networks; scaling is fitted on these samples, outliers left out. */
  static LearnerSource start(
      Learning learning,
      Trainer.Task task,
      TrainingSettings settings,
      SampleBuffer.Snapshot samples) {
    return () -> learning.start(task, settings, Outliers.without(samples.samples(), task.schema()));
  }
}

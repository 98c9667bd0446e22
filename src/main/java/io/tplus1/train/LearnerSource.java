package io.tplus1.train;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.Learning;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.List;

/** Gives the networks of a refresh, on the training thread. */
@FunctionalInterface
public interface LearnerSource {
  /**
   * The networks as they were kept, or new ones.
   *
   * @param samples what is learnt from: the scaling of new ones is fitted on them
   * @throws InvalidArtifactException if what was kept is broken, or of another shape
   */
  Learner get(List<TrainingSample> samples) throws InvalidArtifactException;

  /** New networks. */
  static LearnerSource start(Learning learning, Trainer.Task task, TrainingSettings settings) {
    return samples -> learning.start(task, settings, samples);
  }
}

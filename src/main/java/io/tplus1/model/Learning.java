package io.tplus1.model;

import java.util.List;
import java.util.Optional;

/** Makes learners. */
public interface Learning {

  /**
   * Networks with new weights; scaling is fitted on the given samples.
   *
   * @throws IllegalArgumentException if there is no sample, or the settings ask for what cannot
   *     learn step by step
   */
  Learner start(Trainer.Task task, TrainingSettings settings, List<TrainingSample> samples);

  /**
   * Networks that go on where others stopped.
   *
   * @param artifact whose weights and scaling they begin with
   * @param state what {@link Learner#state} gave for that artifact or a later one; null to begin
   *     with the artifact's weights and a fresh optimiser
   * @param samples what is learnt from next, outliers left out; tells how large the numbers of a
   *     network are whose scaling was set elsewhere
   * @throws InvalidArtifactException if the artifact or the state is broken or of another shape
   */
  Learner resume(
      Trainer.Task task,
      TrainingSettings settings,
      ModelArtifact artifact,
      byte[] state,
      List<TrainingSample> samples)
      throws InvalidArtifactException;

  /**
   * Why {@link #resume} would refuse an artifact whatever the settings, in one sentence; empty if
   * it would not.
   */
  Optional<String> refusal(Trainer.Task task, ModelArtifact artifact);

  /**
   * Bytes of the weights in the artifact of new networks; the artifact has more.
   *
   * @throws IllegalArgumentException if no network fits the settings
   */
  long weightBytes(Trainer.Task task, TrainingSettings settings);

  /**
   * Heap that learners take, in bytes, without samples: a batch as a network reads it, far more
   * than its samples where step inputs make many columns of them, or a sequence of every target;
   * and for each member what it leaves behind for the way back through all steps. Of new networks,
   * or of those that go on where these take more.
   *
   * @param goesOn what learning may go on from; counts nothing where it cannot
   * @throws IllegalArgumentException if no network fits the settings
   */
  long learnerBytes(Trainer.Task task, TrainingSettings settings, Optional<ModelArtifact> goesOn);
}

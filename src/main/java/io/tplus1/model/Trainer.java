package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a model out of samples. */
public interface Trainer {

  /** Figure: after how many epochs the weights were the best; 0 if those of the warm start were. */
  String EPOCHS = "epochs";

  /** Figure: how many samples told which weights were the best; absent if none could. */
  String VALIDATION_SAMPLES = "validationSamples";

  /** Trains a network from new weights. */
  default ModelArtifact train(
      Task task,
      TrainingSettings settings,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener) {
    return train(task, settings, training, validation, listener, Optional.empty());
  }

  /**
   * Trains a network and returns it as an artifact that has proven itself (see its certificate). If
   * {@link #EPOCHS} of its figures is 0, it forecasts as the warm start does.
   *
   * @param task what the network maps to what
   * @param settings how it learns
   * @param training samples to learn from; scaling is fitted on them alone
   * @param validation later samples to watch, never learnt from; may be empty
   * @param listener told after each batch and each epoch
   * @param warm whose networks and scaling the training begins with, rather than with new weights
   *     and fitted scaling; cell, hidden layers, embedding and members of the settings are not read
   *     then
   * @throws WarmStartException if the warm start is broken, of another task, or not of a kind that
   *     can be trained so; nothing has been learnt yet
   * @throws IllegalArgumentException if there is nothing to learn from, a target is not what its
   *     loss needs (such as the id of a word), or the settings ask for what cannot be built or what
   *     does not converge (a loss or weight that is not finite)
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  ModelArtifact train(
      Task task,
      TrainingSettings settings,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm);

  /**
   * What a network maps to what.
   *
   * @param schema fields, inputs and targets
   * @param steps N, vectors of a full window
   * @param horizon H, steps ahead
   * @param inputs what the network reads of a step; empty for the raw vectors, scaled
   */
  record Task(FeatureSchema schema, int steps, int horizon, Optional<StepInputs> inputs) {
    /**
     * @throws IllegalArgumentException if the step inputs do not fit
     */
    public Task {
      if (inputs.isPresent()) {
        inputs.get().requireFit(schema, steps);
      }
    }

    /**
     * Why a network that has learnt another task does not go on with this one; empty if it does.
     */
    public List<String> differences(ModelManifest learnt) {
      List<String> differences = new ArrayList<>();
      if (!learnt.schema().equals(schema)) {
        differences.add(learnt.schema().difference(schema, "in the artifact", "in the task"));
      }
      if (learnt.horizon() != horizon || learnt.steps() != steps) {
        differences.add(
            "it forecasts %d steps from %d vectors, and forecast.horizon is %d, window.steps %d"
                .formatted(learnt.horizon(), learnt.steps(), horizon, steps));
      }
      Optional<StepInputs> read = learnt.stepInputs();
      if (read.isPresent() && inputs.isPresent()) {
        differences.addAll(read.get().differences(inputs.get()));
      } else if (read.isPresent()) {
        differences.add("it reads changes, and train.inputs is empty");
      } else if (inputs.isPresent()) {
        differences.add("it reads the vectors themselves, and train.inputs is set");
      }
      return differences;
    }

    /** Whether the network reads the ids of a category, which is all there is to read. */
    public boolean readsIds() {
      return inputs.isEmpty()
          && schema.inputs().size() == 1
          && schema.feature(schema.inputs().get(0)).isCategory();
    }
  }

  /** Told of the progress, on the training thread. */
  interface Listener {
    /**
     * Tells that one more epoch is done.
     *
     * @param epoch number of epochs done, from 1
     * @param epochs number of epochs asked for
     * @param trainingLoss mean loss over the epoch's batches, scaled units; NaN where nothing moved
     * @param validationLoss mean loss over the validation samples, scaled units; NaN without any
     */
    void epochDone(int epoch, int epochs, double trainingLoss, double validationLoss);

    /** Tells that one more batch is learnt; what this throws ends the training. */
    default void batchDone() {}
  }
}

package io.tplus1.rnn.training;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.model.WarmStartException;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains networks. Stateless and thread-safe; a training runs on the caller's thread and is given
 * up when that is interrupted.
 *
 * <p>The learner in plain Java trains what it can, several times faster than DL4J and without its
 * garbage; it is held to DL4J's gradients by tests, and DL4J proves each result where it can start.
 * What the learner refuses (decoders, dropout, bidirectional layers) DL4J trains; what neither
 * trains, such as masks, is no warm start.
 *
 * <p>The same task, settings and samples give the same artifact: first weights and the order of
 * samples come from the seed, and both compute on one thread.
 */
public final class RnnTrainer implements Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(RnnTrainer.class);

  private static final long MOST_OUTPUT_BYTES = 64L << 20;

  @Override
  public ModelArtifact train(
      Task task,
      TrainingSettings asked,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm) {
    if (training.isEmpty()) {
      throw new IllegalArgumentException("training needs at least one sample, found none");
    }
    // No room for more than there are.
    TrainingSettings settings = asked.withBatch(Math.min(asked.batch(), training.size()));
    if (task.inputs().filter(StepInputs::needsLinear).isPresent()) {
      throw new IllegalArgumentException(
          "a network whose output is added to a linear expert's forecast (train.base) learns in the stream alone: set retrain.mode=refresh there, or train.base=last here");
    }
    requireTraces(task, training);
    NetworkPlan plan = new NetworkPlan(task, settings);
    SoundSamples.require(task.schema(), plan.horizon(), training);
    SoundSamples.require(task.schema(), plan.horizon(), validation);
    if (warm.isEmpty()) {
      // Of networks that no artifact could hold there is no shape, and whoever begins refuses them.
      return plan.shape().flatMap(shape -> dl4jAlone(task, settings, shape)).isEmpty()
          ? withLearner(
              settings,
              RnnLearning.begin(task, settings, training),
              training,
              validation,
              listener,
              warm)
          : Dl4jTraining.begin(task, settings, plan, plan.networks(), training)
              .run(validation, listener);
    }
    Optional<RnnLearner> learner = Optional.empty();
    Optional<Dl4jTraining> inDl4j = Optional.empty();
    try {
      List<Network> starts = WarmStart.networks(task, settings, warm.get());
      Optional<String> notHere = dl4jAlone(task, settings, starts.get(0));
      if (notHere.isEmpty()) {
        learner = Optional.of(RnnLearning.goOn(task, settings, warm.get(), null, training));
      } else {
        Dl4jTraining.requireTrainable(starts.get(0), plan.loss(), notHere.get());
        inDl4j = Optional.of(Dl4jTraining.goOn(task, settings, plan, starts, training, warm.get()));
      }
    } catch (InvalidArtifactException | IllegalArgumentException e) {
      throw new WarmStartException(e);
    }
    return learner.isPresent()
        ? withLearner(settings, learner.get(), training, validation, listener, warm)
        : inDl4j.orElseThrow().run(validation, listener);
  }

  /**
   * What is always absent in training, and not in the stream, would meet weights of chance there.
   */
  private static void requireTraces(Task task, List<TrainingSample> training) {
    StepInputs inputs = task.inputs().orElse(null);
    if (inputs == null || inputs.traced().isEmpty() || !inputs.readsExperts()) {
      return;
    }
    int width = task.schema().size() + inputs.traced().size() * task.schema().targets().size();
    if (training.stream().noneMatch(sample -> sample.window().features() >= width)) {
      throw new IllegalArgumentException(
          "the samples do not hold what the experts %s forecast, which a network with the input 'expert' (train.inputs) reads: it learns in the stream alone; leave 'expert' out here, or let retrain.mode=refresh train it there"
              .formatted(inputs.traced()));
    }
  }

  /**
   * Why DL4J has to train networks of a shape; empty where the learner in plain Java can. Of one
   * category of many words that holds its outputs, slopes and targets on the heap.
   */
  private static Optional<String> dl4jAlone(Task task, TrainingSettings settings, Network shape) {
    Optional<String> refusal = RnnLearning.refusal(task.schema(), shape);
    boolean words = task.schema().isOneCategory() && !LastLayer.of(shape).isLinear();
    long outputs = (long) Float.BYTES * settings.batch() * shape.output().width();
    if (refusal.isEmpty() && words && outputs > MOST_OUTPUT_BYTES) {
      return Optional.of(
          "the outputs of a batch have %,d bytes, more than %,d"
              .formatted(outputs, MOST_OUTPUT_BYTES));
    }
    if (refusal.isPresent()
        && (task.inputs().isPresent() || settings.loss() == TrainingSettings.Loss.HUBER)) {
      throw new IllegalArgumentException(
          "%s: DL4J alone can train it, and has neither step inputs nor Huber's loss: leave train.inputs empty, and set train.loss=mse or mae"
              .formatted(refusal.get()));
    }
    return refusal;
  }

  private static ModelArtifact withLearner(
      TrainingSettings settings,
      RnnLearner learner,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm) {
    // Samples in which nothing moves would call every epoch perfect, and the first one the best.
    List<TrainingSample> watched = learner.hasLoss(validation) ? validation : List.of();
    LearnerCourse course = new LearnerCourse(settings, learner, training, watched);
    Map<String, Double> figures =
        new Epochs(settings, watched.size(), warm.isPresent()).run(course, listener);
    List<Network> networks = learner.networks();
    Provenance provenance = TrainProvenance.of(settings, training, figures);
    try {
      return RnnArtifacts.write(
          learner.manifest(provenance),
          networks,
          networks.stream().map(Dl4jNetwork::ifKnown).toList(),
          List.of());
    } catch (Nd4jUnavailableException e) {
      LOG.warn(
          "What was trained is held against the learner's forward pass alone, as refreshes are: {}",
          e.getMessage());
      return learner.artifact(provenance);
    }
  }
}

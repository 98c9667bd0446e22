package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.model.WarmStartException;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.dl4j.TargetLoss;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains networks. Stateless and thread-safe; a training runs on the caller's thread and is given
 * up when that is interrupted.
 *
 * <p>The learner in plain Java trains what it can, several times faster than DL4J and without its
 * garbage; it is held to DL4J's gradients by tests, and DL4J proves each result. What the learner
 * refuses (decoders, dropout, bidirectional layers) DL4J trains; what neither trains, such as
 * masks, is no warm start.
 *
 * <p>The same task, settings and samples give the same artifact: first weights and the order of
 * samples come from the seed, and both compute on one thread.
 */
public final class RnnTrainer implements Trainer {

  @Override
  public ModelArtifact train(
      Task task,
      TrainingSettings settings,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm) {
    if (training.isEmpty()) {
      throw new IllegalArgumentException("training needs at least one sample, found none");
    }
    if (task.inputs().filter(StepInputs::needsLinear).isPresent()) {
      throw new IllegalArgumentException(
          "a network whose output is added to a linear expert's forecast (train.base) learns in the stream alone: set retrain.mode=refresh there, or train.base=last here");
    }
    requireTraces(task, training);
    NetworkPlan plan = new NetworkPlan(task, settings);
    SampleSet.require(task.schema(), plan.horizon(), training);
    SampleSet.require(task.schema(), plan.horizon(), validation);
    if (warm.isEmpty()) {
      return dl4jAlone(task, settings, plan.networks()).isEmpty()
          ? withLearner(
              settings,
              RnnLearning.begin(task, settings, training),
              training,
              validation,
              listener,
              warm)
          : withDl4j(task, settings, plan.networks(), training, validation, listener, warm);
    }
    List<Network> starts;
    Optional<RnnLearner> learner;
    List<TrainingSample> learnable = training;
    try {
      starts = WarmStart.networks(task, settings, warm.get());
      Optional<String> dl4jAlone = dl4jAlone(task, settings, starts);
      learner =
          dl4jAlone.isEmpty()
              ? Optional.of(RnnLearning.goOn(task, settings, warm.get(), null))
              : Optional.empty();
      if (dl4jAlone.isPresent()) {
        requireTrainable(starts.get(0), plan.loss(), dl4jAlone.get());
        learnable = WarmStart.learnableInDl4j(starts.get(0), task.steps(), training);
      }
    } catch (InvalidArtifactException | IllegalArgumentException e) {
      throw new WarmStartException(e);
    }
    return learner.isPresent()
        ? withLearner(settings, learner.get(), training, validation, listener, warm)
        : withDl4j(task, settings, starts, learnable, validation, listener, warm);
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

  /** Why DL4J has to train these networks; empty where the learner in plain Java can. */
  private static Optional<String> dl4jAlone(
      Task task, TrainingSettings settings, List<Network> starts) {
    Optional<String> refusal = RnnLearning.refusal(task.schema(), starts.get(0));
    if (refusal.isPresent()
        && (task.inputs().isPresent() || settings.loss() == TrainingSettings.Loss.HUBER)) {
      throw new IllegalArgumentException(
          "%s: DL4J alone can train it, and has neither step inputs nor Huber's loss"
              .formatted(refusal.get()));
    }
    return refusal;
  }

  /**
   * @throws IllegalArgumentException if DL4J cannot train the network, either
   */
  private static void requireTrainable(Network network, TargetLoss loss, String notHere) {
    Dl4jNetwork.trainingRefusal(network, loss)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "%s, nor can DL4J train it: %s".formatted(notHere, reason));
            });
  }

  private static ModelArtifact withLearner(
      TrainingSettings settings,
      RnnLearner learner,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm) {
    LearnerCourse course = new LearnerCourse(settings, learner, training, validation);
    Map<String, Double> figures =
        new Epochs(settings, validation.size(), warm.isPresent()).run(course, listener);
    List<Network> networks = learner.networks();
    return RnnArtifacts.write(
        learner.manifest(provenance(settings, training, warm, figures)),
        networks,
        networks.stream().map(Dl4jNetwork::ifKnown).toList(),
        List.of());
  }

  private static ModelArtifact withDl4j(
      Task task,
      TrainingSettings settings,
      List<Network> starts,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm) {
    NetworkPlan plan = new NetworkPlan(task, settings);
    FeatureSchema schema = task.schema();
    // Made before the training too, because it refuses what does not fit together.
    ModelManifest draft =
        new ModelManifest(
            schema,
            task.steps(),
            task.horizon(),
            settings.strategy(),
            warm.isPresent()
                ? warm.get().manifest().inputScaling()
                : SampleSet.scaling(schema, schema.inputs(), training),
            warm.isPresent()
                ? warm.get().manifest().targetScaling()
                : SampleSet.scaling(schema, schema.targets(), training),
            provenance(settings, training, warm, Map.of()),
            Optional.empty(),
            List.of(),
            starts.size());
    List<Network> networks = new ArrayList<>();
    List<Optional<Dl4jNetwork>> dl4j = new ArrayList<>();
    List<Map<String, Double>> figures = new ArrayList<>();
    for (int member = 0; member < starts.size(); member++) {
      Dl4jNetwork network = Dl4jNetwork.trainable(starts.get(member), plan.loss(), settings);
      Dl4jCourse course =
          course(plan, settings, draft, starts.get(member), network, training, validation, member);
      figures.add(
          new Epochs(settings, validation.size(), warm.isPresent())
              .run(course, listener(listener, member, starts.size())));
      networks.add(network.toNetwork(task.steps()));
      dl4j.add(Optional.of(network));
    }
    ModelManifest manifest =
        new ModelManifest(
            schema,
            task.steps(),
            task.horizon(),
            settings.strategy(),
            draft.inputScaling(),
            draft.targetScaling(),
            provenance(settings, training, warm, Epochs.means(figures)),
            Optional.empty(),
            List.of(),
            networks.size());
    return RnnArtifacts.write(manifest, networks, dl4j, List.of());
  }

  private static Dl4jCourse course(
      NetworkPlan plan,
      TrainingSettings settings,
      ModelManifest manifest,
      Network start,
      Dl4jNetwork network,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      int member) {
    FeatureSchema schema = manifest.schema();
    InputEncoder encoder = InputEncoder.of(manifest, start.inputs(), InputEncoder.readsIds(start));
    OutputLayout layout = new OutputLayout(schema, manifest.targetScaling(), false, true);
    ForecastLoss loss =
        new ForecastLoss(
            schema,
            plan.horizon(),
            settings.loss(),
            new OutputLayout(
                schema,
                Scaling.identity(schema.targets().size()),
                OutputLayout.endsLinearly(start),
                true));
    return new Dl4jCourse(
        settings,
        plan.rows(),
        network,
        manifest.steps(),
        new SampleSet(training, manifest.steps(), plan.horizon(), encoder, layout),
        new SampleSet(validation, manifest.steps(), plan.horizon(), encoder, layout),
        loss,
        plan.seed(member));
  }

  /** Members are trained one after another, and their epochs counted through. */
  private static Listener listener(Listener listener, int member, int members) {
    return new Listener() {
      @Override
      public void epochDone(int epoch, int epochs, double training, double validation) {
        listener.epochDone(member * epochs + epoch, members * epochs, training, validation);
      }

      @Override
      public void batchDone() {
        listener.batchDone();
      }
    };
  }

  private static Provenance provenance(
      TrainingSettings settings,
      List<TrainingSample> training,
      Optional<ModelArtifact> warm,
      Map<String, Double> figures) {
    long from =
        warm.map(artifact -> artifact.manifest().provenance().learntFromMs())
            .orElse(Long.MAX_VALUE);
    long to = Long.MIN_VALUE;
    for (TrainingSample sample : training) {
      from = Math.min(from, sample.window().timeMs(0));
      to = Math.max(to, sample.following().lastTimeMs());
    }
    return new Provenance(
        "train",
        from,
        to,
        training.size(),
        settings.seed(),
        Map.of("dl4j", Dl4jNetwork.version()),
        figures);
  }
}

package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.OutputLayout;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.dl4j.TargetLoss;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training in DL4J, of what the learner in plain Java refuses. */
final class Dl4jTraining {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jTraining.class);

  private final Trainer.Task task;
  private final TrainingSettings settings;
  private final NetworkPlan plan;
  private final List<Network> starts;
  private final List<TrainingSample> training;
  private final Optional<ModelArtifact> warm;

  private Dl4jTraining(
      Trainer.Task task,
      TrainingSettings settings,
      NetworkPlan plan,
      List<Network> starts,
      List<TrainingSample> training,
      Optional<ModelArtifact> warm) {
    this.task = task;
    this.settings = settings;
    this.plan = plan;
    this.starts = starts;
    this.training = training;
    this.warm = warm;
  }

  /**
   * A training from the beginning.
   *
   * @param starts the members' networks, as they are planned
   */
  static Dl4jTraining begin(
      Trainer.Task task,
      TrainingSettings settings,
      NetworkPlan plan,
      List<Network> starts,
      List<TrainingSample> training) {
    return new Dl4jTraining(task, settings, plan, starts, training, Optional.empty());
  }

  /**
   * A training that goes on with a model.
   *
   * @param starts the members' networks, as they are in the model
   * @throws IllegalArgumentException if DL4J can learn from none of the samples
   */
  static Dl4jTraining goOn(
      Trainer.Task task,
      TrainingSettings settings,
      NetworkPlan plan,
      List<Network> starts,
      List<TrainingSample> training,
      ModelArtifact warm) {
    return new Dl4jTraining(
        task,
        settings,
        plan,
        starts,
        learnable(starts.get(0), task.steps(), training),
        Optional.of(warm));
  }

  /**
   * @throws IllegalArgumentException if DL4J cannot train the network, either
   */
  static void requireTrainable(Network network, TargetLoss loss, String notHere) {
    Dl4jNetwork.trainingRefusal(network, loss)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "%s, nor can DL4J train it: %s".formatted(notHere, reason));
            });
  }

  /**
   * What DL4J can learn from as the kernels forecast. Its bidirectional layers lose the mask of
   * padded steps, a flattened sequence has a place for each step, and where each step's row is a
   * horizon, full windows alone have them all; so such networks learn from these alone.
   *
   * @param steps of a full window
   * @throws IllegalArgumentException if there is no such window
   */
  private static List<TrainingSample> learnable(
      Network network, int steps, List<TrainingSample> training) {
    if (!needsFullWindows(network)) {
      return training;
    }
    List<TrainingSample> full =
        training.stream().filter(sample -> sample.window().steps() >= steps).toList();
    if (full.isEmpty()) {
      throw new IllegalArgumentException(
          "a network with Bidirectional, Flatten or a row for each step learns from full windows, and none of the %d samples has a window of %d steps"
              .formatted(training.size(), steps));
    }
    if (full.size() < training.size()) {
      LOG.info(
          "Training goes on with a network of Bidirectional, Flatten or a row for each step, which learns from full windows: {} of {} samples have one",
          full.size(),
          training.size());
    }
    return full;
  }

  private static boolean needsFullWindows(Network network) {
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      if (layer instanceof Layer.Flatten || layer instanceof Layer.Bidirectional) {
        return true;
      }
      if (!network.shapes().get(i).isSequence()) {
        return false; // behind the window's last step nothing is padded
      }
    }
    return true; // it puts out a row for each step, and these are the horizons
  }

  /** Trains the members one after another, and certifies them. */
  ModelArtifact run(List<TrainingSample> validation, Trainer.Listener listener) {
    // Made before the training too, because it refuses what does not fit together.
    ModelManifest draft = draft();
    List<Network> networks = new ArrayList<>();
    List<Optional<Dl4jNetwork>> dl4j = new ArrayList<>();
    List<Map<String, Double>> figures = new ArrayList<>();
    for (int member = 0; member < starts.size(); member++) {
      Dl4jNetwork network = Dl4jNetwork.trainable(starts.get(member), plan.loss(), settings);
      Dl4jCourse course = course(draft, network, validation, member);
      figures.add(
          new Epochs(settings, validation.size(), warm.isPresent())
              .run(course, listener(listener, member, starts.size())));
      networks.add(network.toNetwork(task.steps()));
      dl4j.add(Optional.of(network));
    }
    ModelManifest manifest = draft.withProvenance(provenance(Epochs.means(figures)));
    return RnnArtifacts.write(manifest, networks, dl4j, List.of());
  }

  private Provenance provenance(Map<String, Double> figures) {
    Provenance own = TrainProvenance.of(settings, training, figures);
    return warm.map(artifact -> own.since(artifact.manifest().provenance())).orElse(own);
  }

  /** What the artifact will say, but for its figures. */
  private ModelManifest draft() {
    FeatureSchema schema = task.schema();
    ModelManifest before = warm.map(ModelArtifact::manifest).orElse(null);
    ModelManifest manifest =
        new ModelManifest(
            schema,
            task.steps(),
            task.horizon(),
            settings.strategy(),
            before != null
                ? before.inputScaling()
                : SampleScaling.of(schema, schema.inputs(), training),
            before != null
                ? before.targetScaling()
                : SampleScaling.of(schema, schema.targets(), training),
            provenance(Map.of()),
            Optional.empty(),
            List.of(),
            starts.size(),
            before != null ? before.inputLimit() : ModelManifest.UNCUT,
            before != null ? before.targetLimit() : ModelManifest.DEVIATIONS);
    return before != null ? Limits.targetsTold(manifest, training) : Limits.told(manifest);
  }

  private Dl4jCourse course(
      ModelManifest manifest, Dl4jNetwork network, List<TrainingSample> validation, int member) {
    FeatureSchema schema = manifest.schema();
    Network start = starts.get(member);
    InputEncoder encoder = InputEncoder.of(manifest, start.inputs(), InputEncoder.readsIds(start));
    TargetEncoder targets = new TargetEncoder(manifest);
    ForecastLoss loss =
        new ForecastLoss(
            schema,
            plan.horizon(),
            settings.loss(),
            new OutputLayout(
                schema,
                Scaling.identity(schema.targets().size()),
                LastLayer.of(start).isLinear(),
                true));
    return new Dl4jCourse(
        settings,
        plan.rows(),
        network,
        manifest.steps(),
        new SampleSet(training, manifest.steps(), encoder, targets),
        new SampleSet(validation, manifest.steps(), encoder, targets),
        loss,
        plan.seed(member));
  }

  /** Members are trained one after another, and their epochs counted through. */
  private static Trainer.Listener listener(Trainer.Listener listener, int member, int members) {
    return new Trainer.Listener() {
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
}

package io.tplus1.rnn.training;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.Learning;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.NetworkFit;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.StoredNetworks;
import io.tplus1.rnn.learn.BatchSize;
import io.tplus1.rnn.learn.LossSpec;
import io.tplus1.rnn.learn.NetworkLearner;
import io.tplus1.rnn.learn.SequenceBatch;
import io.tplus1.rnn.learn.UpdateRule;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.JoinedActivations;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes learners in plain Java, with step inputs or without. Stateless and thread-safe.
 *
 * <p>The same settings, samples and batches give the same artifacts, bit for bit, on one
 * arithmetic: first weights come from the seed, and nothing else is random.
 *
 * <p>A network goes on learning as it is: the settings' cell, layers and embedding are read at its
 * start alone.
 */
public final class RnnLearning implements Learning {
  private static final Logger LOG = LoggerFactory.getLogger(RnnLearning.class);

  @Override
  public Learner start(Trainer.Task task, TrainingSettings settings, List<TrainingSample> samples) {
    return begin(task, settings, samples);
  }

  @Override
  public Learner resume(
      Trainer.Task task,
      TrainingSettings settings,
      ModelArtifact artifact,
      byte[] state,
      List<TrainingSample> samples)
      throws InvalidArtifactException {
    return goOn(task, settings, artifact, state, samples);
  }

  @Override
  public Optional<String> refusal(Trainer.Task task, ModelArtifact artifact) {
    try {
      learnable(task, artifact);
      return Optional.empty();
    } catch (InvalidArtifactException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  public long weightBytes(Trainer.Task task, TrainingSettings settings) {
    return new NetworkPlan(task, settings).weightBytes();
  }

  @Override
  public long learnerBytes(
      Trainer.Task task, TrainingSettings settings, Optional<ModelArtifact> goesOn) {
    FeatureSchema schema = task.schema();
    ModelManifest manifest =
        manifest(
            task,
            settings,
            Scaling.identity(schema.inputs().size()),
            Scaling.identity(schema.targets().size()),
            Collections.nCopies(schema.targets().size(), 1f));
    NetworkPlan plan = new NetworkPlan(task, settings);
    SampleEncoder encoder = encoder(manifest, plan.columns(), plan.ids());
    BatchSize most = encoder.batch(settings.batch());
    long batch = SequenceBatch.bytes(most, encoder.inputs(), encoder.outputs());
    long ofNew =
        plan.shape()
            .map(shape -> linearEnd(shape, schema))
            .filter(shape -> refusal(schema, shape).isEmpty()) // Else DL4J, outside of the heap.
            .map(shape -> settings.members() * NetworkLearner.bytes(shape, most))
            .orElse(0L);
    return batch + Math.max(ofNew, goesOn.map(artifact -> bytes(task, artifact, most)).orElse(0L));
  }

  /**
   * What new networks say of themselves before they have learnt.
   *
   * @param changes of the targets, of which step inputs alone make anything
   */
  private static ModelManifest manifest(
      Trainer.Task task,
      TrainingSettings settings,
      Scaling inputs,
      Scaling targets,
      List<Float> changes) {
    return new ModelManifest(
        task.schema(),
        task.steps(),
        task.horizon(),
        settings.strategy(),
        inputs,
        targets,
        new Provenance("start", 0, 0, 0, settings.seed(), Map.of(), Map.of()),
        task.inputs(),
        task.inputs().isPresent() ? changes : List.of(),
        settings.members(),
        ModelManifest.UNCUT,
        ModelManifest.DEVIATIONS);
  }

  private static long bytes(Trainer.Task task, ModelArtifact artifact, BatchSize most) {
    try {
      return ModelGuard.call(
          () ->
              learnable(task, artifact).stream()
                  .mapToLong(network -> NetworkLearner.bytes(network, most))
                  .sum());
    } catch (InvalidArtifactException e) {
      return 0; // It is left, and new ones begin.
    }
  }

  /**
   * @param inputs values that the network reads of a step
   * @param ids whether that is a category's id
   */
  private static SampleEncoder encoder(ModelManifest manifest, int inputs, boolean ids) {
    return manifest.stepInputs().isPresent()
        ? new StepSamples(manifest)
        : new VectorSamples(manifest, InputEncoder.of(manifest, inputs, ids));
  }

  /** Why this network cannot learn here; empty if it can. */
  static Optional<String> refusal(FeatureSchema schema, Network network) {
    Network linear = linearEnd(network, schema);
    Optional<String> ofLayers = NetworkLearner.refusal(linear);
    if (ofLayers.isPresent()) {
      return ofLayers;
    }
    boolean categories = schema.targetFeatures().stream().anyMatch(Feature::isCategory);
    return categories && !LastLayer.of(linear).isLinear()
        ? Optional.of("the network's categories end neither linearly nor in one softmax")
        : Optional.empty();
  }

  static RnnLearner begin(
      Trainer.Task task, TrainingSettings settings, List<TrainingSample> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("learning needs at least one sample, found none");
    }
    FeatureSchema schema = task.schema();
    NetworkPlan plan = new NetworkPlan(task, settings);
    List<Network> networks =
        plan.networks().stream().map(network -> linearEnd(network, schema)).toList();
    ModelManifest manifest =
        manifest(
            task,
            settings,
            SampleScaling.of(schema, schema.inputs(), samples),
            SampleScaling.of(schema, schema.targets(), samples),
            task.inputs().isPresent() ? TrainingChanges.of(schema, samples) : List.of());
    return learner(Limits.told(manifest), settings, networks, 0);
  }

  static RnnLearner goOn(
      Trainer.Task task,
      TrainingSettings settings,
      ModelArtifact artifact,
      byte[] state,
      List<TrainingSample> samples)
      throws InvalidArtifactException {
    List<Network> networks = learnable(task, artifact);
    ModelManifest manifest = Limits.told(artifact.manifest(), samples);
    try {
      tellOfOtherLayers(task, settings, manifest, networks.get(0));
      RnnLearner learner = learner(manifest, settings, networks, RnnLearner.FALLING_UPDATES);
      RnnArtifacts.linear(artifact).ifPresent(learner::base);
      if (state != null) {
        learner.restore(state);
      }
      return learner;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw cannotGoOn(artifact, e);
    }
  }

  /**
   * The members' networks, as they go on learning.
   *
   * @throws InvalidArtifactException if the artifact is broken, of another task, or has networks
   *     that cannot learn here
   */
  private static List<Network> learnable(Trainer.Task task, ModelArtifact artifact)
      throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    requireTask(task, manifest);
    List<Network> networks = StoredNetworks.read(artifact).networks();
    try {
      if (networks.isEmpty()) {
        throw new IllegalArgumentException("its network has no plain form");
      }
      for (Network network : networks) {
        NetworkFit.require(manifest, network);
      }
      List<Network> linear =
          networks.stream().map(network -> linearEnd(network, task.schema())).toList();
      learnableEncoder(manifest, linear.get(0));
      return linear;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw cannotGoOn(artifact, e);
    }
  }

  private static InvalidArtifactException cannotGoOn(ModelArtifact artifact, RuntimeException e) {
    return new InvalidArtifactException(
        "model %s cannot go on learning: %s".formatted(artifact.hash(), e.getMessage()), e);
  }

  /**
   * @throws InvalidArtifactException if the artifact is of another task
   */
  static void requireTask(Trainer.Task task, ModelManifest manifest)
      throws InvalidArtifactException {
    List<String> differences = task.differences(manifest);
    if (!differences.isEmpty()) {
      throw new InvalidArtifactException(
          "the artifact is of another task: " + String.join("; ", differences));
    }
  }

  private static void tellOfOtherLayers(
      Trainer.Task task, TrainingSettings settings, ModelManifest manifest, Network network) {
    NetworkPlan plan = new NetworkPlan(task, settings);
    if (settings.members() != manifest.members()
        || plan.shape()
            .filter(shape -> isOfShape(network, linearEnd(shape, task.schema())))
            .isEmpty()) {
      LOG.info(
          "Learning goes on with the artifact's layers and members, which are not those of the settings (train.cell, train.hidden, train.embedding, train.members): those hold of networks that begin, as with retrain.warm=false in mode retrain, or in mode refresh with another model.name or other train.inputs");
    }
  }

  private static boolean isOfShape(Network network, Network planned) {
    return Arrays.equals(NetworkCodec.architecture(network), NetworkCodec.architecture(planned));
  }

  private static RnnLearner learner(
      ModelManifest manifest,
      TrainingSettings settings,
      List<Network> networks,
      long learntBefore) {
    SampleEncoder encoder = learnableEncoder(manifest, networks.get(0));
    LossSpec loss = loss(manifest, settings);
    UpdateRule rule =
        new UpdateRule(
            settings.optimizer() == TrainingSettings.Optimizer.ADAM
                ? UpdateRule.Kind.ADAM
                : UpdateRule.Kind.RMSPROP,
            settings.learningRate(),
            settings.l2(),
            settings.clipNorm());
    BatchSize most = encoder.batch(settings.batch());
    try {
      List<NetworkLearner> members = new ArrayList<>();
      for (Network network : networks) {
        members.add(new NetworkLearner(network, loss, rule, most));
      }
      return new RnnLearner(manifest, settings, encoder, members, learntBefore);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a batch of %d samples, each read as %d sequences of %d steps, is too large for an array: lower train.batch, or window.steps"
              .formatted(settings.batch(), encoder.sequences(), encoder.steps()),
          e);
    }
  }

  /**
   * @throws IllegalArgumentException if the network cannot learn here
   */
  private static SampleEncoder learnableEncoder(ModelManifest manifest, Network network) {
    SampleEncoder encoder = encoder(manifest, network.inputs(), InputEncoder.readsIds(network));
    refusal(manifest.schema(), network)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason + ": it can be trained with DL4J alone");
            });
    if (network.output().width() != encoder.outputs()) {
      throw new IllegalArgumentException(
          "learning needs a network that puts out %d values, found one that puts out %s"
              .formatted(encoder.outputs(), network.output()));
    }
    return encoder;
  }

  private static LossSpec loss(ModelManifest manifest, TrainingSettings settings) {
    LossSpec.Kind numbers =
        switch (settings.loss()) {
          case MSE -> LossSpec.Kind.MSE;
          case MAE -> LossSpec.Kind.MAE;
          case HUBER -> LossSpec.Kind.HUBER;
        };
    List<LossSpec.Slice> slices = new ArrayList<>();
    int horizon = manifest.rowsAtOnce();
    int at = 0;
    for (int h = 0; h < horizon; h++) {
      for (Feature target : manifest.schema().targetFeatures()) {
        if (target.isCategory()) {
          slices.add(new LossSpec.Slice(at, target.width()));
        }
        at += target.width();
      }
    }
    return new LossSpec(numbers, settings.huberDelta(), slices);
  }

  /** The same network putting out logits, where it ended in the softmax of one category. */
  private static Network linearEnd(Network any, FeatureSchema schema) {
    Network network = JoinedActivations.of(any);
    int last = network.layers().size() - 1;
    if (schema.isOneCategory()
        && network.layers().get(last) instanceof Layer.Dense dense
        && dense.activation() == ActivationFunction.SOFTMAX) {
      return network.with(last, dense.ending(ActivationFunction.LINEAR));
    }
    return network;
  }
}

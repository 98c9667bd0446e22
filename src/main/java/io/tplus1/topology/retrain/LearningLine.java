package io.tplus1.topology.retrain;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.train.CutInputs;
import io.tplus1.train.LearnerSource;
import io.tplus1.train.Outliers;
import io.tplus1.train.SampleBuffer;
import io.tplus1.train.Trained;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks that light refreshes go on with: on the heap between two refreshes, and in the
 * store, from which they go on after a restart or a refresh that failed. For the stream thread.
 */
final class LearningLine {
  private static final Logger LOG = LoggerFactory.getLogger(LearningLine.class);
  private static final String STATE = "line";

  private final RetrainPlan plan;
  private final RetrainTools tools;
  private final ModelHistory history;
  private final RetrainProgress progress;
  private final ChunkStore store;
  private Learner learner;
  private long beginnings;
  private final CutInputs cutInputs;
  private boolean waits;

  LearningLine(
      RetrainPlan plan,
      RetrainTools tools,
      ModelHistory history,
      RetrainProgress progress,
      ChunkStore store) {
    this.plan = plan;
    this.tools = tools;
    this.history = history;
    this.progress = progress;
    this.store = store;
    this.cutInputs = new CutInputs(plan.modelName);
  }

  /** How often it has begun again: what was taken before is of no use to it after. */
  long beginnings() {
    return beginnings;
  }

  /** Tells of inputs that the line's networks read cut. */
  CutInputs cutInputs() {
    return cutInputs;
  }

  /** Whether the next refresh makes new networks. */
  boolean isNew() {
    return learner == null && (progress.line.isEmpty() || history.bytes(progress.line) == null);
  }

  /**
   * Whether no training may begin: the networks are of other settings than those of now, which may
   * be a slip. The first training that went on with them would find that out, and end them.
   */
  boolean waits() {
    return waits;
  }

  /** These settings are meant, as a sample of the forecasts shows, or who asks for a training. */
  void settle() {
    waits = false;
  }

  /**
   * Hands the networks over to a training; they come back with {@link #takeBack}, or are as they
   * were stored.
   *
   * @param samples what they learn from; the scaling of new ones is fitted on them
   * @param ofNew how new ones begin, where it has none
   */
  LearnerSource take(SampleBuffer.Snapshot samples, TrainingSettings ofNew) {
    Learner taken = learner;
    learner = null;
    if (taken != null) {
      return () -> taken;
    }
    byte[] artifact = progress.line.isEmpty() ? null : history.bytes(progress.line);
    if (artifact == null) {
      return LearnerSource.start(tools.learning(), plan.task, ofNew, samples);
    }
    byte[] state = store.get(STATE);
    return () -> resume(artifact, state, Outliers.without(samples.samples(), plan.task.schema()));
  }

  /** On the training thread; with a fresh optimiser where its state alone does not fit. */
  private Learner resume(byte[] bytes, byte[] state, List<TrainingSample> samples)
      throws InvalidArtifactException {
    ModelArtifact artifact = ModelArtifact.read(bytes);
    try {
      return tools.learning().resume(plan.task, plan.training, artifact, state, samples);
    } catch (InvalidArtifactException e) {
      Learner fresh = tools.learning().resume(plan.task, plan.training, artifact, null, samples);
      LOG.info(
          "Model {}: learning goes on with a fresh optimiser: {}", plan.modelName, e.getMessage());
      return fresh;
    }
  }

  /** Notes that a refresh succeeded; its artifact is kept in the history. */
  void takeBack(Trained.Line networks, ModelArtifact artifact) {
    learner = networks.learner();
    store.put(STATE, networks.state());
    progress.line = artifact.hash();
  }

  /**
   * Looks, at a start, whether what is kept goes on under these settings. It begins again from the
   * champion where that changed under another mode, and former builds kept the line.
   *
   * @param champion its hash; null if there is none
   */
  void load(String champion) {
    if (!plan.retrain.refreshes()) {
      return;
    }
    if (progress.isOfOtherMode() && champion != null && isLeftBehind(champion)) {
      restart(champion);
    } else if (!progress.isOfOtherSchema()) { // Of other features the forecasts have spoken.
      look();
    }
  }

  private void look() {
    List<String> differences = differences();
    waits = !differences.isEmpty();
    if (waits) {
      LOG.warn(
          "Model {}: the networks that refreshes go on with are of other settings: {}. No training begins before a sample of the forecasts comes that fits these, or a command asks for one: then new networks take their place; until then they go on where the settings are put back",
          plan.modelName,
          String.join("; ", differences));
    }
  }

  /** Whether refreshes would go on with networks of other settings than those of now, in vain. */
  boolean isOutgrown() {
    return plan.retrain.refreshes() && !differences().isEmpty();
  }

  private List<String> differences() {
    byte[] bytes = progress.line.isEmpty() ? null : history.bytes(progress.line);
    if (bytes == null) {
      return List.of();
    }
    try {
      return plan.task.differences(ModelArtifact.read(bytes).manifest());
    } catch (InvalidArtifactException | RuntimeException e) {
      return List.of(); // No slip: the next training says what it is.
    }
  }

  private boolean isLeftBehind(String champion) {
    return progress.line.isEmpty()
        || history.isFormer(progress.line)
        || history.learntTo(champion) > history.learntTo(progress.line);
  }

  /**
   * Begins again from an artifact's weights, with a fresh optimiser; with new networks where those
   * of the artifact cannot go on learning. Under another mode than refresh there is no line then,
   * until it is switched on. A line that {@link #waits} goes on waiting where the artifact is of
   * other settings, too, so that it begins from it once these are put back.
   *
   * @param hash of a kept artifact; empty for new networks
   */
  void restart(String hash) {
    boolean waited = waits;
    learner = null;
    waits = false;
    store.delete(STATE);
    progress.line = "";
    progress.lineMissed = progress.sequence;
    if (!plan.retrain.refreshes()) {
      return;
    }
    beginnings++;
    byte[] bytes = hash.isEmpty() ? null : history.bytes(hash);
    if (bytes == null) {
      return;
    }
    try {
      ModelArtifact artifact = ModelArtifact.read(bytes);
      Optional<String> refusal = tools.learning().refusal(plan.task, artifact);
      waits = waited && !plan.task.differences(artifact.manifest()).isEmpty();
      if (refusal.isPresent() && !waits) {
        tellOfNewNetworks(refusal.get());
        return;
      }
      progress.line = hash;
      progress.lineMissed -= artifact.manifest().provenance().samples();
      LOG.info(
          "Model {}: refreshes go on from {} {}",
          plan.modelName,
          hash,
          waits ? "where the settings are put back, and else begin with new networks" : "now");
    } catch (InvalidArtifactException | RuntimeException e) {
      tellOfNewNetworks(String.valueOf(e.getMessage()));
    }
  }

  private void tellOfNewNetworks(String why) {
    LOG.warn(
        "Model {}: refreshes begin with new networks, as the settings train.* describe them: {}",
        plan.modelName,
        why);
  }
}

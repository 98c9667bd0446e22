package io.tplus1.topology.retrain;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.ModelLoader;
import io.tplus1.train.Entrant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads artifacts, so that they take part. For the stream thread. */
final class Entrants {
  private static final Logger LOG = LoggerFactory.getLogger(Entrants.class);

  private final RetrainPlan plan;
  private final RetrainTools tools;
  private final ModelHistory history;
  private final RetrainProgress progress;

  /** The champion that fits, so that it may serve elsewhere, and could not be loaded here. */
  private String unjudged = "";

  Entrants(RetrainPlan plan, RetrainTools tools, ModelHistory history, RetrainProgress progress) {
    this.plan = plan;
    this.tools = tools;
    this.history = history;
    this.progress = progress;
  }

  /** The champion as it takes part; null if there is none, or as of {@link #kept}. */
  Entrant champion() {
    String hash = history.champion();
    Entrant champion = hash == null ? null : kept(hash, null);
    if (hash != null && champion == null && !isOutgrown(hash)) {
      unjudged = hash;
      LOG.warn(
          "Model {}: champion {} is compared with nothing here: until it can be loaded, at a start or by `models promote`, commands and a probation's live errors alone replace it",
          plan.modelName,
          hash);
    }
    warnIfPinnedInVain();
    return champion;
  }

  /** A champion has been loaded, and takes part from now on. */
  void championServes() {
    unjudged = "";
  }

  /** Says of a pinned champion that nobody can serve that it is what keeps others from serving. */
  void warnIfPinnedInVain() {
    String hash = history.champion();
    if (hash != null && history.isPinned() && isOutgrown(hash)) {
      LOG.warn(
          "Model {}: champion {} is pinned and does not fit these settings (such as forecast.horizon and window.steps), so it serves nobody, and nothing takes its place: `models unpin` lets the gate promote, and model.file be adopted",
          plan.modelName,
          hash);
    }
  }

  /** Whether the gate leaves the champion, whatever wins: pinned, or not there to compare with. */
  boolean championStays() {
    return history.isPinned() || unjudged.equals(history.champion());
  }

  /** A kept artifact as it takes part; null if it is not kept, or cannot be loaded here. */
  Entrant kept(String hash, Entrant against) {
    byte[] bytes = hash.isEmpty() ? null : history.bytes(hash);
    if (bytes == null) {
      return null;
    }
    long learntTo = history.learntTo(hash);
    // Of what came from elsewhere, a time stands there in stores of former builds.
    return load(hash, bytes, tools.loader(), learntTo > progress.sequence ? 0 : learntTo, against);
  }

  /**
   * An artifact that learnt none of the samples that are counted here, tried out, as where it would
   * serve; null as of {@link #kept}.
   */
  Entrant fromElsewhere(String hash, byte[] bytes) {
    return load(
        hash,
        bytes,
        artifact -> ModelGuard.load(tools.loader(), artifact, plan.fit.rowWidth()),
        0,
        null);
  }

  /** Whether an artifact is lost, or made for other settings: no later version loads it either. */
  boolean isOutgrown(String hash) {
    byte[] bytes = history.bytes(hash);
    if (bytes == null) {
      return true;
    }
    try {
      return ModelGuard.call(() -> !fits(ModelArtifact.read(bytes)));
    } catch (InvalidArtifactException e) {
      return false;
    }
  }

  /** Whether a model that is given takes the champion's place: there is none, or none that fits. */
  boolean givesWay() {
    String champion = history.champion();
    return champion == null || (!history.isPinned() && isOutgrown(champion));
  }

  /**
   * What learning goes on from.
   *
   * @param hash of what it would, if no given model took the champion's place; empty for nothing
   */
  Optional<ModelArtifact> goesOn(String hash) {
    if (plan.first.filter(this::fits).isPresent() && givesWay()) {
      return plan.first; // As soon as a sample comes, whatever the line is.
    }
    byte[] kept = hash.isEmpty() ? null : history.bytes(hash);
    if (kept == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ModelArtifact.read(kept)).filter(this::fits);
    } catch (InvalidArtifactException e) {
      return Optional.empty(); // It takes no part.
    }
  }

  private boolean fits(ModelArtifact artifact) {
    return plan.fit.misfit(artifact.manifest()).isEmpty();
  }

  private Entrant load(
      String hash, byte[] bytes, ModelLoader loader, long learntTo, Entrant against) {
    try {
      return ModelGuard.call(
          () -> {
            ModelArtifact artifact = ModelArtifact.read(bytes);
            plan.fit.require(artifact.manifest());
            return new Entrant(loader.load(artifact), learntTo, against);
          });
    } catch (InvalidArtifactException e) {
      LOG.warn("Artifact {} takes no part: {}", hash, e.getMessage());
      return null;
    }
  }
}

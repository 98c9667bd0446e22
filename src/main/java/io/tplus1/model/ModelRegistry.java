package io.tplus1.model;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which model serves. Shared by every task of an instance: any thread may serve a model, and a task
 * reads {@link #serving()} once per record, so that a swap happens between two records.
 */
public final class ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);

  private final ModelFit fit;
  private volatile Serving serving =
      new Serving(null, OptionalLong.empty(), Map.of(), Optional.empty());

  private volatile Optional<String> named = Optional.empty();

  /**
   * Everything that serves at one time. Immutable: what changes is which of these serves.
   *
   * @param champion the forecaster, or null while there is none
   * @param toMs event time of the newest vector that the champion learnt from, epoch milliseconds;
   *     empty if nobody said
   * @param linear what the linear experts have learnt, by expert
   * @param pointer what made it the champion; empty if it came otherwise, as from {@code
   *     model.file}
   */
  public record Serving(
      Forecaster champion,
      OptionalLong toMs,
      Map<String, LinearForecaster> linear,
      Optional<ModelPointer> pointer) {

    public Serving {
      linear = Map.copyOf(linear);
    }

    /** What a linear expert has learnt; null while it has not. */
    public LinearForecaster linear(String expert) {
      return linear.get(expert);
    }
  }

  /**
   * A registry without a model.
   *
   * @param fit what a model must be like
   */
  public ModelRegistry(ModelFit fit) {
    this.fit = fit;
  }

  /** What a model must be like to serve here. */
  public ModelFit fit() {
    return fit;
  }

  /** What serves now. */
  public Serving serving() {
    return serving;
  }

  /** The forecaster that serves now, or null while there is none. */
  public Forecaster champion() {
    return serving.champion();
  }

  /**
   * Makes a model the one that serves, of which nobody says when it learnt.
   *
   * @throws InvalidArtifactException if the model does not fit this stream; the former one goes on
   */
  public void serve(Forecaster forecaster) throws InvalidArtifactException {
    serve(forecaster, OptionalLong.empty(), Optional.empty());
  }

  /**
   * Makes a model the one that serves.
   *
   * @param manifest what its artifact says of itself
   * @param pointer what made it the champion, if a pointer did
   * @throws InvalidArtifactException if the model does not fit this stream; the former one goes on
   */
  public void serve(Forecaster forecaster, ModelManifest manifest, Optional<ModelPointer> pointer)
      throws InvalidArtifactException {
    fit.require(manifest);
    Provenance provenance = manifest.provenance();
    // One that was imported does not tell.
    OptionalLong toMs =
        provenance.tellsTime() ? OptionalLong.of(provenance.toMs()) : OptionalLong.empty();
    serve(forecaster, toMs, pointer);
  }

  private synchronized void serve(
      Forecaster forecaster, OptionalLong toMs, Optional<ModelPointer> pointer)
      throws InvalidArtifactException {
    fit.require(forecaster);
    serving = new Serving(forecaster, toMs, serving.linear(), pointer);
    LOG.info(
        "Serving model {} ({} steps of {}, horizon {}) with {}{}",
        forecaster.modelHash(),
        fit.steps(),
        fit.schema().names(),
        fit.horizon(),
        forecaster.kernel(),
        pointer.map(one -> ", epoch " + one.epoch() + ": " + one.reason()).orElse(""));
  }

  /**
   * Puts another forecaster of the same artifact into the place of the one that serves, such as one
   * that another kernel computes.
   *
   * @return false if another artifact serves by now; then nothing changes
   * @throws InvalidArtifactException if it does not fit this stream
   */
  public synchronized boolean replace(Forecaster forecaster) throws InvalidArtifactException {
    fit.require(forecaster);
    Serving now = serving;
    if (now.champion() == null || !now.champion().modelHash().equals(forecaster.modelHash())) {
      return false;
    }
    serving = new Serving(forecaster, now.toMs(), now.linear(), now.pointer());
    return true;
  }

  /** Notes a newer pointer to the artifact that serves, such as after it was pinned. */
  public synchronized void point(ModelPointer pointer) {
    Serving now = serving;
    serving = new Serving(now.champion(), now.toMs(), now.linear(), Optional.of(pointer));
  }

  /** Notes which artifact the newest pointer names, before it is known whether it can serve. */
  public void name(Optional<String> hash) {
    named = hash;
  }

  /**
   * Hash of the artifact that the newest pointer names, whether or not it serves here; empty while
   * there is no pointer.
   */
  public Optional<String> named() {
    return named;
  }

  /**
   * Lets what a linear expert has learnt serve.
   *
   * @throws InvalidArtifactException if it does not fit this stream; the former one goes on
   */
  public synchronized void serveLinear(String expert, LinearForecaster forecaster)
      throws InvalidArtifactException {
    fit.require(forecaster);
    Map<String, LinearForecaster> linear = new TreeMap<>(serving.linear());
    linear.put(expert, forecaster);
    serving = new Serving(serving.champion(), serving.toMs(), linear, serving.pointer());
  }

  /** Lets a linear expert forget what it has learnt. */
  public synchronized void dropLinear(String expert) {
    Map<String, LinearForecaster> linear = new TreeMap<>(serving.linear());
    linear.remove(expert);
    serving = new Serving(serving.champion(), serving.toMs(), linear, serving.pointer());
  }
}

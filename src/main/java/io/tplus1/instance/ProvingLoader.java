package io.tplus1.instance;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads networks, and proves those that nobody has proven for this kernel once they serve, on a
 * thread of its own: DL4J serves from then on if they differ, unless it refuses them. A model that
 * is no longer the newest when its turn comes is left alone: a start may serve hundreds of former
 * champions. Any thread.
 */
public final class ProvingLoader implements ModelLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ProvingLoader.class);

  private final RnnModelLoader loader = new RnnModelLoader();
  private final ModelRegistry registry;
  private final Executor proofs;

  /** The newest model that waits for its turn; null if none does. */
  private final AtomicReference<ModelArtifact> waiting = new AtomicReference<>();

  public ProvingLoader(ModelRegistry registry) {
    this(registry, oneThread());
  }

  /**
   * @param proofs runs proofs, which take seconds
   */
  ProvingLoader(ModelRegistry registry, Executor proofs) {
    this.registry = registry;
    this.proofs = proofs;
  }

  /** A thread that is there while there is something to do. */
  private static Executor oneThread() {
    return new ThreadPoolExecutor(
        0,
        1,
        1,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        proof -> {
          Thread thread = new Thread(proof, "proof");
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public Forecaster load(ModelArtifact artifact) throws InvalidArtifactException {
    return loader.load(artifact);
  }

  /** Has the proof made, if there is none: what it proves takes the place of what serves. */
  @Override
  public void served(ModelArtifact artifact) {
    waiting.set(artifact);
    try {
      proofs.execute(this::proveNewest);
    } catch (OutOfMemoryError e) { // There is no thread to be had: it serves all the same.
      LOG.warn("Model {} serves and could not be proven", artifact.hash(), e);
    }
  }

  private void proveNewest() {
    ModelArtifact artifact = waiting.getAndSet(null);
    if (artifact != null) {
      prove(artifact);
    }
  }

  private void prove(ModelArtifact artifact) {
    Forecaster serving = registry.champion();
    if (serving == null || !serving.modelHash().equals(artifact.hash())) {
      return;
    }
    try {
      ModelGuard.call(
          () ->
              loader.needsProof(artifact)
                  && registry.replace(
                      ModelGuard.load(loader, loader.prove(artifact), registry.fit().rowWidth())));
    } catch (InvalidArtifactException e) {
      LOG.warn("Model {} serves and could not be proven", artifact.hash(), e);
    }
  }
}

package io.tplus1;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads networks, and holds those that nobody has proven for this kernel against DL4J once they
 * serve, on a thread of its own: DL4J serves from then on if they differ. Any thread.
 */
final class ProvingLoader implements ModelLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ProvingLoader.class);

  private final RnnModelLoader loader = new RnnModelLoader();
  private final ModelRegistry registry;
  private final Executor proofs;

  ProvingLoader(ModelRegistry registry) {
    this(registry, ProvingLoader::onThread);
  }

  /**
   * @param proofs runs proofs, which take seconds
   */
  ProvingLoader(ModelRegistry registry, Executor proofs) {
    this.registry = registry;
    this.proofs = proofs;
  }

  private static void onThread(Runnable proof) {
    Thread thread = new Thread(proof, "proof");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public Forecaster load(ModelArtifact artifact) throws InvalidArtifactException {
    return loader.load(artifact);
  }

  /** Has the proof made, if there is none: what it proves takes the place of what serves. */
  @Override
  public void served(ModelArtifact artifact) {
    proofs.execute(() -> prove(artifact));
  }

  private void prove(ModelArtifact artifact) {
    try {
      if (loader.needsProof(artifact)) {
        registry.replace(loader.load(loader.prove(artifact)));
      }
    } catch (InvalidArtifactException
        | RuntimeException
        // ND4J unpacks its libraries when it is first used, and may find no room for them.
        | LinkageError
        | OutOfMemoryError e) {
      LOG.warn("Model {} serves and could not be held against DL4J", artifact.hash(), e);
    }
  }
}

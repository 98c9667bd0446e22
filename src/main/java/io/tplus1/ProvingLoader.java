package io.tplus1;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.RnnModelLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads networks, and holds those that nobody has proven for this kernel against DL4J afterwards,
 * on a thread of its own: DL4J serves from then on if they differ. Any thread.
 */
final class ProvingLoader implements ModelLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ProvingLoader.class);

  private final RnnModelLoader loader = new RnnModelLoader();
  private final ModelRegistry registry;

  ProvingLoader(ModelRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Forecaster load(ModelArtifact artifact) throws InvalidArtifactException {
    Forecaster forecaster = loader.load(artifact);
    if (loader.needsProof(artifact)) {
      Thread thread = new Thread(() -> prove(artifact), "proof");
      thread.setDaemon(true);
      thread.start();
    }
    return forecaster;
  }

  private void prove(ModelArtifact artifact) {
    try {
      registry.replace(loader.load(loader.prove(artifact)));
    } catch (InvalidArtifactException e) {
      LOG.warn("Model {} serves and could not be held against DL4J", artifact.hash(), e);
    }
  }
}

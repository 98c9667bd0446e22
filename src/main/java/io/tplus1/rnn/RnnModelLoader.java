package io.tplus1.rnn;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads networks out of artifacts. Stateless and thread-safe.
 *
 * <p>A kernel serves, in milliseconds and without ND4J. DL4J serves where the network has no plain
 * form, or where the certificate says that kernel and DL4J differ. A certificate that is absent or
 * of another kernel does not delay the start: the kernel serves, and the caller may {@link #prove}
 * the artifact afterwards, and serve what that returns.
 */
public final class RnnModelLoader implements ModelLoader {
  private static final Logger LOG = LoggerFactory.getLogger(RnnModelLoader.class);

  private final KernelKind kind;

  /** A loader that picks the kernel that is expected to be the fastest. */
  public RnnModelLoader() {
    this(KernelKind.AUTO);
  }

  public RnnModelLoader(KernelKind kind) {
    this.kind = kind;
  }

  @Override
  public Forecaster load(ModelArtifact artifact) throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    Optional<Certificate> certificate = Certificate.of(artifact);
    Stored stored = read(artifact);
    try {
      if (stored.network() == null) {
        LOG.warn(
            "DL4J serves model {}: {}. Forecasts are slower and wait for each other.",
            artifact.hash(),
            stored.noKernel());
        return forecaster(artifact, stored.dl4j());
      }
      NetworkFit.require(manifest, stored.network());
      if (certificate.isPresent() && !certificate.get().agrees()) {
        LOG.warn(
            "DL4J serves model {}: kernel {} differs from it by {}. Forecasts are slower and wait for each other.",
            artifact.hash(),
            certificate.get().kernels(),
            certificate.get().maxError());
        return forecaster(artifact, stored.requireDl4j(artifact));
      }
      Kernel kernel = Kernels.compile(stored.network(), manifest.steps(), kind);
      return forecaster(
          artifact,
          kernel,
          InputEncoder.readsIds(stored.network()),
          OutputLayout.endsLinearly(stored.network()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
  }

  private static Forecaster forecaster(ModelArtifact artifact, Dl4jNetwork dl4j) {
    ModelManifest manifest = artifact.manifest();
    NetworkFit.requireInputs(manifest, dl4j.inputs(), dl4j.readsIds());
    Kernel kernel = new Dl4jKernel(dl4j, manifest.steps());
    NetworkFit.requireOutputs(manifest, kernel.outputs());
    return forecaster(artifact, kernel, dl4j.readsIds(), dl4j.endsLinearly());
  }

  private static Forecaster forecaster(
      ModelArtifact artifact, Kernel kernel, boolean readsIds, boolean endsLinearly) {
    ModelManifest manifest = artifact.manifest();
    int horizon = manifest.strategy() == Strategy.RECURSIVE ? 1 : manifest.horizon();
    return new RnnForecaster(
        artifact.hash(),
        manifest,
        kernel,
        new InputEncoder(manifest.schema(), manifest.inputScaling(), readsIds),
        new OutputLayout(
            manifest.schema(),
            manifest.targetScaling(),
            endsLinearly,
            OutputLayout.hasUnknowns(manifest.schema(), horizon, kernel.outputs())));
  }

  /** Whether the artifact's kernel has not been held against DL4J by this version of the kernel. */
  public boolean needsProof(ModelArtifact artifact) throws InvalidArtifactException {
    Network network = read(artifact).network();
    if (network == null) {
      return false;
    }
    String kernel = Kernels.compile(network, artifact.manifest().steps(), kind).name();
    return Certificate.of(artifact).filter(c -> c.kernels().contains(kernel)).isEmpty();
  }

  /**
   * Holds the kernel against DL4J; takes seconds, and starts ND4J.
   *
   * @return the artifact with a new certificate, to be loaded: DL4J will serve it if they differ
   */
  public ModelArtifact prove(ModelArtifact artifact) throws InvalidArtifactException {
    Stored stored = read(artifact);
    if (stored.network() == null) {
      return artifact;
    }
    try {
      NetworkFit.require(artifact.manifest(), stored.network());
      Dl4jNetwork dl4j = null;
      if (artifact.entry(RnnArtifacts.DL4J) != null) {
        dl4j = stored.requireDl4j(artifact);
      } else if (Dl4jNetwork.refusal(stored.network()).isEmpty()) {
        dl4j = Dl4jNetwork.of(stored.network());
      }
      Certificate certificate =
          Prover.certify(
              artifact.hash(), stored.network(), artifact.manifest().steps(), dl4j, List.of());
      LOG.info(
          "Model {}: kernels {} differ from DL4J {} by at most {} on {} windows {}",
          artifact.hash(),
          certificate.kernels(),
          certificate.dl4j(),
          certificate.maxError(),
          certificate.windows(),
          certificate.refusal());
      return artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson());
    } catch (IllegalArgumentException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
  }

  /**
   * The networks of an artifact.
   *
   * @param network the plain form; null if there is none
   * @param dl4j DL4J's, if it was needed to know the plain form; else null
   * @param noKernel why there is no plain form
   */
  private record Stored(Network network, Dl4jNetwork dl4j, String noKernel) {
    Dl4jNetwork requireDl4j(ModelArtifact artifact) throws InvalidArtifactException {
      if (dl4j != null) {
        return dl4j;
      }
      byte[] zip = artifact.entry(RnnArtifacts.DL4J);
      if (zip == null) {
        throw new InvalidArtifactException(
            "the certificate asks for DL4J, and the artifact has no " + RnnArtifacts.DL4J);
      }
      return Dl4jNetwork.restore(zip, network.inputs());
    }
  }

  private static Stored read(ModelArtifact artifact) throws InvalidArtifactException {
    byte[] architecture = artifact.entry(NetworkCodec.ARCHITECTURE);
    byte[] weights = artifact.entry(NetworkCodec.WEIGHTS);
    if (architecture != null && weights != null) {
      return new Stored(NetworkCodec.read(architecture, weights), null, "");
    }
    byte[] zip = artifact.entry(RnnArtifacts.DL4J);
    if (architecture != null || weights != null || zip == null) {
      throw new InvalidArtifactException(
          "an artifact needs %s and %s, or %s"
              .formatted(NetworkCodec.ARCHITECTURE, NetworkCodec.WEIGHTS, RnnArtifacts.DL4J));
    }
    ModelManifest manifest = artifact.manifest();
    int columns = new InputEncoder(manifest.schema(), manifest.inputScaling(), false).columns();
    Dl4jNetwork dl4j = Dl4jNetwork.restore(zip, columns);
    try {
      return new Stored(dl4j.toNetwork(manifest.steps()), dl4j, "");
    } catch (IllegalArgumentException e) {
      return new Stored(null, dl4j, e.getMessage());
    }
  }
}

package io.tplus1.rnn;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Prover;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads networks out of artifacts. Stateless and thread-safe.
 *
 * <p>A kernel serves, in milliseconds and without ND4J. DL4J serves where the network has no plain
 * form, or where the certificate says that kernel and DL4J differ and no golden results decide. A
 * certificate that is absent or of another kernel does not delay the start: the kernel serves, and
 * the caller may {@link #prove} the artifact afterwards, and serve what that returns.
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
    Optional<Certificate> certificate = Certificate.of(artifact);
    StoredNetworks stored = StoredNetworks.read(artifact);
    try {
      if (stored.networks().isEmpty()) {
        LOG.warn(
            "DL4J serves model {}: {}. Forecasts are slower and wait for each other.",
            artifact.hash(),
            stored.noKernel());
        return onDl4jAlone(artifact, stored.dl4j());
      }
      for (Network network : stored.networks()) {
        NetworkFit.require(artifact.manifest(), network);
      }
      boolean doubtful = certificate.isPresent() && !certificate.get().kernelServes();
      if (doubtful) {
        LOG.warn(
            "DL4J serves model {}: kernel {} differs from {} by {}. Forecasts are slower and wait for each other.",
            artifact.hash(),
            certificate.get().kernels(),
            certificate.get().reference(),
            certificate.get().maxError());
      }
      if (!doubtful && certificate.isPresent() && !certificate.get().isRight()) {
        LOG.warn(
            "Kernel {} serves model {}, though it differs from {} by {}: nothing else computes the network, for {}",
            certificate.get().kernels(),
            artifact.hash(),
            certificate.get().reference(),
            certificate.get().maxError(),
            certificate.get().refusal());
      }
      return forecaster(artifact, stored, doubtful);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
  }

  /**
   * What serves where DL4J alone runs the network, which is in memory already.
   *
   * @throws IllegalArgumentException if it does not fit the manifest
   */
  public static Forecaster onDl4jAlone(ModelArtifact artifact, Dl4jNetwork dl4j) {
    ModelManifest manifest = artifact.manifest();
    InputEncoder encoder = InputEncoder.of(manifest, dl4j.inputs(), dl4j.readsIds());
    Dl4jKernel kernel = new Dl4jKernel(dl4j, manifest.steps());
    ForecastRows rows =
        ForecastRows.of(manifest, kernel.output(), dl4j.isStepwise(kernel.output()));
    boolean linear = dl4j.end().map(LastLayer::of).filter(LastLayer::isLinear).isPresent();
    return vectors(artifact, kernel, encoder, linear, rows, true);
  }

  /**
   * Loads a network so that DL4J computes it, which is slow, and starts ND4J.
   *
   * @throws InvalidArtifactException as {@link #load}, and where DL4J does not know a layer
   */
  public Forecaster loadOnDl4j(ModelArtifact artifact) throws InvalidArtifactException {
    StoredNetworks stored = StoredNetworks.read(artifact);
    if (stored.networks().isEmpty()) {
      return load(artifact);
    }
    try {
      for (Network network : stored.networks()) {
        NetworkFit.require(artifact.manifest(), network);
      }
      return forecaster(artifact, stored, true);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
  }

  private Forecaster forecaster(ModelArtifact artifact, StoredNetworks stored, boolean onDl4j)
      throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    int steps = StoredNetworks.steps(manifest);
    int members = stored.networks().size();
    List<Kernel> kernels = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      kernels.add(
          onDl4j
              ? new Dl4jKernel(stored.requireDl4j(artifact, member), steps)
              : Kernels.compile(stored.networks().get(member).ofSteps(steps), steps, kind));
    }
    if (manifest.stepInputs().isPresent()) {
      return new StepForecaster(
          artifact.hash(), manifest, kernels, RnnArtifacts.linear(artifact).orElse(null));
    }
    Network first = stored.networks().get(0);
    List<Forecaster> forecasters = new ArrayList<>();
    for (Kernel kernel : kernels) {
      forecasters.add(onKernel(artifact, first, kernel, members == 1));
    }
    return members == 1 ? forecasters.get(0) : new MeanForecaster(forecasters);
  }

  /**
   * What a network of whole vectors is served by.
   *
   * @param network the kernel's, or one of its architecture
   * @param alone whether it has no other member
   */
  public static Forecaster onKernel(
      ModelArtifact artifact, Network network, Kernel kernel, boolean alone) {
    ModelManifest manifest = artifact.manifest();
    return vectors(
        artifact,
        kernel,
        InputEncoder.of(manifest, network.inputs(), InputEncoder.readsIds(network)),
        LastLayer.of(network).isLinear(),
        ForecastRows.of(manifest, network),
        alone);
  }

  private static Forecaster vectors(
      ModelArtifact artifact,
      Kernel kernel,
      InputEncoder encoder,
      boolean endsLinearly,
      ForecastRows rows,
      boolean alone) {
    ModelManifest manifest = artifact.manifest();
    return new RnnForecaster(
        artifact.hash(),
        manifest,
        kernel,
        encoder,
        new OutputLayout(
            manifest.schema(),
            manifest.targetScaling(),
            endsLinearly,
            rows.width() == manifest.schema().outputWidth()),
        rows,
        alone);
  }

  /**
   * Whether the kernel that would serve here has not been measured on this artifact: against DL4J,
   * against the forward pass of the learner that made it, or against a pass in doubles, which
   * earlier releases did not where DL4J refuses the network. What DL4J serves is measured anew,
   * unless float32's rounding was looked at: earlier releases took some for another network.
   */
  public boolean needsProof(ModelArtifact artifact) throws InvalidArtifactException {
    List<Network> networks = StoredNetworks.read(artifact).networks();
    if (networks.isEmpty()) {
      return false;
    }
    String kernel = Kernels.compile(networks.get(0), artifact.manifest().steps(), kind).version();
    return Certificate.of(artifact)
        .filter(c -> c.kernels().contains(kernel) && !c.isOfNothing())
        .filter(
            c -> c.kernelServes() || c.dl4j().isEmpty() || c.tolerance() > Certificate.TOLERANCE)
        .isEmpty();
  }

  /**
   * The golden results that decide, of a kernel that DL4J differs from: their windows are not
   * stored, so the kernel of today is held to what gave them by the network in doubles.
   */
  private static List<Certificate.GoldenResult> keptGoldens(
      ModelArtifact artifact, StoredNetworks stored) throws InvalidArtifactException {
    Certificate before = Certificate.of(artifact).orElse(null);
    if (before == null || before.agrees() || !before.isRight()) {
      return List.of();
    }
    int steps = StoredNetworks.steps(artifact.manifest());
    for (Network network : stored.networks()) {
      if (!Prover.agreesWithDoubles(network, steps)) {
        return List.of();
      }
    }
    return before.goldens();
  }

  /**
   * Holds the kernel against DL4J, which takes seconds, and starts ND4J; against a pass in doubles
   * where DL4J refuses the network.
   *
   * @return the artifact with a new certificate, to be loaded: DL4J will serve it if they differ
   */
  public ModelArtifact prove(ModelArtifact artifact) throws InvalidArtifactException {
    StoredNetworks stored = StoredNetworks.read(artifact);
    if (stored.networks().isEmpty()) {
      return artifact;
    }
    try {
      List<Optional<Dl4jNetwork>> dl4j = new ArrayList<>();
      for (int member = 0; member < stored.networks().size(); member++) {
        NetworkFit.require(artifact.manifest(), stored.networks().get(member));
        dl4j.add(stored.dl4j(artifact, member));
      }
      Certificate certificate =
          Prover.certify(
              artifact.hash(),
              stored.networks(),
              StoredNetworks.steps(artifact.manifest()),
              dl4j,
              List.of());
      for (Certificate.GoldenResult golden : keptGoldens(artifact, stored)) {
        certificate = certificate.and(golden);
      }
      LOG.info(
          "Model {}: kernels {} differ from {} by at most {} on {} windows {}",
          artifact.hash(),
          certificate.kernels(),
          certificate.reference(),
          certificate.maxError(),
          certificate.windows(),
          certificate.refusal());
      return artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson());
    } catch (IllegalArgumentException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
  }
}

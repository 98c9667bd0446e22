package io.tplus1.rnn.imported;

import io.tplus1.feature.Feature;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.ForecastRows;
import io.tplus1.rnn.NetworkFit;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.Prover;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes artifacts of networks that DL4J alone can run, and holds DL4J to known outputs. */
final class Dl4jArtifacts {
  private Dl4jArtifacts() {}

  /**
   * @param output shape of what a full window gives
   * @param golden outputs that the network is known to give; empty without
   * @throws IllegalArgumentException if the network does not fit the manifest, does not give
   *     probabilities, is too large, or the golden result is of other shapes
   */
  static ModelArtifact of(
      ModelManifest manifest, Dl4jNetwork dl4j, Shape output, Optional<Golden> golden) {
    dl4j.end()
        .ifPresent(end -> BinaryClass.requireBoth(manifest.schema(), manifest.horizon(), end));
    ModelArtifact artifact =
        RnnArtifacts.requireSize(
            ModelArtifact.of(manifest, Map.of(Dl4jNetwork.ENTRY, dl4j.save())));
    Forecaster forecaster = RnnModelLoader.onDl4jAlone(artifact, dl4j);
    if (dl4j.readsIds()) {
      NetworkFit.requireVocabulary(manifest.schema(), dl4j.vocabulary());
    }
    int width = ForecastRows.of(manifest, output, dl4j.isStepwise(output)).width();
    requireProbabilities(manifest, dl4j.end(), width);
    if (golden.isEmpty()) {
      return artifact;
    }
    Certificate.GoldenResult result =
        golden.get().raw()
            ? RawProver.measure(
                manifest, width, List.of(forecaster), golden.get(), dl4j.end(), Optional.empty())
            : Prover.onDl4j(dl4j, output, golden.get());
    Certificate certificate =
        new Certificate(
            artifact.hash(),
            List.of(),
            Dl4jNetwork.version(),
            "",
            "",
            0,
            0,
            Certificate.TOLERANCE,
            List.of(result));
    return artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson());
  }

  private static void requireProbabilities(
      ModelManifest manifest, Optional<Network> end, int width) {
    if (manifest.schema().targetFeatures().stream().noneMatch(Feature::isCategory)) {
      return;
    }
    Network last =
        end.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the targets hold a category, and nothing tells whether the network's last layer, which DL4J alone knows, gives probabilities: end in an output layer with softmax"));
    NetworkFit.requireProbabilities(manifest, last, width);
  }
}

package io.tplus1.rnn;

import static io.tplus1.rnn.dl4j.Dl4jSamples.lstm;
import static io.tplus1.rnn.dl4j.Dl4jSamples.network;
import static io.tplus1.rnn.dl4j.Dl4jSamples.output;
import static io.tplus1.rnn.dl4j.Dl4jSamples.outputs;
import static io.tplus1.rnn.dl4j.Dl4jSamples.peepholes;
import static io.tplus1.rnn.dl4j.Dl4jSamples.save;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.imported.ImportedArtifacts;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Prover;
import io.tplus1.rnn.training.StepTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

/** Networks of DL4J's that are too large: no road to one runs it. */
class Dl4jSizeTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final String REFUSAL = "hand on at most 16777216 values, found ";

  @TempDir Path folder;

  /** A few kilobytes, and 26 million values behind weights for 262,144. */
  private static MultiLayerNetwork large(Layer first) {
    Stream<Layer> weightless =
        IntStream.range(0, 100)
            .mapToObj(i -> new ActivationLayer.Builder().activation(Activation.TANH).build());
    return network(
        Stream.of(
                Stream.of(new LastTimeStep(first), new RepeatVector.Builder<>(65_536).build()),
                weightless,
                Stream.of(outputs(2)))
            .flatMap(layers -> layers)
            .toArray(Layer[]::new));
  }

  private byte[] zip(MultiLayerNetwork network) throws IOException {
    return Files.readAllBytes(save(network, folder.resolve("m.zip")));
  }

  @Test
  void load_dl4jAlone_isRefusedBeforeItRuns() throws Exception {
    ModelManifest manifest =
        new ModelManifest(
            TWO,
            3,
            65_536,
            Strategy.DIRECT,
            Scaling.identity(2),
            Scaling.identity(2),
            StepTasks.PROVENANCE);
    ModelArtifact artifact =
        ModelArtifact.of(manifest, Map.of(Dl4jNetwork.ENTRY, zip(large(peepholes(2)))));
    RnnModelLoader loader = new RnnModelLoader();

    assertRefused(() -> loader.load(artifact));
    assertRefused(() -> loader.loadOnDl4j(artifact));
    assertRefused(() -> loader.needsProof(artifact));
    assertRefused(() -> loader.prove(artifact));
    assertRefused(() -> Verdict.of(artifact));
  }

  /** Of two networks in one artifact, the hash says that both are there, not that they are one. */
  @Test
  void load_dl4jsOwnBesideASmallPlainForm_servesThatAloneAndRunsNoOther() throws Exception {
    ModelArtifact honest =
        ImportedArtifacts.read(
            save(Dl4jSamples.lastStep(2), folder.resolve("m.zip")),
            Optional.of(new ImportedArtifacts.Fit(TWO, 3, 1, 3)),
            Optional.empty());
    ModelArtifact artifact = honest.with(Dl4jNetwork.ENTRY, zip(large(lstm(2))));
    Certificate differs =
        new Certificate(
            artifact.hash(),
            List.of("kernel-1"),
            Dl4jNetwork.version(),
            "",
            "",
            1,
            1,
            Certificate.TOLERANCE,
            List.of());
    ModelArtifact doubtful = artifact.with(ModelArtifact.CERTIFICATE, differs.toJson());
    RnnModelLoader loader = new RnnModelLoader();

    assertRefused(() -> loader.load(doubtful));
    assertRefused(() -> loader.loadOnDl4j(artifact));
    assertRefused(() -> loader.prove(artifact));
  }

  @Test
  void import_layersWithoutWeights_isRefusedBeforeItRuns() {
    for (Layer first : List.of(lstm(2), peepholes(2))) {
      Path file = save(large(first), folder.resolve("m.zip"));

      assertRefused(
          () ->
              ImportedArtifacts.read(
                  file,
                  Optional.of(new ImportedArtifacts.Fit(TWO, 3, 65_536, 3)),
                  Optional.empty()));
    }
  }

  /** No weights prove what a layer that normalises says it reads; 1.2 GB of window were made. */
  @Test
  void import_normalisationThatSaysItReadsMore_isRefusedInASentence() throws Exception {
    for (String said : List.of("300000000", "3000000000")) {
      BatchNormalization first = new BatchNormalization.Builder().nIn(2).nOut(2).build();
      Path file =
          save(
              network(first, new LastTimeStep(lstm(2)), output(2, Activation.IDENTITY)),
              folder.resolve("m.zip"));
      Map<String, byte[]> entries = new TreeMap<>(Zipped.unzip(Files.readAllBytes(file)));
      String json = new String(entries.get("configuration.json"), UTF_8);
      String changed = json.replaceFirst("\"nin\" : 2", "\"nin\" : " + said);
      assertThat(changed).isNotEqualTo(json);
      entries.put("configuration.json", changed.getBytes(UTF_8));
      Files.write(file, Zipped.zip(entries));

      assertThatThrownBy(() -> ImportedArtifacts.read(file, Optional.empty(), Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("DL4J cannot run the network on a window of 2 steps of 2 values");
    }
  }

  /** Of which 32 windows at a time would be 32 times what may be handed on. */
  @Test
  void certify_networkOfWhichFewWindowsFit_holdsEachAgainstItsOwnOutputs() throws Exception {
    MultiLayerNetwork decoder =
        network(
            new LastTimeStep(lstm(2)),
            new RepeatVector.Builder<>(60_000).build(),
            new ActivationLayer.Builder().activation(Activation.TANH).build(),
            outputs(2));
    Dl4jNetwork dl4j = Dl4jNetwork.restore(zip(decoder), 2, 3, Network.MOST_SERVED_VALUES);
    // All at once are too many, and they do not come out even.
    long atOnce = Network.MOST_SERVED_VALUES / dl4j.values(3);
    assertThat(atOnce).isLessThan(32);
    assertThat(32 % atOnce).isPositive();

    Certificate certificate =
        Prover.certify("", List.of(dl4j.toNetwork(3)), 3, List.of(Optional.of(dl4j)), List.of());

    assertThat(certificate.windows()).isEqualTo(32 + 4 + 4);
    assertThat(certificate.agrees()).isTrue();
  }

  private static void assertRefused(ThrowingCallable road) {
    assertThatThrownBy(road)
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(REFUSAL);
  }
}

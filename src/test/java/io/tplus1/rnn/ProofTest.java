package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When {@link RnnModelLoader} asks for a proof, and what serves after it. */
class ProofTest {
  private static final Trainer.Task TASK = Tasks.of(StepTasks.TWO, 5, 2);

  private static ModelArtifact artifact;
  private static ModelArtifact other;

  @BeforeAll
  static void train() {
    artifact = train(1);
    other = train(2);
  }

  private static ModelArtifact train(long seed) {
    return new RnnTrainer()
        .train(
            TASK,
            settings().cell(TrainingSettings.Cell.LSTM).epochs(1).seed(seed).build(),
            samples(TASK, 120, StepTasks::wave),
            List.of(),
            SILENT);
  }

  private static Map<String, byte[]> entries(ModelArtifact of) {
    return RnnModelLoaderTest.entries(of);
  }

  private static Certificate.GoldenResult golden(double error) {
    return new Certificate.GoldenResult("g", 7, error, Certificate.TOLERANCE);
  }

  private static ModelArtifact certified(double error, List<Certificate.GoldenResult> goldens)
      throws InvalidArtifactException {
    return certified(artifact, Certificate.of(artifact).orElseThrow().kernels(), error, goldens);
  }

  private static ModelArtifact certified(
      ModelArtifact of,
      List<String> kernels,
      double error,
      List<Certificate.GoldenResult> goldens) {
    Certificate certificate =
        new Certificate(
            of.hash(), kernels, "1.0.0", "", "", 48, error, Certificate.TOLERANCE, goldens);
    return of.with(ModelArtifact.CERTIFICATE, certificate.toJson());
  }

  /** An artifact whose DL4J network is another one, certified with a kernel that is no more. */
  private static ModelArtifact ofEarlierKernel(List<Certificate.GoldenResult> goldens) {
    Map<String, byte[]> entries = entries(artifact);
    entries.put(Dl4jNetwork.ENTRY, other.entry(Dl4jNetwork.ENTRY));
    ModelArtifact bare = ModelArtifact.of(artifact.manifest(), entries);
    return certified(bare, List.of("plain-0"), 0.1, goldens);
  }

  @Test
  void prove_artifactWithoutCertificate_certifiesIt() throws InvalidArtifactException {
    RnnModelLoader loader = new RnnModelLoader();
    ModelArtifact bare = ModelArtifact.of(artifact.manifest(), entries(artifact));
    assertThat(bare.hash()).isEqualTo(artifact.hash());
    assertThat(loader.needsProof(bare)).isTrue();
    assertThat(loader.load(bare).kernel()).isNotEqualTo("dl4j");

    ModelArtifact proven = loader.prove(bare);

    assertThat(loader.needsProof(proven)).isFalse();
    assertThat(proven).isEqualTo(artifact);
  }

  @Test
  void prove_weightsOfAnotherNetwork_letDl4jServe() throws InvalidArtifactException {
    Map<String, byte[]> entries = entries(artifact);
    entries.put(NetworkCodec.WEIGHTS, other.entry(NetworkCodec.WEIGHTS));
    ModelArtifact swapped = ModelArtifact.of(artifact.manifest(), entries);

    ModelArtifact proven = new RnnModelLoader().prove(swapped);

    assertThat(Verdict.of(proven).ok()).isFalse();
    assertThat(new RnnModelLoader().load(proven).kernel()).isEqualTo("dl4j");
  }

  /** Known outputs decide after the next release, too, whose kernel DL4J differs from as before. */
  @Test
  void prove_goldensThatOutweighDl4j_stillDoByANewKernel() throws InvalidArtifactException {
    RnnModelLoader loader = new RnnModelLoader();
    ModelArtifact known = ofEarlierKernel(List.of(golden(1e-6)));
    ModelArtifact unknown = ofEarlierKernel(List.of(golden(1e-6), golden(1e-3)));
    assertThat(loader.needsProof(known)).isTrue();

    ModelArtifact proven = loader.prove(known);

    assertThat(Certificate.of(proven).orElseThrow().agrees()).isFalse();
    assertThat(loader.load(proven).kernel()).isNotEqualTo("dl4j");
    assertThat(loader.needsProof(proven)).isFalse();
    assertThat(Verdict.of(proven).reason()).endsWith("7 golden outputs: 1.0e-06");
    assertThat(loader.load(loader.prove(unknown)).kernel()).isEqualTo("dl4j");
  }

  /** Earlier releases measured by each output's own size, and put some on DL4J for their zeros. */
  @Test
  void needsProof_dl4jServesAndNothingIsGranted_untilMeasuredAnew()
      throws InvalidArtifactException {
    RnnModelLoader loader = new RnnModelLoader();
    ModelArtifact old = certified(1e-3, List.of());
    assertThat(loader.load(old).kernel()).isEqualTo("dl4j");
    assertThat(loader.needsProof(old)).isTrue();
    assertThat(loader.needsProof(certified(1e-3, List.of(golden(1e-6))))).isFalse();

    ModelArtifact proven = loader.prove(old);

    assertThat(loader.load(proven).kernel()).isNotEqualTo("dl4j");
    assertThat(loader.needsProof(proven)).isFalse();
  }
}

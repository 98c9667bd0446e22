package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.TestTasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RnnModelLoaderTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final Trainer.Task TASK = Tasks.of(TWO, 5, 2);

  private static List<TrainingSample> samples;
  private static ModelArtifact artifact;
  private static ModelArtifact other;

  @BeforeAll
  static void train() {
    samples =
        samples(TASK, 120, t -> new float[] {(float) Math.sin(t), (float) (100 + Math.cos(t))});
    artifact = train(TrainingSettings.Cell.LSTM, 1);
    other = train(TrainingSettings.Cell.LSTM, 2);
  }

  private static ModelArtifact train(TrainingSettings.Cell cell, long seed) {
    return new RnnTrainer()
        .train(
            TASK, settings().cell(cell).epochs(1).seed(seed).build(), samples, List.of(), SILENT);
  }

  @Test
  void load_artifactThatWasWrittenAndRead_forecastsTheSameBits() throws InvalidArtifactException {
    ModelArtifact read = ModelArtifact.read(artifact.toBytes());

    assertThat(read).isEqualTo(artifact);
    assertThat(TestTasks.forecasts(new RnnModelLoader().load(read), samples))
        .isEqualTo(TestTasks.forecasts(new RnnModelLoader().load(artifact), samples));
    assertThat(new RnnModelLoader().needsProof(read)).isFalse();
  }

  @Test
  void load_withDl4jAlone_forecastsTheSameByTheKernel() throws InvalidArtifactException {
    ModelArtifact zip =
        ModelArtifact.of(
            artifact.manifest(), Map.of(Dl4jNetwork.ENTRY, artifact.entry(Dl4jNetwork.ENTRY)));

    Forecaster forecaster = new RnnModelLoader(KernelKind.PLAIN).load(zip);

    assertThat(forecaster.kernel()).startsWith("plain");
    assertThat(TestTasks.forecasts(forecaster, samples))
        .isEqualTo(
            TestTasks.forecasts(new RnnModelLoader(KernelKind.PLAIN).load(artifact), samples));
  }

  @Test
  void load_certificateSaysThatTheKernelDiffers_dl4jServes() throws InvalidArtifactException {
    ModelArtifact doubtful = certified(1e-3, Certificate.TOLERANCE, List.of());

    Forecaster forecaster = new RnnModelLoader().load(doubtful);

    assertThat(forecaster.kernel()).isEqualTo("dl4j");
    float[][] kernel = TestTasks.forecasts(new RnnModelLoader().load(artifact), samples);
    float[][] dl4j = TestTasks.forecasts(forecaster, samples);
    for (int i = 0; i < kernel.length; i++) {
      for (int k = 0; k < kernel[i].length; k++) {
        assertThat(dl4j[i][k]).isCloseTo(kernel[i][k], within(1e-4f));
      }
    }
    assertThat(Verdict.of(doubtful).ok()).isFalse();
    assertThat(Verdict.of(doubtful).servedBy()).isEqualTo("dl4j");
  }

  /** What gives the outputs that the model is known to give is right, whatever DL4J computes. */
  @Test
  void load_certificateSaysThatDl4jAloneDiffers_kernelServes() throws InvalidArtifactException {
    ModelArtifact known = certified(1e-3, 0, List.of(golden(1e-6, 0)));
    ModelArtifact unknown = certified(1e-3, 0, List.of(golden(1e-6, 0), golden(1e-3, 0)));

    assertThat(new RnnModelLoader().load(known).kernel()).isNotEqualTo("dl4j");
    assertThat(Verdict.of(known).ok()).isTrue();
    assertThat(Verdict.of(known).servedBy()).isEqualTo("kernel");
    assertThat(Verdict.of(known).maxAbsError()).hasValue(1e-6);
    assertThat(Verdict.of(known).reason()).contains("1.0e-03, 7 golden outputs: 1.0e-06");
    assertThat(new RnnModelLoader().load(unknown).kernel()).isEqualTo("dl4j");
    assertThat(Verdict.of(unknown).ok()).isFalse();
  }

  @Test
  void load_certificateThatGrantsMoreThanRounding_isBelievedNoFurther()
      throws InvalidArtifactException {
    ModelArtifact rounded = certified(3e-5, 6e-5, List.of(golden(2e-5, 5e-5)));
    ModelArtifact hostile = certified(1e-3, 1, List.of());

    assertThat(new RnnModelLoader().load(rounded).kernel()).isNotEqualTo("dl4j");
    assertThat(Verdict.of(rounded).ok()).isTrue();
    assertThat(Verdict.of(rounded).reason())
        .contains(": 3.0e-05 of 6.0e-05 that float32's rounding may make")
        .endsWith("2.0e-05 of 5.0e-05 that float32's rounding may make");
    assertThat(new RnnModelLoader().load(hostile).kernel()).isEqualTo("dl4j");
  }

  private static Certificate.GoldenResult golden(double error, double tolerance) {
    return new Certificate.GoldenResult("g", 7, error, Math.max(tolerance, Certificate.TOLERANCE));
  }

  private static ModelArtifact certified(
      double error, double tolerance, List<Certificate.GoldenResult> goldens)
      throws InvalidArtifactException {
    Certificate c = Certificate.of(artifact).orElseThrow();
    Certificate certificate =
        new Certificate(
            c.model(),
            c.kernels(),
            c.dl4j(),
            c.learner(),
            c.refusal(),
            c.windows(),
            error,
            tolerance,
            goldens);
    return artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson());
  }

  @Test
  void load_swappedWeights_areRefusedBecauseTheCertificateIsOfOthers() {
    Map<String, byte[]> entries = entries(artifact);
    entries.put(NetworkCodec.WEIGHTS, other.entry(NetworkCodec.WEIGHTS));
    ModelArtifact swapped =
        ModelArtifact.of(artifact.manifest(), entries)
            .with(ModelArtifact.CERTIFICATE, artifact.entry(ModelArtifact.CERTIFICATE));
    assertRefused(swapped, "they were changed after it was certified");
  }

  @Test
  void load_networkThatDoesNotFitTheManifest_isRefused() {
    ModelManifest m = artifact.manifest();
    assertRefused(
        ModelArtifact.of(
            new ModelManifest(
                TWO, 6, 2, m.strategy(), m.inputScaling(), m.targetScaling(), m.provenance()),
            entries(artifact)),
        "windows of 5 steps, the model's are of 6");
    assertRefused(
        ModelArtifact.of(
            new ModelManifest(
                TWO, 5, 3, m.strategy(), m.inputScaling(), m.targetScaling(), m.provenance()),
            entries(artifact)),
        "puts out 4 values, and the schema's targets over 3 steps ahead are 3 × 2");
  }

  @Test
  void load_withoutANetwork_isRefused() {
    assertRefused(
        ModelArtifact.of(artifact.manifest(), Map.of()),
        "needs network.json and network.bin, or dl4j.zip");
    assertRefused(
        ModelArtifact.of(
            artifact.manifest(),
            Map.of(NetworkCodec.WEIGHTS, artifact.entry(NetworkCodec.WEIGHTS))),
        "needs network.json");
  }

  @Test
  void load_brokenBytes_areRefusedOrLoadAndNeverFail() {
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      Map<String, byte[]> entries = entries(artifact);
      String name = random.nextBoolean() ? NetworkCodec.ARCHITECTURE : NetworkCodec.WEIGHTS;
      byte[] broken = entries.get(name).clone();
      if (random.nextBoolean()) {
        broken = Arrays.copyOf(broken, random.nextInt(broken.length));
      } else {
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      entries.put(name, broken);
      try {
        assertThat(new RnnModelLoader().load(ModelArtifact.of(artifact.manifest(), entries)))
            .isNotNull();
      } catch (InvalidArtifactException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  @Test
  void load_dl4jFileThatNamesAnotherClass_isRefused() throws IOException {
    assertZipRefused(
        zip -> {
          String json = new String(zip.get("configuration.json"), StandardCharsets.UTF_8);
          zip.put(
              "configuration.json",
              json.replaceFirst(
                      "org.nd4j.linalg.lossfunctions.impl.LossMSE", "java.net.URLClassLoader")
                  .getBytes(StandardCharsets.UTF_8));
        },
        "names the class 'java.net.URLClassLoader'");
    assertZipRefused(
        zip -> {
          String json = new String(zip.get("configuration.json"), StandardCharsets.UTF_8);
          zip.put(
              "configuration.json",
              json.replaceAll("org.deeplearning4j.nn.conf.layers.OutputLayer", "com.evil.Layer")
                  .getBytes(StandardCharsets.UTF_8));
        },
        "names the class 'com.evil.Layer'");
  }

  @Test
  void load_brokenDl4jFile_isRefused() throws IOException {
    assertZipRefused(
        zip -> zip.put("coefficients.bin", Arrays.copyOf(zip.get("coefficients.bin"), 100)),
        "DL4J");
    assertZipRefused(
        zip -> {
          byte[] bytes = zip.get("coefficients.bin").clone();
          Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
          zip.put("coefficients.bin", bytes);
        },
        "must be finite");
    assertZipRefused(zip -> zip.remove("configuration.json"), "without configuration.json");
    assertZipRefused(
        zip -> zip.put("configuration.json", "{".getBytes(StandardCharsets.UTF_8)), "not JSON");
    assertZipRefused(
        zip -> {
          String json = new String(zip.get("configuration.json"), StandardCharsets.UTF_8);
          zip.put(
              "configuration.json",
              json.replaceAll("\"nout\" : 8", "\"nout\" : 2000000000")
                  .getBytes(StandardCharsets.UTF_8));
        },
        "DL4J");
  }

  private interface Change {
    void to(Map<String, byte[]> zip);
  }

  private static void assertZipRefused(Change change, String message) throws IOException {
    Map<String, byte[]> zip = Zipped.unzip(artifact.entry(Dl4jNetwork.ENTRY));
    change.to(zip);
    assertRefused(
        ModelArtifact.of(artifact.manifest(), Map.of(Dl4jNetwork.ENTRY, Zipped.zip(zip))), message);
  }

  private static void assertRefused(ModelArtifact hostile, String message) {
    assertThatThrownBy(() -> new RnnModelLoader().load(hostile))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
  }

  static Map<String, byte[]> entries(ModelArtifact of) {
    Map<String, byte[]> entries = new HashMap<>();
    for (String name :
        List.of(NetworkCodec.ARCHITECTURE, NetworkCodec.WEIGHTS, Dl4jNetwork.ENTRY)) {
      entries.put(name, of.entry(name));
    }
    return entries;
  }

  /** A row of output for each step of the window: a short window has fewer, which no one wrote. */
  @Test
  void load_networkWithARowForEachStep_shortWindowTakesNothingFromTheOneBefore()
      throws InvalidArtifactException {
    Random random = new Random(1);
    Network network =
        new Network(
            2,
            Shape.ANY_STEPS,
            List.of(
                new Layer.SimpleRnn(
                    4,
                    ActivationFunction.TANH,
                    true,
                    false,
                    weights(random, 8),
                    weights(random, 16),
                    weights(random, 4)),
                new Layer.Dense(
                    2, ActivationFunction.LINEAR, weights(random, 8), weights(random, 2))));
    ModelManifest manifest =
        new ModelManifest(
            TWO,
            3,
            3,
            Strategy.DIRECT,
            Scaling.identity(2),
            Scaling.identity(2),
            new Provenance("test", 1, 2, 30, 1, Map.of(), Map.of()));
    ModelArtifact sequence =
        ModelArtifact.of(
            manifest,
            Map.of(
                NetworkCodec.ARCHITECTURE, NetworkCodec.architecture(network),
                NetworkCodec.WEIGHTS, NetworkCodec.weights(network)));
    Forecaster forecaster = new RnnModelLoader(KernelKind.PLAIN).load(sequence);
    FeatureWindow whole = samples.get(0).window();
    FeatureWindow one = whole.part(4, 1);
    float[] expected = new float[6];
    float[] out = new float[6];
    forecaster.newSession().forecast(one, expected);
    Forecaster.Session session = forecaster.newSession();

    session.forecast(whole, out);
    session.forecast(one, out);

    assertThat(out).isEqualTo(expected);
    assertThat(out[4]).as("the last step is that of the vector").isNotZero();
    new RnnModelLoader().loadOnDl4j(sequence).newSession().forecast(one, expected);
    for (int i = 4; i < out.length; i++) {
      assertThat(out[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private static float[] weights(Random random, int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }
}

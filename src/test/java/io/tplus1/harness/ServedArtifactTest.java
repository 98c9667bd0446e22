package io.tplus1.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.ConfigurationFile;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.Prediction;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A harness with what stands in {@code model.file} of a deployment. */
class ServedArtifactTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");
  private static final Map<String, String> WAVE =
      Map.ofEntries(
          Map.entry("features", "x"),
          Map.entry("window.steps", "4"),
          Map.entry("window.store", "memory"),
          Map.entry("time.max.ahead", "off"),
          Map.entry("train.optimizer", "adam"));

  private static float wave(int step) {
    return (float) Math.sin(.3 * step);
  }

  private static ModelArtifact train(
      Map<String, String> settings, Map<String, List<String>> words, IntFunction<Float> series) {
    Configuration configuration = new Configuration(settings);
    int steps = configuration.windows().steps();
    List<TrainingSample> samples =
        IntStream.range(0, 300)
            .mapToObj(
                from ->
                    new TrainingSample(
                        "k", window(series, from, steps), window(series, from + steps, 1), 1))
            .toList();
    return new RnnTrainer()
        .train(
            new Trainer.Task(configuration.schema(words), steps, 1, configuration.stepInputs()),
            configuration.training(),
            samples,
            List.of(),
            (epoch, epochs, training, validation) -> {});
  }

  private static FeatureWindow window(IntFunction<Float> series, int from, int steps) {
    return FeatureWindow.of(
        IntStream.range(from, from + steps)
            .mapToObj(i -> new FeatureVector(60_000L * i, new float[] {series.apply(i)}))
            .toArray(FeatureVector[]::new));
  }

  @Test
  void of_goodArtifact_isTheChampionThatNothingWorseReplaces() throws Exception {
    ModelArtifact good =
        train(
            TestSettings.with(
                WAVE, "train.epochs", "60", "train.batch", "10", "train.learning.rate", "0.005"),
            Map.of(),
            ServedArtifactTest::wave);
    Map<String, String> settings =
        TestSettings.with(
            WAVE, "retrain.mode", "retrain", "retrain.warm", "false", "train.epochs", "1");
    try (var harness = ForecastTestHarness.of(settings, good)) {
      for (int i = 0; i < 700; i++) {
        harness.push("k", T0.plusSeconds(60L * i), wave(i));
      }
      List<ModelEvent> events = harness.modelEvents();

      assertThat(events.get(0).kind()).isEqualTo(ModelEvent.Kind.PROMOTED);
      assertThat(events.get(0).reason()).startsWith("it stood in model.file");
      assertThat(events.stream().skip(1).map(ModelEvent::kind))
          .contains(ModelEvent.Kind.REJECTED)
          .doesNotContain(ModelEvent.Kind.PROMOTED);
      assertThat(harness.predictions()).extracting(Prediction::model).containsOnly(good.hash());
    }
  }

  @Test
  void of_wordsOfACategoryInTheArtifactAlone_areTheHarness() throws Exception {
    Map<String, String> settings =
        ConfigurationFile.read(
            Path.of(System.getProperty("project.root", ""), "config/storm-status.properties"),
            Map.of());
    Map<String, List<String>> words = Map.of("status", List.of("HU", "TS"));
    ModelArtifact artifact =
        train(TestSettings.with(settings, "train.epochs", "1"), words, i -> i % 2 + 1f);

    try (var harness = ForecastTestHarness.of(settings, artifact)) {
      harness.push("k", T0, "{\"status\":\"TS\"}");

      assertThat(harness.schema().vocabularies()).isEqualTo(words);
      assertThat(harness.predictions())
          .extracting(Prediction::model)
          .containsExactly(artifact.hash());
    }
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ForecastTestHarness(settings))
        .withMessageContaining(
            "set vocabulary.status=word,word,…, or give the harness the artifact");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"last,series | 1", "last,series,rnn | 0", "rnn | 0"})
  void of_noForecastAsksTheNetwork_isWarnedOf(String experts, int warnings) throws Exception {
    ModelArtifact artifact =
        train(TestSettings.with(WAVE, "train.epochs", "1"), Map.of(), ServedArtifactTest::wave);
    Map<String, String> settings = TestSettings.with(WAVE, "experts", experts);

    try (LogCapture log = LogCapture.of(ForecastTestHarness.class);
        var harness = ForecastTestHarness.of(settings, artifact)) {
      assertThat(log.messages())
          .filteredOn(
              line ->
                  line.contains(
                      "experts=" + experts + " has no rnn: no forecast asks this network"))
          .hasSize(warnings);
      for (int i = 0; i < 4; i++) {
        harness.push("k", T0.plusSeconds(60L * i), wave(i));
      }
      assertThat(harness.predictions())
          .extracting(one -> one.model().equals(artifact.hash()))
          .endsWith(warnings == 0);
    }
  }

  @Test
  void of_artifactOfOtherSettings_isRefused() {
    ModelArtifact artifact =
        train(TestSettings.with(WAVE, "train.epochs", "1"), Map.of(), ServedArtifactTest::wave);

    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(
            () -> ForecastTestHarness.of(TestSettings.with(WAVE, "window.steps", "5"), artifact));
  }
}

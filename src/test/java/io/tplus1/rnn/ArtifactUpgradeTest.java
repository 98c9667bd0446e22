package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import io.tplus1.rnn.training.TestTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Artifacts that earlier releases wrote, in both formats and in DL4J's own form, load and forecast
 * what they forecast then.
 *
 * <p>A release writes its own with {@code mvn test -Dtest=ArtifactUpgradeTest
 * -Dupgrade.make=0.1.0}.
 */
final class ArtifactUpgradeTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("project.root", "."), "src/test/resources/upgrade");
  private static final Trainer.Task VECTORS = Tasks.of(StepTasks.TWO, 5, 2);
  private static final Trainer.Task STEPS = StepTasks.task(12, 2, true);

  static Stream<Path> releases() throws IOException {
    try (Stream<Path> folders = Files.list(FIXTURES)) {
      return folders.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  private static List<TrainingSample> probes(String name) {
    return samples(name.startsWith("steps") ? STEPS : VECTORS, 40, StepTasks::wave);
  }

  @Test
  @EnabledIfSystemProperty(named = "upgrade.make", matches = ".+")
  void make() throws Exception {
    Path folder = Files.createDirectories(FIXTURES.resolve(System.getProperty("upgrade.make")));
    ModelArtifact vectors =
        new RnnTrainer()
            .train(
                VECTORS,
                settings().cell(TrainingSettings.Cell.LSTM).epochs(1).seed(1).build(),
                samples(VECTORS, 60, StepTasks::wave),
                List.of(),
                SILENT);
    Learner learner =
        new RnnLearning()
            .start(
                STEPS,
                StepTasks.settings(2, TrainingSettings.Loss.HUBER),
                samples(STEPS, 100, StepTasks::wave));
    Map<String, ModelArtifact> artifacts =
        Map.of(
            "vectors.zip",
            vectors,
            "vectors-dl4j.zip",
            ModelArtifact.of(
                vectors.manifest(), Map.of(Dl4jNetwork.ENTRY, vectors.entry(Dl4jNetwork.ENTRY))),
            "steps.zip",
            learner.artifact(StepTasks.PROVENANCE));
    Map<String, Object> expected = new TreeMap<>();
    for (Map.Entry<String, ModelArtifact> one : artifacts.entrySet()) {
      Files.write(folder.resolve(one.getKey()), one.getValue().toBytes());
      expected.put(
          one.getKey(),
          Map.of(
              "hash",
              one.getValue().hash(),
              "forecasts",
              forecasts(one.getValue(), one.getKey(), KernelKind.PLAIN)));
    }
    new ObjectMapper().writeValue(folder.resolve("artifacts.json").toFile(), expected);
  }

  private static float[][] forecasts(ModelArtifact artifact, String name, KernelKind kernel)
      throws InvalidArtifactException {
    Forecaster forecaster = new RnnModelLoader(kernel).load(artifact);
    return TestTasks.forecasts(forecaster, probes(name));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void resume_stepsOfARelease_goOnAsTheyHaveLearntToRead(Path release) throws Exception {
    ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(release.resolve("steps.zip")));

    Learner learner =
        new RnnLearning()
            .resume(
                STEPS,
                StepTasks.settings(2, TrainingSettings.Loss.HUBER),
                artifact,
                null,
                List.of());

    ModelArtifact further = learner.artifact(StepTasks.PROVENANCE);
    assertThat(further.manifest().stepInputs()).isEqualTo(artifact.manifest().stepInputs());
    assertThat(further.manifest().stepInputs().orElseThrow().levelAtEnd()).isTrue();
    assertThat(forecasts(further, "steps.zip", KernelKind.PLAIN))
        .isDeepEqualTo(forecasts(artifact, "steps.zip", KernelKind.PLAIN));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void load_artifactsOfARelease_sameHashAndForecasts(Path release) throws Exception {
    Map<?, ?> expected =
        new ObjectMapper().readValue(release.resolve("artifacts.json").toFile(), Map.class);
    assertThat(expected).isNotEmpty();
    for (Map.Entry<?, ?> one : expected.entrySet()) {
      String name = (String) one.getKey();
      ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(release.resolve(name)));
      Map<?, ?> then = (Map<?, ?>) one.getValue();
      assertThat(artifact.hash()).isEqualTo(then.get("hash"));
      // To the bit by the plain kernel; another one is off by little.
      assertThat(
              new ObjectMapper()
                  .valueToTree(forecasts(artifact, name, KernelKind.PLAIN))
                  .toString())
          .isEqualTo(new ObjectMapper().valueToTree(then.get("forecasts")).toString());
      float[][] now = forecasts(artifact, name, KernelKind.AUTO);
      List<?> rows = (List<?>) then.get("forecasts");
      for (int i = 0; i < now.length; i++) {
        for (int j = 0; j < now[i].length; j++) {
          double value = ((Number) ((List<?>) rows.get(i)).get(j)).doubleValue();
          assertThat((double) now[i][j])
              .as("%s, forecast %d", name, i)
              .isCloseTo(value, within(1e-5 * Math.max(1, Math.abs(value))));
        }
      }
    }
  }
}

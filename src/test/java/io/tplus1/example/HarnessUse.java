package io.tplus1.example;

import io.tplus1.config.ConfigurationFile;
import io.tplus1.feature.FeatureVector;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tests of one's own setup. The page on testing shows these parts as they are. */
@SuppressWarnings("UnusedVariable")
final class HarnessUse {
  private HarnessUse() {}

  /** All that it takes. */
  static void vectors() throws Exception {
    // vectors
    // or ConfigurationFile.read(Path.of("my.properties"), Map.of())
    var settings = Map.of("features", "lat,long", "window.steps", "2");
    // model.file is not read; a file of Keras or DL4J wants `import` first
    var model = ModelArtifact.read(Files.readAllBytes(Path.of("model.zip")));
    // or new ForecastTestHarness(settings), without a model
    try (var harness = ForecastTestHarness.of(settings, model)) {
      harness.push("storm-1", Instant.parse("2025-12-31T00:00:00Z"), 27.5f, -79.0f);
      harness.push("storm-1", Instant.parse("2025-12-31T06:00:00Z"), 28.5f, -79.0f);
      List<Prediction> forecasts = harness.predictions(); // one: the window is full
      List<FeatureVector> window = harness.window("storm-1");
    }
    // vectors
  }

  /** With a file of settings. */
  static void file() throws Exception {
    // file
    var settings = ConfigurationFile.read(Path.of("my.properties"), Map.of()); // window.steps=2
    var model = ModelArtifact.read(Files.readAllBytes(Path.of("model.zip")));
    var start = Instant.parse("2026-03-01T00:00:00Z"); // or leave it out
    try (var harness = ForecastTestHarness.of(settings, model, start)) {
      harness.push("storm-1", Instant.parse("2026-02-28T00:00:00Z"), 27.5f, -79.0f);
      harness.push("storm-1", Instant.parse("2026-02-28T06:00:00Z"), 28.5f, -79.0f);
      Prediction forecast = harness.predictions().get(0);
      float lat = forecast.value(harness.schema(), 1, "lat");
      // of a category: forecast.probability(harness.schema(), 1, "status", "storm")
      if (forecast.hasInterval(harness.schema(), 1, "lat")) { // from a series' second forecast on
        float lower = forecast.lower(harness.schema(), 1, "lat");
        float upper = forecast.upper(harness.schema(), 1, "lat");
      }
    }
    // file
  }

  /** Asks for a training. */
  static void command(ForecastTestHarness harness) {
    // command
    harness.command(new ModelCommand("1", ModelCommand.Kind.RETRAIN, Optional.empty(), 0));
    harness.advanceWallClock(Duration.ofSeconds(2));
    // TRAINED; PROMOTED or REJECTED follows with the vectors that are pushed next
    List<ModelEvent> events = harness.modelEvents();
    // command
  }
}

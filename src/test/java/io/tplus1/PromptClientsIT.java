package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forecasts do not wait for others when there are none. */
final class PromptClientsIT {
  /** Longer than anybody here waits for a forecast; no commit comes in between either. */
  private static final String LONG_MS = "89000";

  @TempDir Path directory;

  @Test
  void send_nothingElseToDo_forecastsGoLongBeforeTheLinger() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              broker.bootstrapServers(),
              "prompt",
              directory.resolve("state"),
              Map.of(
                  "features", "a",
                  "window.steps", "2",
                  "history.minimum", "1",
                  "time.max.ahead", "off",
                  "num.stream.threads", "1",
                  "processing.guarantee", "at_least_once",
                  "commit.interval.ms", LONG_MS,
                  "producer.linger.ms", LONG_MS));
      try (ForecastApplication application = stream.start(null)) {
        for (int i = 1; i <= 3; i++) {
          stream.produce(
              List.of(new SeriesVector("s", new FeatureVector(i * 1_000L, new float[] {i}))));

          assertThat(stream.await("predictions", i)).hasSize(i);
          assertThat(application.counters().forecasts()).isEqualTo(i);
        }
      }
    }
  }
}

package io.tplus1;

import static io.tplus1.ReplayedStreams.MINUTE;
import static io.tplus1.ReplayedStreams.START;
import static io.tplus1.ReplayedStreams.predictions;
import static io.tplus1.ReplayedStreams.vector;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.ModelPublisher;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.models.ModelCounters.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Forecasts of a real broker of which something is gone, or was replaced, by the time of asking.
 */
final class ReplayGoneIT {
  private static final ConstantModels MODELS =
      new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 3);
  private static final ModelArtifact A = MODELS.of(1_000);
  private static final ModelArtifact B = MODELS.of(2_000);

  @TempDir static Path directory;
  private static EmbeddedBroker broker;

  private final ReplayRuns runs = new ReplayRuns(directory);
  private final ReplayedStreams streams = new ReplayedStreams(broker.bootstrapServers(), directory);

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void replay_modelReplacedThenDeleted_replaysUntilThenAndSaysSo() throws Exception {
    StreamUnderTest stream = streams.stream("swap", Map.of());
    try (ForecastApplication application = stream.start(null);
        ModelPublisher publisher = new ModelPublisher(stream)) {
      for (int i = 0; i < 3; i++) {
        stream.produce(streams.nextRound(8));
      }
      int made = predictions(stream, 16).size();
      for (ModelArtifact model : List.of(A, B)) {
        long before = application.modelCounters().events(Event.SERVED);
        publisher.publish(model);
        await("it serves").until(() -> application.modelCounters().events(Event.SERVED) > before);
        stream.produce(streams.nextRound(8));
        made = predictions(stream, made + 8).size();
      }
      Map<String, Prediction> byModel = new HashMap<>();
      predictions(stream, made).forEach(one -> byModel.put(one.model(), one));

      assertThat(byModel.keySet()).containsExactlyInAnyOrder("persistence", A.hash(), B.hash());
      for (Prediction one : byModel.values()) {
        assertThat(runs.replay(stream, one, "--json")).as(runs.out() + " " + runs.err()).isZero();
        assertThat(runs.json().get("verdict").asText()).isEqualTo("same");
      }

      publisher.write(Collections.singletonMap(ModelKeys.artifact(A.hash()), null));

      assertThat(runs.replay(stream, byModel.get(B.hash()))).as(runs.err()).isZero();
      assertThat(runs.replay(stream, byModel.get(A.hash()))).isEqualTo(3);
      assertThat(runs.err())
          .contains("model " + A.hash() + " is not in swap.models, and model.file is not set")
          .contains(
              "It was deleted at ", "models.keep.ms, 604800 s here", "256 MiB of them at most");
      assertThat(runs.replay(stream, byModel.get(A.hash()), "--json")).isEqualTo(3);
      assertThat(runs.json().get("verdict").asText()).isEqualTo("gone");
      assertThat(runs.json().get("input").asText()).isEqualTo("model");
      // The file need not be here for a model that the cluster holds.
      Path file = directory.resolve("a.zip");
      assertThat(runs.replay(stream, byModel.get(B.hash()), "--set", "model.file=" + file))
          .as(runs.err())
          .isZero();
      assertThat(runs.replay(stream, byModel.get(A.hash()), "--set", "model.file=" + file))
          .isEqualTo(3);
      assertThat(runs.err())
          .contains("is not in swap.models, and model.file, " + file + ", is not there");
      // A file that holds it will do.
      Outputs.write(file, A);
      assertThat(runs.replay(stream, byModel.get(A.hash()), "--set", "model.file=" + file))
          .as(runs.err())
          .isZero();
    }
  }

  @Test
  void replay_rowsCorrectedAndGone_seesThemAsTheyWereOrSaysWhich() throws Exception {
    StreamUnderTest stream =
        streams.stream("rows", Map.of("experts", "last,seasonal,rnn", "season.steps", "2"));
    Prediction forecast;
    try (ForecastApplication application = stream.start(null)) {
      for (int i = 0; i < 5; i++) {
        stream.produce(streams.nextRound(8));
      }
      forecast =
          predictions(stream, 32).stream()
              .filter(one -> one.timeMs() == START + 4 * MINUTE)
              .findFirst()
              .orElseThrow();
      String before = text(stream, forecast);
      // Of a row in the window, and of its newest one.
      int series = Integer.parseInt(forecast.key().substring(1));
      SeriesVector wrong = vector(series, 77);
      for (int corrected : List.of(3, 4)) {
        stream.produce(
            List.of(
                new SeriesVector(
                    forecast.key(),
                    new FeatureVector(START + corrected * MINUTE, wrong.vector().values()))));
      }
      stream.produce(streams.nextRound(8));
      predictions(stream, 40);

      assertThat(text(stream, forecast)).isEqualTo(before);
    }
    int partition = forecast.receipt().orElseThrow().window().partition();

    TopicRecords.deleteAll(broker.bootstrapServers(), "rows-forecast-vectors-changelog", partition);

    // Rows of these settings are vectors and nothing else.
    assertThat(runs.replay(stream, forecast)).as(runs.err()).isZero();
    assertThat(runs.out()).contains("in rows.features-" + partition + "\n");

    TopicRecords.deleteAll(broker.bootstrapServers(), "rows.features", partition);

    assertThat(runs.replay(stream, forecast)).isEqualTo(3);
    assertThat(runs.err())
        .contains(
            "0 of the window's 3 rows, from 2026-01-05T00:02:00Z on, are in rows-forecast-vectors-changelog-")
        .contains("windowstore.changelog.additional.retention.ms");
    assertThat(runs.replay(stream, forecast, "--json")).isEqualTo(3);
    assertThat(runs.json().get("input").asText()).isEqualTo("window");
  }

  /** What the command prints, without where and when. */
  private String text(StreamUnderTest stream, Prediction forecast) throws IOException {
    assertThat(runs.replay(stream, forecast)).as(runs.out() + " " + runs.err()).isZero();
    return runs.out();
  }

  @Test
  void replay_noSuchForecast_saysWhatThereIs() throws Exception {
    StreamUnderTest stream = streams.stream("absent", Map.of());
    try (ForecastApplication application = stream.start(null)) {
      for (int i = 0; i < 4; i++) {
        stream.produce(streams.nextRound(1));
      }
      predictions(stream, 3);
    }

    assertThat(runs.replay(stream, "--key", "s0", "--at", "2026-01-05T00:00:00Z")).isEqualTo(1);
    assertThat(runs.err())
        .contains("no forecast of 's0' made at 2026-01-05T00:00:00Z is in absent.predictions-")
        .contains(
            "3 of this series are there, made from 2026-01-05T00:01:00Z to 2026-01-05T00:03:00Z, the nearest at 2026-01-05T00:01:00Z");
    assertThat(runs.replay(stream, "--key", "s9", "--at", "2026-01-05T00:01:00Z")).isEqualTo(1);
    assertThat(runs.err()).contains("none of this series is there");
    List<ConsumerRecord<byte[], byte[]>> sent = stream.read("predictions");
    assertThat(Arrays.equals(sent.get(0).key(), "s0".getBytes(UTF_8))).isTrue();

    TopicRecords.deleteAll(
        broker.bootstrapServers(), "absent.predictions", sent.get(0).partition());

    assertThat(runs.replay(stream, "--key", "s0", "--at", "2026-01-05T00:01:00Z")).isEqualTo(3);
    assertThat(runs.err()).contains("retention.bytes");
    // Settings of another application.
    assertThat(
            runs.replay(
                stream,
                "--key",
                "s0",
                "--at",
                "2026-01-05T00:01:00Z",
                "--set",
                "topics.predictions.name=nowhere"))
        .isEqualTo(1);
    assertThat(runs.err()).contains("the topic nowhere does not exist");
  }
}

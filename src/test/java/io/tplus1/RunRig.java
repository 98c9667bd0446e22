package io.tplus1;

import static org.awaitility.Awaitility.await;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.StreamUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Streams whose instances run in JVMs of their own. */
final class RunRig {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final Map<String, String> SETTINGS =
      Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1");

  private final Path directory;

  RunRig(Path directory) {
    this.directory = directory;
  }

  static void trainWithoutEnd(StreamUnderTest stream, int port) {
    stream.settings().put("http.port", Integer.toString(port));
    stream.settings().put("samples.rate", "all");
    stream.settings().put("retrain.mode", "retrain");
    stream.settings().put("retrain.first.samples", "10");
    stream.settings().put("retrain.time.limit", "1h");
    stream.settings().put("train.epochs", "100000");
    stream.settings().put("train.patience", "100000");
  }

  static void awaitTraining(MainProcess run, StreamUnderTest stream, int port) {
    awaitBothRunning(run);
    List<SeriesVector> vectors = new ArrayList<>();
    for (int hour = 0; hour < 40; hour++) {
      vectors.add(vector(hour, hour % 5, hour % 3));
    }
    stream.produce(vectors);
    await()
        .until(
            () ->
                scrape(port).contains("tplus1_retrain_events_total{event=\"training_started\"} 1"));
  }

  static String scrape(int port) throws IOException, InterruptedException {
    return get(port, "/metrics").body();
  }

  static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  StreamUnderTest stream(String bootstrapServers) {
    return new StreamUnderTest(bootstrapServers, "run", directory.resolve("state"), SETTINGS);
  }

  MainProcess start(StreamUnderTest stream) throws IOException {
    return MainProcess.start(directory, "run", "--config", write(stream).toString());
  }

  MainProcess startBoth(StreamUnderTest stream) throws IOException {
    return MainProcess.start(
        directory, "run", "--role", "all", "--config", write(stream).toString());
  }

  static void awaitRunning(MainProcess run) {
    await().until(() -> run.err().contains("REBALANCING -> RUNNING") || !run.isAlive());
  }

  static void awaitBothRunning(MainProcess run) {
    await()
        .until(
            () ->
                !run.isAlive()
                    || (run.err().contains("the forecasts: REBALANCING -> RUNNING")
                        && run.err().contains("the retraining: REBALANCING -> RUNNING")));
  }

  Path write(StreamUnderTest stream) throws IOException {
    return stream.write(Files.createTempFile(directory, "run", ".properties"));
  }

  static SeriesVector vector(int hour, float... values) {
    return new SeriesVector(
        "s", new FeatureVector(START + Duration.ofHours(hour).toMillis(), values));
  }
}

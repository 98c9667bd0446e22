package io.tplus1.instance;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A running role that retrains alone, beside a stream that is watched, and requests to it. */
final class WatchedRetraining implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Retraining tools = new Retraining();
  private final int port;
  private final Watching watching;
  private final ForecastApplication application;

  /**
   * @param stream whose topics it reads
   * @param stateDir a folder of its own
   */
  WatchedRetraining(StreamUnderTest stream, Path stateDir) throws Exception {
    this.port = Watching.freePortFrom(28_180);
    Map<String, String> settings = new TreeMap<>(stream.settings());
    settings.put("state.dir", stateDir.toString());
    settings.put("http.retrain.port", Integer.toString(port));
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.first.samples", "1000000");
    settings.put("gate.samples", "10");
    Configuration configuration = new Configuration(settings);
    ModelRegistry registry = configuration.registry(stream.schema());
    this.watching = Watching.ofRetraining(configuration);
    try {
      this.application =
          StartedApplication.of(
              configuration,
              stream.schema(),
              registry,
              Role.RETRAIN,
              ForecastListener.NONE,
              () ->
                  tools.topology(RetrainPlan.of(configuration, stream.schema(), Optional.empty())));
    } catch (RuntimeException | Error e) {
      watching.close();
      tools.close();
      throw e;
    }
    watching.start(
        application, registry, Watching.control(configuration), Optional.of(tools.counters()));
  }

  private HttpResponse<String> get(String path, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  int status(String path, String token) {
    return get(path, token).statusCode();
  }

  String scrape() {
    return get("/metrics", WatchedStream.TOKEN).body();
  }

  /** The value of one series of a scrape; -1 while it is not there. */
  double value(String series) {
    return scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  @Override
  public void close() {
    watching.closeAround(application);
    tools.close();
  }
}

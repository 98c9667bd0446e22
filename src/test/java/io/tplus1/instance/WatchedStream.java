package io.tplus1.instance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.FakeForecaster;
import io.tplus1.model.LastValue;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.ops.ModelControl;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A running instance with its HTTP server, and requests to it. */
final class WatchedStream implements AutoCloseable {
  static final String TOKEN = "a-token-of-the-tests-0123456789";
  static final long START = 1_700_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long STEP = Duration.ofHours(1).toMillis();

  private final StreamUnderTest stream;
  private final ModelRegistry registry;
  private final Watching watching;
  private final ForecastApplication application;
  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * Starts one, with commands as {@code run} sends them.
   *
   * @param more settings beside features {@code lat,long,wind}
   */
  WatchedStream(String bootstrapServers, Path stateDir, Map<String, String> more) throws Exception {
    this(bootstrapServers, stateDir, more, Optional.empty());
  }

  /** Starts one whose commands somebody else takes. */
  WatchedStream(
      String bootstrapServers, Path stateDir, Map<String, String> more, ModelControl control)
      throws Exception {
    this(bootstrapServers, stateDir, more, Optional.of(control));
  }

  private WatchedStream(
      String bootstrapServers,
      Path stateDir,
      Map<String, String> more,
      Optional<ModelControl> control)
      throws Exception {
    this.stream =
        new StreamUnderTest(
            bootstrapServers,
            "watched",
            stateDir,
            Map.of("features", "lat,long,wind", "window.steps", "4", "history.minimum", "1"));
    stream.settings().put("http.port", Integer.toString(Watching.freePortFrom(28_080)));
    stream.settings().put("forecast.horizon", "2");
    stream.settings().put("time.max.ahead", "off");
    stream.settings().putAll(more);
    Configuration configuration = stream.configuration();
    FeatureSchema schema = configuration.schema();
    this.registry = configuration.registry(schema);
    this.watching = Watching.open(configuration, schema);
    try {
      this.application =
          StartedApplication.of(configuration, schema, registry, watching.listener());
    } catch (RuntimeException | Error e) {
      watching.close();
      throw e;
    }
    watching.start(
        application, registry, control.orElse(Watching.control(configuration)), Optional.empty());
  }

  StreamUnderTest stream() {
    return stream;
  }

  String address() {
    return "http://127.0.0.1:" + stream.settings().get("http.port");
  }

  /** Lets a forecaster serve that repeats the last value under a hash of its own. */
  void serve(String hash) throws Exception {
    LastValue inner =
        new LastValue(
            stream.schema(),
            stream.configuration().windows().steps(),
            stream.configuration().windows().horizon());
    registry.serve(new FakeForecaster(hash, inner.schema(), inner.steps(), inner.horizon(), inner));
  }

  /** Names a champion that no artifact in {@code models} is of, so that it cannot serve. */
  void name(String hash) {
    ModelPointer pointer = new ModelPointer(hash, List.of(), false, 1, "for a test");
    TopicRecords.produce(
        stream.settings().get("bootstrap.servers"),
        List.of(
            new ProducerRecord<>(
                stream.topic("models"),
                ModelKeys.champion("default").getBytes(StandardCharsets.UTF_8),
                new ModelPointerSerde().serializer().serialize("", pointer))));
  }

  /** Produces vectors of some series at hours {@code from} to {@code to}, the latter excluded. */
  void produce(List<String> series, int from, int to) {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int hour = from; hour < to; hour++) {
      for (String key : series) {
        float at = hour + (key.hashCode() & 7);
        vectors.add(
            new SeriesVector(
                key,
                new FeatureVector(
                    START + hour * STEP, new float[] {20 + at / 4, -60 - at / 3, 30 + at % 5})));
      }
    }
    stream.produce(vectors);
  }

  /** Produces something that is no vector. */
  void produceJunk(String key, String value) {
    TopicRecords.produce(
        stream.settings().get("bootstrap.servers"),
        List.of(
            new ProducerRecord<>(
                stream.topic("features"),
                null,
                START,
                key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8))));
  }

  /** Tells of something that happened to the model, as the side topology does. */
  void happen(ModelEvent event) {
    TopicRecords.produce(
        stream.settings().get("bootstrap.servers"),
        List.of(
            new ProducerRecord<>(
                stream.topic("model-events"),
                "default".getBytes(StandardCharsets.UTF_8),
                new ModelEventSerde().serializer().serialize("", event))));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(
          request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address() + path));
  }

  /** The answer to a GET with the token. */
  HttpResponse<String> get(String path) {
    return send(request(path).header("Authorization", "Bearer " + TOKEN));
  }

  /** The JSON of an answer that must be 200. */
  JsonNode json(String path) {
    return json(path, get(path));
  }

  /**
   * As above, once every other instance had its part in it: one that was slow once, as on a busy
   * machine, is passed over for ten seconds.
   */
  JsonNode whole(String path) {
    return await(path)
        .until(
            () -> {
              HttpResponse<String> response = get(path);
              return response.statusCode() == 502 ? null : json(path, response);
            },
            json -> json != null && json.path("silent").isEmpty());
  }

  private static JsonNode json(String path, HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  boolean isReady() {
    return get("/health/ready").statusCode() == 200;
  }

  @Override
  public void close() {
    watching.closeAround(application);
  }
}

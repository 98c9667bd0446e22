package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What dashboards are told of two instances, of which one falls silent. */
final class PulseTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONG_AGO = 3_600_000;
  private static final long LATELY = 2 * LONG_AGO;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Meters meters = new Meters(RecordingLevel.INFO);
  private final AtomicLong nowMs = new AtomicLong(LATELY + 2 * History.STEP_MS);
  private volatile boolean otherAnswers = true;
  private volatile boolean otherIsListed = true;
  private HttpServer server;
  private Peers peers;
  private EventStreams streams;
  private Pulse pulse;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/api/overview",
        exchange -> other(exchange, "{\"instances\":[],\"now\":" + nowMs.get() + "}"));
    server.createContext("/api/history", exchange -> other(exchange, otherHistory(exchange)));
    streams =
        new EventStreams(
            1,
            key -> {
              throw new Refusal(404, "no such series");
            });
    server.createContext("/api/live", this::listen);
    server.start();
    HttpSettings settings = TestHttp.settings("127.0.0.1", Optional.of("127.0.0.1:1"));
    HostInfo other = new HostInfo("127.0.0.1", server.getAddress().getPort());
    peers = new Peers(settings, () -> otherIsListed ? List.of(other) : List.of());
    pulse = pulse(settings);
  }

  @AfterEach
  void stop() {
    streams.close();
    peers.close();
    server.stop(0);
    threads.shutdownNow();
    meters.close();
  }

  private Pulse pulse(HttpSettings settings) {
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    ForecastCounters counters = new ForecastCounters(ForecastListener.NONE);
    Happenings happenings =
        new Happenings(schema, 16, Duration.ofHours(1), meters.registry(), clock());
    History history = new History(counters, happenings);
    history.tick(LONG_AGO);
    history.tick(LATELY);
    Vitals vitals =
        new Vitals() {
          @Override
          public KafkaStreams.State state() {
            return KafkaStreams.State.RUNNING;
          }

          @Override
          public long secondsSincePoll() {
            return 0;
          }
        };
    ModelRegistry registry = new Configuration(Map.of("features", "x")).registry(schema);
    Overview overview =
        new Overview(
            settings,
            counters,
            happenings,
            new ChampionWatch(registry, clock()),
            new Health(settings, Duration.ofMinutes(5), vitals, () -> 0, Optional.empty()),
            () -> 0,
            clock());
    ModelLog log = new ModelLog("events", "m", System::nanoTime);
    return new Pulse(overview, history, peers, log, streams, clock());
  }

  private Clock clock() {
    InstantSource source = () -> Instant.ofEpochMilli(nowMs.get());
    return source.withZone(ZoneOffset.UTC);
  }

  private void other(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(otherAnswers ? 200 : 500, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** A hundred forecasts in each of two points. */
  private static String otherHistory(HttpExchange exchange) {
    long after = Long.parseLong(exchange.getRequestURI().getQuery().replaceAll("\\D", ""));
    String rest = ",100,0,0,0,0,0,0,1,1,1,1]";
    String lately = "[" + LATELY + rest;
    return "{\"points\":[" + (after < LONG_AGO ? "[" + LONG_AGO + rest + "," : "") + lately + "]}";
  }

  private void listen(HttpExchange exchange) throws IOException {
    try {
      Call call = Call.of(exchange.getRequestURI(), new byte[0]);
      streams.listen(call, exchange, () -> pulse.first());
    } catch (Refusal e) {
      throw new IOException(e);
    }
  }

  private Iterator<String> dashboard() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api/live");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
        .body()
        .iterator();
  }

  /** The next event {@code history} of a stream. */
  private static JsonNode history(Iterator<String> lines) throws Exception {
    while (!lines.next().equals("event: history")) {
      // Another one.
    }
    return JSON.readTree(lines.next().substring("data: ".length()));
  }

  /** What five seconds later is told. */
  private JsonNode later(Iterator<String> lines) throws Exception {
    nowMs.addAndGet(History.STEP_MS);
    pulse.beat();
    return history(lines);
  }

  private static void assertForecasts(JsonNode history, String expected) {
    StringBuilder found = new StringBuilder();
    history
        .get("points")
        .forEach(
            point ->
                found
                    .append(point.get(0).asLong() == LONG_AGO ? " long ago " : " lately ")
                    .append(point.get(1).asLong()));
    assertThat(found.toString().strip()).isEqualTo(expected);
  }

  @Test
  void beat_instanceThatFellSilentAndReturned_hourIsToldWholeForAWhile() throws Exception {
    Iterator<String> lines = dashboard();
    assertForecasts(history(lines), "long ago 100 lately 100");
    assertForecasts(later(lines), "lately 100");
    otherAnswers = false;

    JsonNode without = later(lines);

    assertForecasts(without, "lately 0");
    assertThat(without.get("silent")).hasSize(1);
    otherAnswers = true;
    JsonNode whole = later(lines);
    assertForecasts(whole, "long ago 100 lately 100");
    assertThat(whole.get("silent")).isEmpty();
    // Who reads slowly gets one of them.
    for (int i = 1; i < 4; i++) {
      assertForecasts(later(lines), "long ago 100 lately 100");
    }
    assertForecasts(later(lines), "lately 100");
  }

  /** One that hangs leaves its group after some seconds, and is one of the instances no longer. */
  @Test
  void beat_instanceThatWasNotListed_hourIsToldWholeOnceItIs() throws Exception {
    Iterator<String> lines = dashboard();
    assertForecasts(history(lines), "long ago 100 lately 100");
    assertForecasts(later(lines), "lately 100");
    otherIsListed = false;
    assertForecasts(later(lines), "lately 0");
    otherIsListed = true;

    assertForecasts(later(lines), "long ago 100 lately 100");
  }

  @Test
  void beat_instanceThatWasSilentWhenADashboardOpened_hourIsToldWhole() throws Exception {
    otherAnswers = false;
    Iterator<String> lines = dashboard();
    JsonNode hour = history(lines);
    assertForecasts(hour, "long ago 0 lately 0");
    assertThat(hour.get("silent")).hasSize(1);
    await().until(streams::isHeard);
    otherAnswers = true;

    assertForecasts(later(lines), "long ago 100 lately 100");
  }
}

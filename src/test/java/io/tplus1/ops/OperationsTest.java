package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.retrain.RetrainCounters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {
  /** So wide that the largest heap of a test has no room for as many series as are usual. */
  private static final String[] TARGETS =
      IntStream.range(0, 300).mapToObj(i -> "f" + i).toArray(String[]::new);

  /** Nobody answers there. */
  private static final Map<String, Object> CLIENT = Map.of("bootstrap.servers", "127.0.0.1:1");

  /** What is said at the start, on any free port. */
  private static List<String> said(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(Map.of("features", String.join(",", TARGETS)));
    settings.putAll(more);
    Configuration configuration = new Configuration(settings);
    try (LogCapture log = LogCapture.of(Operations.class)) {
      of(configuration).close();
      return log.messages();
    }
  }

  private static Operations of(Configuration configuration) {
    return of(configuration, "127.0.0.1");
  }

  private static Operations of(Configuration configuration, String host) {
    HttpSettings http =
        new HttpSettings(
            0,
            "http.port",
            host,
            Optional.empty(),
            Optional.empty(),
            1,
            1,
            configuration.http().series(),
            true,
            0);
    return Operations.ofForecasts(configuration, http, configuration.schema(), Clock.systemUTC());
  }

  private static String held(String notOf) {
    FeatureSchema schema = FeatureSchema.ofNumbers(TARGETS);
    long each = LiveEntry.bytes(schema, 1);
    return "The dashboard holds forecasts and scores of %d series%s: of %d bytes each, more do not fit into 0.1 of the heap"
        .formatted((long) (0.1 * Runtime.getRuntime().maxMemory() / each), notOf, each);
  }

  @Test
  void ofForecasts_noRoomForTheUsualSeries_namesNoSettingThatNobodySet() {
    assertThat(said(Map.of())).containsExactly(held(""));
  }

  @Test
  void ofForecasts_noRoomForTheSeriesThatAreSet_namesTheSetting() {
    assertThat(said(Map.of("http.series", "900000")))
        .containsExactly(held(", not of http.series=900000"));
  }

  @Test
  void ofForecasts_roomForAll_saysNothing() {
    assertThat(said(Map.of("http.series", "16"))).isEmpty();
  }

  /** All of 127.0.0.0/8 is the loopback, and localhost is one of it. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1, localhost", "localhost, localhost", "127.0.0.2, 127.0.0.2"})
  @EnabledOnOs(OS.LINUX)
  void address_ofTheLoopback_isOneThatAnswers(String host, String said) throws Exception {
    try (Operations operations = of(small(), host)) {
      assertThat(operations.address()).startsWith("http://" + said + ":");
      assertThat(get(operations, "health/live").statusCode()).isEqualTo(200);
    }
  }

  /** While brokers are waited for, topics made and models read, which may take minutes. */
  @Test
  void health_beforeTheStreamsAreThere_isAliveAndNotReadyWithTheReason() throws Exception {
    try (Operations operations = of(small())) {
      assertThat(get(operations, "health/live").statusCode()).isEqualTo(200);
      HttpResponse<String> ready = get(operations, "health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body())
          .startsWith("{\"status\":\"not ready\",\"state\":\"CREATED\",\"reasons\":[")
          .contains("the instance is starting: it waits for brokers");
    }
  }

  @Test
  void ready_stopsBeforeTheStreamsAreThere_saysSo() throws Exception {
    try (Operations operations = of(small())) {
      operations.stopping();

      HttpResponse<String> ready = get(operations, "health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("[\"the instance is stopping\"]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "metrics", "api/overview", "nothing"})
  void anythingElse_beforeTheStreamsAreThere_isToldToAskAgain(String path) throws Exception {
    try (Operations operations = of(small())) {
      HttpResponse<String> answer = get(operations, path);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("the instance is starting: ask again");
      assertThat(answer.headers().firstValue("Retry-After")).contains("2");
      assertThat(answer.headers().firstValue("Refresh")).contains("2"); // For who has a browser
    }
  }

  /** Streams that are made, and not started: brokers need not be there. */
  @Test
  void start_retrainRoleBesideForecasts_isToldOfWithoutCounting() throws Exception {
    Configuration configuration = small();
    try (Operations operations = of(configuration);
        KafkaStreams forecasts = streams("forecasts");
        KafkaStreams retraining = streams("retraining")) {
      Running running =
          new Running(
              Optional.of(forecasts),
              List.of(retraining),
              new ForecastCounters(ForecastListener.NONE),
              new ModelCounters(),
              configuration.registry(configuration.schema()),
              Optional.of(new RetrainCounters()));

      operations.start(running, CLIENT, command -> {});

      assertThat(get(operations, "health/ready").body())
          .contains("\"reasons\":[\"the streams are CREATED\"]")
          .contains("\"retraining\":[\"the streams are CREATED\"]");
      assertThat(get(operations, "metrics").body()).contains("\ntplus1_retrain_ready 0.0\n");
      assertThat(get(operations, "api/overview").body())
          .contains("\"the streams are CREATED\",\"the retrain role: the streams are CREATED\"");
    }
  }

  @Test
  void start_forecastsAlone_nothingIsSaidOfARetrainRole() throws Exception {
    Configuration configuration = small();
    try (Operations operations = of(configuration);
        KafkaStreams forecasts = streams("forecasts")) {
      Running running =
          new Running(
              Optional.of(forecasts),
              List.of(),
              new ForecastCounters(ForecastListener.NONE),
              new ModelCounters(),
              configuration.registry(configuration.schema()),
              Optional.empty());

      operations.start(running, CLIENT, command -> {});

      assertThat(get(operations, "health/ready").body()).doesNotContain("retraining");
      assertThat(get(operations, "metrics").body()).doesNotContain("tplus1_retrain_ready");
    }
  }

  private static KafkaStreams streams(String id) {
    Topology topology = new Topology();
    topology.addSource("records", id);
    Properties properties = new Properties();
    properties.putAll(CLIENT);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
    return new KafkaStreams(topology, properties);
  }

  private static Configuration small() {
    return new Configuration(Map.of("features", "x", "http.series", "16"));
  }

  private static HttpResponse<String> get(Operations operations, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(operations.address() + path))
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}

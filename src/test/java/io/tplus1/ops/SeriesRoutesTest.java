package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.query.SeriesQueries;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranked lists of this instance and of another one, whose answer is made up. */
class SeriesRoutesTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a", "b");
  private final LiveSeries live = new LiveSeries(SCHEMA, 32, Duration.ofHours(1));
  private HttpServer other;
  private Peers peers;
  private KafkaStreams streams;
  private SeriesRoutes routes;
  private String answer = "{\"series\":[],\"more\":false}";

  @BeforeEach
  void start() throws Exception {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
    HostInfo host = new HostInfo("127.0.0.1", other.getAddress().getPort());
    peers = new Peers(TestHttp.settings("::", Optional.of("here:80")), () -> List.of(host));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "routes");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    Topology topology = new Topology();
    topology.addSource("source", "features");
    // As before they run: ranked lists are of what is in memory.
    streams = new KafkaStreams(topology, properties);
    routes =
        new SeriesRoutes(
            SCHEMA,
            new SeriesQueries(
                streams, SCHEMA, ForecastSettings.of(new Configuration(Map.of("features", "a,b")))),
            live,
            peers);
  }

  @AfterEach
  void stop() {
    streams.close();
    peers.close();
    other.stop(0);
  }

  private JsonNode list(String query) throws Exception {
    URI uri = URI.create("/api/series?" + query);
    return new ObjectMapper().readTree(routes.list(Call.of(uri, new byte[0])).body());
  }

  private static List<String> keys(JsonNode page) {
    List<String> keys = new ArrayList<>();
    page.get("series").forEach(one -> keys.add(one.get("key").asText()));
    return keys;
  }

  /** Five scores, after which a series is judged. */
  private void score(String key, long lastMs, float error) {
    live.forecast(0, LiveSeriesTest.prediction(key, lastMs));
    for (long timeMs = lastMs - 4; timeMs <= lastMs; timeMs++) {
      live.scored(0, LiveSeriesTest.scored(key, timeMs, error));
    }
  }

  @Test
  void list_worst_theWorstOfBothFirst() throws Exception {
    score("good", 100, 0.5f);
    score("bad", 100, 3);
    score("fair", 100, 1);
    answer =
        "{\"series\":[{\"key\":\"awful\",\"lastTime\":7,\"relative\":5.0,\"scores\":9},"
            + "{\"key\":\"also bad\",\"lastTime\":7,\"relative\":2.0,\"scores\":9}],\"more\":false}";

    JsonNode all = list("order=worst");
    JsonNode three = list("order=worst&limit=3");

    assertThat(keys(all)).containsExactly("awful", "bad", "also bad", "fair", "good");
    assertThat(all.get("more").asBoolean()).isFalse();
    assertThat(keys(three)).containsExactly("awful", "bad", "also bad");
    assertThat(three.get("more").asBoolean()).isTrue();
  }

  @Test
  void list_latest_theNewestOfBothFirstAndEqualOnesByKey() throws Exception {
    score("old", 100, 1);
    score("new", 300, 1);
    score("b", 200, 1);
    answer =
        "{\"series\":[{\"key\":\"newest\",\"lastTime\":400},{\"key\":\"a\",\"lastTime\":200}],\"more\":true}";

    JsonNode all = list("order=latest");

    assertThat(keys(all)).containsExactly("newest", "new", "a", "b", "old");
    // The other one has more than it told.
    assertThat(all.get("more").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"order", "limit"})
  void list_longValueThatIsNone_isQuotedInPart(String parameter) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> list(parameter + "=%E2%80%AE" + "x".repeat(5_000)))
        .withMessageContaining("found '?xxx")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void probabilities_wordsBesideANumber_areThoseOfTheLikeliestWords() {
    FeatureSchema schema =
        FeatureSchema.of(
            List.of(
                Feature.category("state", List.of("up", "down")),
                Feature.number("load"),
                Feature.category("door", List.of("open"))));

    assertThat(SeriesJson.probabilities(new float[] {0, .25f, .75f, 40, .5f, .5f}, schema))
        .hasToString("[0.75,null,0.5]");
  }

  @Test
  void list_seriesThatMoved_theNewerKnowledgeHolds() throws Exception {
    score("came", 300, 2);
    score("left", 100, 2);
    answer =
        "{\"series\":[{\"key\":\"came\",\"lastTime\":200,\"relative\":9.0,\"scores\":9},"
            + "{\"key\":\"left\",\"lastTime\":400,\"relative\":1.5,\"scores\":9}],\"more\":false}";

    JsonNode page = list("order=worst");

    assertThat(keys(page)).containsExactly("came", "left");
    assertThat(page.get("series").get(0).get("lastTime").asLong()).isEqualTo(300);
    assertThat(page.get("series").get(0).get("relative").asDouble()).isCloseTo(2, within(1e-6));
    assertThat(page.get("series").get(1).get("lastTime").asLong()).isEqualTo(400);
    assertThat(page.get("series").get(1).get("relative").asDouble()).isEqualTo(1.5);
  }
}

package io.tplus1.instance;

import static io.tplus1.instance.WatchedApplication.AHEAD;
import static io.tplus1.instance.WatchedApplication.KEYS;
import static io.tplus1.instance.WatchedApplication.SERIES;
import static io.tplus1.instance.WatchedApplication.ahead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two instances of one application: queries and health, and what the repository says of them. */
final class OperationsIT {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final WatchedApplication APPLICATION = new WatchedApplication();
  @TempDir static Path directory;
  private static WatchedStream first;
  private static WatchedStream second;

  @BeforeAll
  static void start() throws Exception {
    APPLICATION.start(directory);
    first = APPLICATION.first();
    second = APPLICATION.second();
  }

  @AfterAll
  static void stop() {
    APPLICATION.close();
  }

  /** What kept one waiting in the test before is none of this one's. */
  @BeforeEach
  void awaitBoth() {
    first.whole("/api/series?limit=1");
    second.whole("/api/series?limit=1");
  }

  private static List<String> keys(JsonNode page) {
    List<String> keys = new ArrayList<>();
    page.get("series").forEach(one -> keys.add(one.get("key").asText()));
    return keys;
  }

  @Test
  void series_bothInstances_shareThem() {
    int one = first.json("/api/series?scope=local&limit=200").get("series").size();
    int other = second.json("/api/series?scope=local&limit=200").get("series").size();

    assertThat(one).isPositive();
    assertThat(other).isPositive();
    assertThat(one + other).isEqualTo(SERIES);
  }

  @Test
  void series_pages_holdEveryKeyOnceInOrder() {
    List<String> all = new ArrayList<>();
    JsonNode page = first.whole("/api/series?prefix=key&limit=7");
    while (true) {
      all.addAll(keys(page));
      if (!page.get("more").asBoolean()) {
        break;
      }
      page =
          second.whole("/api/series?prefix=key&limit=7&after=" + encode(all.get(all.size() - 1)));
    }
    assertThat(all).isEqualTo(KEYS);
  }

  @Test
  void series_prefix_onlyThose() {
    assertThat(keys(first.whole("/api/series?prefix=" + encode("key/1"))))
        .isEqualTo(KEYS.subList(10, 20));
    assertThat(keys(first.whole("/api/series?prefix=nothing"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"worst", "latest"})
  void series_ranked_ofBothInstances(String order) {
    JsonNode page = first.whole("/api/series?order=" + order + "&limit=200");

    // All are forecast equally well: then the key decides.
    List<String> expected = new ArrayList<>();
    if (order.equals("worst")) {
      expected.addAll(KEYS);
    } else {
      for (int hours = AHEAD - 1; hours >= 0; hours--) {
        expected.addAll(ahead(hours));
      }
    }
    assertThat(keys(page)).isEqualTo(expected);
    assertThat(page.get("more").asBoolean()).isFalse();
    JsonNode some = first.whole("/api/series?order=" + order + "&limit=5");
    assertThat(keys(some)).isEqualTo(expected.subList(0, 5));
    assertThat(some.get("more").asBoolean()).isTrue();
    // One instance alone says so too.
    assertThat(
            first
                .json("/api/series?scope=local&order=" + order + "&limit=1")
                .get("more")
                .asBoolean())
        .isTrue();
  }

  @Test
  void oneSeries_ofEitherInstance_theSameFromBoth() {
    for (String key : KEYS.subList(0, 12)) {
      JsonNode one = first.whole("/api/series/" + encode(key) + "?vectors=5");

      assertThat(second.whole("/api/series/" + encode(key) + "?vectors=5")).isEqualTo(one);
      assertThat(one.get("key").asText()).isEqualTo(key);
      assertThat(one.get("vectors")).hasSize(5);
      assertThat(one.get("vectors").get(4).get(0).asLong()).isEqualTo(one.get("lastTime").asLong());
      assertThat(one.get("forecast").get("status").asText()).isEqualTo("OK");
      assertThat(one.get("forecast").get("horizons")).hasSize(2);
      assertThat(one.get("scores")).hasSize(9);
      // The last value is forecast, so its error is that of persistence.
      assertThat(one.get("relative").asDouble()).isEqualTo(1.0);
    }
    assertThat(first.get("/api/series/absent").statusCode()).isEqualTo(404);
  }

  @Test
  void overview_modelThatServes_someOfItsIntervalsHeldWhatCame() {
    JsonNode sums = first.whole("/api/overview").get("models").iterator().next();

    assertThat(sums.get("covered").asLong())
        .isPositive()
        .isLessThan(sums.get("intervals").asLong());
  }

  @ParameterizedTest
  @CsvSource({
    "/api/series, SeriesPage",
    "/api/series?order=worst, SeriesPage",
    "/api/series/key%2F03%20%C3%BC, Series",
    "/api/models, Models",
    "/api/events, Events",
    "/api/overview, Overview",
    "/api/history, History",
    "/health/live, Health",
    "/health/ready, Health"
  })
  void answers_everyPath_areAsTheOpenApiFileSays(String path, String schema) throws Exception {
    ObjectNode openApi = (ObjectNode) YAML.readTree(first.get("/openapi.yaml").body());
    ObjectNode root = openApi.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("$ref", "#/components/schemas/" + schema);
    root.set("components", openApi.get("components"));

    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString(), InputFormat.JSON)
                .validate(first.whole(path).toString(), InputFormat.JSON))
        .isEmpty();
    assertThat(first.whole(path)).isNotEmpty();
  }

  @Test
  void metrics_ofBothInstances_countAllSeriesOnceAndWhoListens() throws Exception {
    for (String name : List.of("tplus1_series", "tplus1_series_live")) {
      await().until(() -> gauge(first, name) + gauge(second, name) == SERIES);
      assertThat(gauge(first, name)).as(name).isBetween(1., SERIES - 1.);
    }
    assertThat(first.whole("/api/overview").get("series").asLong()).isEqualTo(SERIES);
    assertThat(gauge(first, "tplus1_live_streams")).isZero();
    HttpRequest.Builder live =
        first.request("/api/live").header("Authorization", "Bearer " + WatchedStream.TOKEN);

    HttpResponse<Stream<String>> dashboard =
        HttpClient.newHttpClient().send(live.build(), HttpResponse.BodyHandlers.ofLines());

    try (Stream<String> lines = dashboard.body()) {
      await().until(() -> gauge(first, "tplus1_live_streams") == 1);
      assertThat(gauge(second, "tplus1_live_streams")).isZero();
    }
  }

  private static double gauge(WatchedStream instance, String name) {
    return instance
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  @Test
  void openApi_paths_areThoseThatAnswer() throws Exception {
    JsonNode openApi = YAML.readTree(first.get("/openapi.yaml").body());
    List<String> paths = new ArrayList<>();
    openApi.get("paths").fieldNames().forEachRemaining(paths::add);

    for (String path : paths) {
      if (path.equals("/api/live")) {
        continue; // Never ends.
      }
      boolean post = openApi.get("paths").get(path).has("post");
      HttpRequest.Builder request =
          first
              .request(path.replace("{key}", encode(KEYS.get(0))))
              .header("Authorization", "Bearer " + WatchedStream.TOKEN);
      if (post) {
        request.POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"RETRAIN\"}"));
      }
      assertThat(first.send(request).statusCode()).as(path).isIn(200, 202);
    }
  }

  @Test
  void openApi_withoutToken_whatItSaysIsOpenAnswersAndNothingElse() throws Exception {
    int refused = 0;
    for (Map.Entry<String, JsonNode> path :
        YAML.readTree(first.get("/openapi.yaml").body()).get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        boolean open = operation.getValue().path("security").toString().equals("[{}]");
        boolean post = operation.getKey().equals("post");
        HttpRequest.Builder request =
            first.request(path.getKey().replace("{key}", encode(KEYS.get(0))));
        if (post) {
          request.POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"RETRAIN\"}"));
        }
        HttpResponse<String> answer = first.send(request);
        assertThat(answer.statusCode()).as(path.getKey()).isEqualTo(open ? 200 : 401);
        if (!open) {
          refused++;
          assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
      }
    }
    assertThat(refused).isEqualTo(9);
  }

  @Test
  void pages_withoutToken_openAndWithoutForeignScripts() {
    for (String path : List.of("/", "/app.js", "/health/live", "/health/ready", "/openapi.yaml")) {
      HttpResponse<String> answer = first.send(first.request(path));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'")
          .doesNotContain("unsafe");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/series?limit=0, 400",
    "/api/series?limit=x, 400",
    "/api/series?order=size, 400",
    "/api/commands, 405",
    "/nothing, 404",
    "/../etc/passwd, 404",
    "/api/series/key, 404"
  })
  void request_wrong_statusAndSentence(String path, int status) throws Exception {
    HttpResponse<String> answer = first.get(path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new ObjectMapper().readTree(answer.body()).get("error").asText()).isNotEmpty();
  }

  @Test
  void command_noBodyOrTooLong_refused() {
    assertThat(post(first, "{}").statusCode()).isEqualTo(400);
    assertThat(post(first, "{\"kind\":\"PROMOTE\"}").statusCode()).isEqualTo(400);
    assertThat(post(first, " ".repeat(5_000)).statusCode()).isEqualTo(413);
  }

  private static HttpResponse<String> post(WatchedStream instance, String body) {
    return instance.send(
        instance
            .request("/api/commands")
            .header("Authorization", "Bearer " + WatchedStream.TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String encode(String key) {
    return java.net.URLEncoder.encode(key, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20");
  }
}

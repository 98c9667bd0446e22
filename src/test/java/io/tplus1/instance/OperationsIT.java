package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.serde.ModelEvent;
import io.tplus1.train.Gate;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances of one application: queries, health and metrics, and what the repository says of
 * them.
 */
final class OperationsIT {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String HASH = "c".repeat(64);
  private static final int SERIES = 40;

  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private static WatchedStream first;
  private static WatchedStream second;
  private static WatchedRetraining retraining;

  /** One of them is nearly as long as a key may be, and three times that in an address. */
  private static final List<String> KEYS =
      IntStream.range(0, SERIES)
          .mapToObj(i -> "key/%02d %s".formatted(i, i == 5 ? "字".repeat(1_300) : "ü"))
          .toList();

  /** How many groups of series there are; each is an hour ahead of the one before. */
  private static final int AHEAD = 4;

  private static List<String> ahead(int hours) {
    return IntStream.range(0, SERIES).filter(i -> i % AHEAD == hours).mapToObj(KEYS::get).toList();
  }

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    Map<String, String> token =
        Map.of("http.token", WatchedStream.TOKEN, "samples.rate", "all", "retrain.mode", "refresh");
    first =
        new WatchedStream(broker.bootstrapServers(), directory.resolve("1"), token, command -> {});
    second = new WatchedStream(broker.bootstrapServers(), directory.resolve("2"), token, null);
    retraining = new WatchedRetraining(first.stream(), directory.resolve("3"));
    first.serve(HASH);
    second.serve(HASH);
    await()
        .until(
            () ->
                first.isReady()
                    && second.isReady()
                    && first.json("/api/overview").get("instances").size() == 2);
    for (int hours = 0; hours < AHEAD; hours++) {
      first.produce(ahead(hours), hours, hours + 10);
    }
    first.produceJunk("junk", "{\"lat\": \"<b>north</b>\"}");
    first.happen(
        new ModelEvent(
            ModelEvent.Kind.PROMOTED,
            WatchedStream.START,
            Optional.of(HASH),
            Optional.of(HASH),
            Optional.empty(),
            "first",
            Map.of("champion", 0.5, Gate.SAMPLES, 64.0)));
    await()
        .until(
            () ->
                first.json("/api/overview").get("forecasts").get("OK").asInt() >= 7 * SERIES
                    && !first.json("/api/overview").get("deadLetters").isEmpty()
                    && second.json("/api/events").get("total").asInt() == 1);
  }

  @AfterAll
  static void stop() {
    // The last one first; what did not start is null and passed over.
    try (EmbeddedBroker last = broker;
        WatchedStream one = first;
        WatchedStream other = second;
        WatchedRetraining learning = retraining) {}
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
    JsonNode page = first.json("/api/series?prefix=key&limit=7");
    while (true) {
      all.addAll(keys(page));
      if (!page.get("more").asBoolean()) {
        break;
      }
      page = second.json("/api/series?prefix=key&limit=7&after=" + encode(all.get(all.size() - 1)));
    }
    assertThat(all).isEqualTo(KEYS);
  }

  @Test
  void series_prefix_onlyThose() {
    assertThat(keys(first.json("/api/series?prefix=" + encode("key/1"))))
        .isEqualTo(KEYS.subList(10, 20));
    assertThat(keys(first.json("/api/series?prefix=nothing"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"worst", "latest"})
  void series_ranked_ofBothInstances(String order) {
    JsonNode page = first.json("/api/series?order=" + order + "&limit=200");

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
    JsonNode some = first.json("/api/series?order=" + order + "&limit=5");
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
      JsonNode one = first.json("/api/series/" + encode(key) + "?vectors=5");

      assertThat(second.json("/api/series/" + encode(key) + "?vectors=5")).isEqualTo(one);
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
                .validate(first.json(path).toString(), InputFormat.JSON))
        .isEmpty();
    assertThat(first.json(path)).isNotEmpty();
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
  void command_noBodyOrNobodyToActOrTooLong_refused() {
    assertThat(post(first, "{}").statusCode()).isEqualTo(400);
    assertThat(post(first, "{\"kind\":\"PROMOTE\"}").statusCode()).isEqualTo(400);
    assertThat(post(first, " ".repeat(5_000)).statusCode()).isEqualTo(413);
    assertThat(post(second, "{\"kind\":\"PIN\"}").statusCode()).isEqualTo(409);
  }

  private static HttpResponse<String> post(WatchedStream instance, String body) {
    return instance.send(
        instance
            .request("/api/commands")
            .header("Authorization", "Bearer " + WatchedStream.TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** All metrics of both roles. */
  private static Scrape scrape() {
    return Scrape.of(first.get("/metrics").body() + retraining.scrape());
  }

  @Test
  void metrics_ours_areThoseOfTheirPage() throws Exception {
    Set<String> scraped = new TreeSet<>();
    for (String name : scrape().metrics()) {
      // A timer has its maximum beside its histogram.
      if (name.startsWith("tplus1_") && !name.endsWith("_max")) {
        scraped.add(name);
      }
    }
    String section = Files.readString(ROOT.resolve("src/site/metrics.md"));
    Set<String> told = new TreeSet<>();
    Matcher rows = Pattern.compile("(?m)^\\| `(tplus1_[a-z0-9_]+)").matcher(section);
    while (rows.find()) {
      told.add(rows.group(1));
    }
    assertThat(told).isEqualTo(scraped);
  }

  @Test
  void expressions_ofBoardsAndRules_findWhatIsScraped() throws Exception {
    Scrape scrape = scrape();
    Path config = ROOT.resolve("config");
    List<Path> files = new ArrayList<>(List.of(config.resolve("prometheus/alerts.yml")));
    try (Stream<Path> boards = Files.list(config.resolve("grafana/dashboards"))) {
      boards.forEach(files::add);
    }
    assertThat(files).hasSize(4);
    for (Path file : files) {
      List<String> expressions = YAML.readTree(file.toFile()).findValuesAsText("expr");
      assertThat(expressions).as(file.toString()).isNotEmpty();
      for (String expression : expressions) {
        assertThat(PromQl.of(expression).missing(scrape))
            .as("%s: %s", file.getFileName(), expression)
            .isEmpty();
      }
    }
  }

  /** Rules are tried with rows that are written by hand: they are to be such as are scraped. */
  @ParameterizedTest
  @ValueSource(strings = {"alerts-test.yml", "alerts-daily-test.yml"})
  void rows_ofTestsOfRules_haveTheLabelsThatAreScraped(String name) throws Exception {
    Scrape scrape = scrape();
    List<String> rows =
        YAML.readTree(ROOT.resolve("config/prometheus").resolve(name).toFile())
            .findValuesAsText("series");

    assertThat(rows).isNotEmpty();
    for (String row : rows) {
      assertThat(PromQl.of(row).missing(scrape)).as(row).isEmpty();
    }
  }

  @Test
  void metrics_labels_neverHoldASeries() {
    assertThat(first.get("/metrics").body())
        .contains("tplus1_forecasts_total")
        .doesNotContain("key/");
  }

  @Test
  void metrics_model_oneOfScoresAndErrors() {
    String scrape = first.get("/metrics").body();

    assertThat(scrape)
        .contains("tplus1_champion_info{kernel=\"test\",model=\"cccccccccccc\"} 1")
        .contains("tplus1_gate_figure{figure=\"champion\"} 0.5")
        .contains("tplus1_ready 1.0")
        .contains("tplus1_model_events_total{kind=\"promoted\"} 1.0")
        .containsPattern("tplus1_scores_total\\{model=\"cccccccccccc\"} [1-9]")
        .containsPattern("tplus1_squared_error_total\\{feature=\"lat\",model=\"cccccccccccc\"}");
  }

  @Test
  void retrainRole_scrapeAndHealth_ofItsOwn() {
    await()
        .untilAsserted(
            () ->
                assertThat(retraining.value("tplus1_retrain_buffer_samples"))
                    .isGreaterThanOrEqualTo(SERIES));

    assertThat(retraining.value("tplus1_retrain_events_total{event=\"sample_kept\"}"))
        .isGreaterThanOrEqualTo(SERIES);
    assertThat(retraining.value("tplus1_retrain_buffer_limit_samples"))
        .isGreaterThan(retraining.value("tplus1_retrain_buffer_samples"));
    assertThat(retraining.value("tplus1_retrain_buffer_size_bytes")).isPositive();
    assertThat(retraining.value("tplus1_ready")).isEqualTo(1);
    await()
        .until(() -> retraining.scrape().contains("tplus1_gate_figure{figure=\"champion\"} 0.5"));
    assertThat(retraining.status("/health/live", "")).isEqualTo(200);
    assertThat(retraining.status("/health/ready", "")).isEqualTo(200);
    assertThat(retraining.status("/metrics", "")).isEqualTo(401);
    assertThat(retraining.status("/", WatchedStream.TOKEN)).isEqualTo(404);
    assertThat(retraining.status("/openapi.yaml", "")).as("what the 404 names").isEqualTo(200);
    System.out.printf(
        "Scrape: %,d bytes of an instance that forecasts, %,d of one that retrains%n",
        first.get("/metrics").body().length(), retraining.scrape().length());
  }

  private static String encode(String key) {
    return java.net.URLEncoder.encode(key, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20");
  }
}

package io.tplus1.instance;

import static io.tplus1.instance.WatchedApplication.SERIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is scraped of either role, and what pages, boards and rules say of it. */
final class MetricsIT {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final WatchedApplication APPLICATION = new WatchedApplication();
  @TempDir static Path directory;
  private static WatchedStream first;
  private static WatchedRetraining retraining;

  @BeforeAll
  static void start() throws Exception {
    APPLICATION.start(directory);
    first = APPLICATION.first();
    retraining = APPLICATION.retraining();
  }

  @AfterAll
  static void stop() {
    APPLICATION.close();
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
        .contains("tplus1_network_wished 1.0")
        .contains("tplus1_model_events_total{kind=\"promoted\"} 1.0")
        .containsPattern("\ntplus1_all_scores_total [1-9]")
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
}

package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures and charts of the whole stream, as a person on call reads them. In one browser. */
final class PageFiguresIT {
  /** A minute of points. */
  private static final int MINUTE = 12;

  @TempDir static Path directory;
  private static OpenPage page;
  private static PageServer server;
  private static Browser browser;

  @BeforeAll
  static void open() throws Exception {
    page = new OpenPage(directory);
    server = page.server();
    browser = page.browser();
  }

  @AfterAll
  static void close() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  @BeforeEach
  void reopen() {
    page.reopen();
  }

  /**
   * Two minutes from a time on, of 10 forecasts each five seconds: the errors of the first are
   * those of persistence, of the second .6 of them, by turns more and less.
   */
  private static Map<String, Object> twoMinutes(long fromMs, int intervals) {
    List<List<Object>> points = new ArrayList<>();
    for (int i = 0; i < 2 * MINUTE; i++) {
      int error = i < MINUTE ? 100 : i % 2 == 0 ? 22 : 50;
      long timeMs = fromMs + i * PageServer.STEP_MS;
      int covered = intervals * 9 / 10;
      points.add(List.of(timeMs, 10, 0, 100, error, 100, covered, intervals, 1.5, 4.25, 1, 2));
    }
    return PageServer.history(points);
  }

  private static String label(String chart) {
    return browser
        .script("return document.querySelector('#%s').getAttribute('aria-label')".formatted(chart))
        .asText();
  }

  @Test
  void hour_told_eachChartSaysItsNewestMinuteAndDrawsIt() {
    server.tell("history", twoMinutes(0, 100));

    soon().until(() -> label("hour-error").equals("Error relative to persistence, newest 0.6"));
    assertThat(label("hour-coverage")).isEqualTo("Part inside the interval, newest 90 %");
    assertThat(label("hour-rate")).isEqualTo("Forecasts a second, newest 2");
    assertThat(label("hour-time"))
        .isEqualTo("Milliseconds per forecast, newest median 1.5, 99th percentile 4.25");
    for (String chart : List.of("hour-error", "hour-coverage", "hour-rate", "hour-time")) {
      soon().until(() -> page.draws(chart, "--accent"));
    }
    assertThat(page.draws("hour-time", "--forecast")).as("the 99th percentile").isTrue();
    assertThat(page.draws("hour-rate", "--forecast")).isFalse();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void hour_pointsOfBeforeTheHour_areDrawnNoLonger() {
    browser.script(
        """
        window.drawn = [];
        const fill = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          if (/^\\d\\d:/.test(text)) {
            window.drawn.push(text);
          }
          fill.call(this, text, x, y);
        };
        """);
    server.tell("history", twoMinutes(0, 100));
    soon().until(() -> page.texts("return window.drawn").contains("00:01:00"));
    browser.script("window.drawn = []");

    server.tell("history", twoMinutes(Duration.ofHours(2).toMillis(), 100));

    soon().until(() -> page.texts("return window.drawn").contains("02:01:00"));
    assertThat(page.texts("return window.drawn")).allMatch(text -> text.startsWith("02:"));
  }

  @Test
  void tiles_history_areOfTheLastMinutes() {
    server.tell("history", twoMinutes(0, 100));

    soon().until(() -> browser.text("#tile-coverage").equals("90 %"));
    assertThat(browser.text("#tile-coverage-more")).isEqualTo("of actuals");
    // Of both minutes: (1 + .36) / 2 of persistence's squares.
    assertThat(browser.text("#tile-error")).isEqualTo("× 0.82");
    assertThat(browser.text("#tile-error-more")).isEqualTo("2,400 scored in 2 min");
    assertThat(page.texts("return [document.querySelector('#tile-error').className]"))
        .containsExactly("figure good");
    assertThat(browser.text("#tile-rate")).isEqualTo("2");
    assertThat(browser.text("#tile-time")).isEqualTo("1.5 ms");
    assertThat(browser.text("#tile-time-more")).isEqualTo("99 % below 4.3 ms");
  }

  @Test
  void tileOfCoverage_noIntervals_saysSo() {
    server.tell("history", twoMinutes(0, 0));

    soon()
        .until(() -> browser.text("#tile-coverage-more").equals("no intervals in these forecasts"));
    assertThat(browser.text("#tile-coverage")).isEqualTo("–");
  }

  /** Of more than http.series, those in memory are always as many. */
  @Test
  void tileOfWhatIsNotYetRead_moreSeriesThanAreHeld_saysHowManyAreKept() {
    server.tell("overview", PageServer.overview("series", 100_000, "seriesHeld", 10_000));

    soon().until(() -> browser.text("#tile-lag-more").equals("100,000 series"));
  }

  @Test
  void deadLetters_told_tileHasTheirSumAndTheTableEachReason() {
    server.tell("overview", PageServer.overview());
    soon().until(() -> browser.text("#tile-dead").equals("0"));
    assertThat(browser.text("#tile-dead-more")).isEqualTo("since the start");
    String tone = "return [document.querySelector('#tile-dead').className]";
    assertThat(page.texts(tone)).containsExactly("figure ");

    Map<String, Object> many =
        Map.of("count", 1_200, "detail", "lat: found text", "origin", "storms-0 @ 7");
    server.tell(
        "overview",
        PageServer.overview(
            "deadLetters", Map.of("EXTRA_FIELD", Map.of("count", 4), "WRONG_TYPE", many)));

    soon().until(() -> browser.text("#tile-dead").equals("1,204"));
    assertThat(browser.text("#tile-dead-more")).isEqualTo("most: wrong type");
    assertThat(page.texts(tone)).containsExactly("figure warn");
    assertThat(
            page.texts(
                "return [...document.querySelectorAll('#dead-table td')].map(td => td.innerText)"))
        .containsExactly(
            "WRONG_TYPE", "1,200", "lat: found text\nstorms-0 @ 7", "EXTRA_FIELD", "4", "");
    assertThat(browser.text("main")).doesNotContain("could be read");
  }

  @Test
  void statuses_told_eachThatCameWithItsCountAndTone() {
    String statuses =
        "return [...document.querySelectorAll('#statuses li')].map(li => li.className + '|' +"
            + " li.innerText)";
    server.tell("overview", PageServer.overview("forecasts", Map.of("OK", 0)));
    soon().until(() -> page.texts(statuses).equals(List.of("pill |no forecast yet")));

    server.tell(
        "overview",
        PageServer.overview(
            "forecasts", Map.of("OK", 12_000, "MODEL_FAILED", 3, "NO_MODEL", 7, "GAP", 0)));

    soon().until(() -> page.texts(statuses).size() == 3);
    assertThat(page.texts(statuses))
        .containsExactlyInAnyOrder(
            "pill good|OK 12,000", "pill bad|MODEL_FAILED 3", "pill |NO_MODEL 7");
  }

  @ParameterizedTest
  @CsvSource({"96, good, Forecasts are good", "100, warn, no better", "110, bad, worse"})
  void verdict_errorOfPersistence_moodAndWordsGoByIt(int percent, String mood, String words) {
    server.tell("overview", PageServer.overview());
    int error = percent * percent;
    server.tell(
        "history",
        PageServer.history(List.of(List.of(0L, 10, 0, 100, error, 10_000, 9, 10, 1, 2, 1, 2))));

    soon().until(() -> browser.text("#verdict-text").contains(words));
    assertThat(page.texts("return [document.querySelector('#verdict').dataset.mood]"))
        .containsExactly(mood);
    assertThat(page.texts("return [document.querySelector('#tile-error').className]"))
        .containsExactly("figure " + mood);
  }

  /** As after a swap, while forecasts of both models are answered: a hash may just be copied. */
  @Test
  void models_otherOneScoredLast_rowsStayInTheirPlaces() {
    server.tell("overview", models("old", 1, "new", 1));
    soon().until(() -> listedModels().equals(List.of("new", "old")));
    browser.script("window.kept = [...document.querySelectorAll('#models-table tbody tr')]");

    server.tell("overview", models("new", 2, "old", 77));
    soon().until(() -> browser.text("#models-table").contains("77"));

    assertThat(
            browser
                .script(
                    "return [...document.querySelectorAll('#models-table tbody tr')].every((row, i)"
                        + " => row === window.kept[i])")
                .asBoolean())
        .isTrue();
    server.tell("overview", models("older", 1, "old", 77, "newest", 1, "new", 3));
    soon().until(() -> listedModels().equals(List.of("newest", "new", "old", "older")));
    server.tell("overview", models("older", 1, "new", 3, "newest", 1));
    soon().until(() -> listedModels().equals(List.of("newest", "new", "older")));
  }

  private static List<String> listedModels() {
    return page.texts(
        "return [...document.querySelectorAll('#models-table code')].map(code =>"
            + " code.textContent)");
  }

  /**
   * What an instance says whose models were scored last in an order.
   *
   * @param counts names and counts, the one that was scored last at the end
   */
  private static Map<String, Object> models(Object... counts) {
    Map<String, Object> models = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i += 2) {
      models.put(
          (String) counts[i],
          Map.of(
              "count", counts[i + 1], "error", 1, "persistence", 2, "covered", 0, "intervals", 0));
    }
    return PageServer.overview("models", models);
  }
}

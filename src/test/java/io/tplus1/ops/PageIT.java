package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard's page in a real, headless browser, told what an instance seldom tells. */
final class PageIT {
  @TempDir static Path directory;
  private final PageServer server = new PageServer();
  private Browser browser;

  @BeforeEach
  void open() throws Exception {
    browser = Browser.start(directory, 1_440, 1_800);
    server.listed(List.of("a", "b"));
    browser.open(server.address());
    soon().until(() -> browser.text("#live-text").equals("Live"));
    soon().until(() -> server.isFollowed("a"));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    browser.close();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100));
  }

  private String title() {
    return browser.script("return document.title").asText();
  }

  private void tellGood() {
    server.tell("overview", PageServer.overview());
    server.tell("history", PageServer.history(1, 1, 1, 1));
    soon().until(() -> title().startsWith("✓"));
  }

  @Test
  void event_lineSeparatorInside_isReadWhole() {
    server.tell(
        "overview",
        PageServer.overview(
            "deadLetters", Map.of("EXTRA_FIELD", Map.of("count", 1, "detail", "a\u2028b"))));

    soon().until(() -> browser.text("[data-reason=EXTRA_FIELD]").contains("b"));
    assertThat(browser.text("#live-text")).isEqualTo("Live");
  }

  @Test
  void event_thatCannotBeShown_complainsAndShowsTheNext() {
    int before = server.streams();

    server.tell("overview", Map.of());
    server.tell("overview", PageServer.overview("lag", 4_321));

    soon().until(() -> browser.text("#tile-lag").equals("4,321"));
    assertThat(server.streams()).isEqualTo(before);
    assertThat(browser.complaints()).anyMatch(line -> line.contains("could not be shown"));
  }

  @Test
  void stream_silentForLong_isGivenUpAndTheVerdictSaysSo() {
    tellGood();
    int before = server.streams();
    server.hang();

    soon().until(() -> browser.text("#verdict-text").startsWith("No connection since "));
    assertThat(title()).startsWith("✕ No connection");
    assertThat(server.streams()).isGreaterThan(before);

    server.answer();
    soon().until(() -> server.isFollowed("a"));
    server.tell("overview", PageServer.overview());
    soon().until(() -> title().startsWith("✓"));
  }

  @Test
  void stream_refused_verdictSaysWhy() {
    tellGood();

    server.refuse();

    soon().until(() -> browser.text("#verdict-text").equals("This page is not served"));
    assertThat(browser.text("#verdict-why")).contains("as many dashboards listen as allowed");
  }

  @Test
  void stream_serverThatClosed_verdictSaysSo() {
    tellGood();

    server.close();

    soon().until(() -> title().startsWith("✕ No connection since "));
  }

  @Test
  void verdict_instanceThatDoesNotAnswer_isNotReady() {
    tellGood();

    server.tell("overview", PageServer.overview("silent", List.of("two:8080")));

    soon().until(() -> title().startsWith("✕"));
    assertThat(browser.text("#verdict-text")).isEqualTo("1 of 2 instances are not ready");
    assertThat(browser.text("#verdict-why")).isEqualTo("two:8080 does not answer");
  }

  @Test
  void instances_notReady_reasonsAreText() {
    server.tell(
        "overview",
        PageServer.overview(
            "instances",
            List.of(
                Map.of("address", "one:1", "ready", true, "reasons", List.of("its clock is off")),
                Map.of("address", "two:2", "ready", false, "reasons", List.of("it rebalances")))));

    soon().until(() -> browser.text("#instances").contains("two:2 not ready: it rebalances"));
    assertThat(browser.text("#instances")).contains("one:1 ready: its clock is off");
  }

  @Test
  void parts_toldTheSameAgain_keepTheirElements() {
    String hash = "c".repeat(64);
    Map<String, Object> sums =
        Map.of("count", 1, "error", 1, "persistence", 2, "covered", 0, "intervals", 0);
    Map<String, Object> dead = Map.of("EXTRA_FIELD", Map.of("count", 1, "origin", "t-0 @ 7"));
    server.tell("overview", PageServer.overview("deadLetters", dead, "models", Map.of(hash, sums)));
    soon().until(() -> browser.text("#models-table").contains(hash));
    browser.script(
        "window.kept = [...document.querySelectorAll('#dead-table td, #models-table code, #instances li')]");
    assertThat(browser.script("return window.kept.length").asInt()).isEqualTo(5);

    Map<String, Object> more = new HashMap<>(sums);
    more.put("count", 77);
    server.tell("overview", PageServer.overview("deadLetters", dead, "models", Map.of(hash, more)));

    soon().until(() -> browser.text("#models-table").contains("77"));
    assertThat(browser.script("return window.kept.every(one => one.isConnected)").asBoolean())
        .isTrue();
  }

  @Test
  void track_placesThatAreNotOnEarth_wordsInsteadOfAMap() {
    server.tell("series", PageServer.series("a", List.of(row(1, 20., 10.), row(2, 20., 1e30))));

    soon().until(() -> browser.text("#track-note").contains("longitude 1e30"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void track_placeUnknown_isLeftOut() {
    server.tell("series", PageServer.series("a", List.of(row(1, 20., 10.), row(2, null, 11.))));

    soon()
        .until(
            () ->
                browser
                    .script(
                        "return document.querySelector('#track-canvas').getAttribute('aria-label')")
                    .asText()
                    .startsWith("Track of a: 1 positions"));
  }

  @Test
  void pick_anotherSeries_nothingOfTheOneBeforeStands() {
    server.tell("series", PageServer.series("a", List.of(row(1, 20., 10.), row(2, 21., 11.))));
    soon()
        .until(
            () ->
                browser.script("return document.querySelectorAll('#charts canvas').length").asInt()
                    == 2);
    browser.script("document.querySelector('#shown-table').open = true");
    soon().until(() -> browser.text("#shown-table").contains("1970"));

    browser.script("document.querySelector('[data-key=b]').click()");

    soon().until(() -> server.isFollowed("b"));
    assertThat(browser.text("#shown-heading")).isEqualTo("b");
    assertThat(browser.text("#charts")).isEmpty();
    assertThat(browser.script("return document.querySelector('#track').hidden").asBoolean())
        .isTrue();
    assertThat(browser.text("#shown-table")).doesNotContain("1970");

    server.tell("refused", Map.of("error", "the instance two:1 did not answer"));
    soon().until(() -> browser.text("#shown-note").equals("the instance two:1 did not answer"));
  }

  @Test
  void axis_tinyAndHugeValues_labelsAreWhole() {
    browser.script(
        """
        window.drawn = [];
        window.cut = [];
        const fill = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          if (this.textAlign === 'right') {
            window.drawn.push(text);
            if (x < this.measureText(text).width) {
              window.cut.push(text);
            }
          }
          fill.call(this, text, x, y);
        };
        """);
    tellOfAxis(row(1, 1e-5, -12_345_678.), row(2, 3e-5, -12_345_600.));
    soon().until(() -> drawn().contains("2e-5"));
    assertThat(drawn()).contains("-12,345,600");

    browser.script("window.drawn = []");
    tellOfAxis(row(1, 1e9, 0.), row(2, 1.0001e9, 4_000.));
    soon().until(() -> drawn().contains("1.0001e9"));
    assertThat(drawn()).contains("1,000");

    assertThat(browser.script("return window.cut")).isEmpty();
  }

  private void tellOfAxis(List<?>... rows) {
    Map<String, Object> series = new HashMap<>(PageServer.series("a", List.of()));
    series.put("vectors", List.of(rows));
    series.put("scores", List.of());
    series.put("forecast", null);
    server.tell("series", series);
  }

  private List<String> drawn() {
    List<String> drawn = new ArrayList<>();
    browser.script("return window.drawn").forEach(text -> drawn.add(text.asText()));
    return drawn;
  }

  @Test
  void gone_seriesThatIsStillListed_isNotAskedForAgain() {
    server.tell("gone", Map.of());

    soon().until(() -> server.isFollowed("b"));
    int before = server.streams();
    server.tell("gone", Map.of());

    soon().until(() -> browser.text("#shown-note").startsWith("Fell silent"));
    server.tell("overview", PageServer.overview("lag", 4_321));
    soon().until(() -> browser.text("#tile-lag").equals("4,321"));
    assertThat(server.streams()).isEqualTo(before);
  }

  @Test
  void search_enterBeforeTheListCame_picksOfWhatIsTyped() {
    server.listed(List.of("needle"));

    browser.type("#search", "needle\uE007");

    soon().until(() -> browser.text("#shown-heading").equals("needle"));
  }

  @Test
  void list_keyboardIsInIt_keepsItsPlaceAndThePageWhereItIs() {
    browser.script(
        """
        document.body.style.paddingBottom = '4000px';
        document.querySelector('[data-key=b]').focus({preventScroll: true});
        scrollTo(0, 3000);
        window.kept = document.activeElement;
        """);

    server.listed(List.of("b", "c", "a"));
    soon().until(() -> listedKeys().equals("b c a"));
    assertThat(browser.script("return scrollY").asInt()).isEqualTo(3_000);
    assertThat(browser.script("return document.activeElement === window.kept").asBoolean())
        .isTrue();

    server.listed(List.of("c", "a"));
    soon().until(() -> listedKeys().equals("c a"));
    assertThat(browser.script("return document.activeElement.dataset.key").asText()).isEqualTo("c");
    assertThat(browser.script("return scrollY").asInt()).isEqualTo(3_000);
  }

  private String listedKeys() {
    return joined("#series-list button .name");
  }

  private String joined(String selector) {
    return browser
        .script(
            "return [...document.querySelectorAll('%s')].map(one => one.textContent).join(' ')"
                .formatted(selector))
        .asText();
  }

  @Test
  void table_timesASecondOrLessApart_areTold() {
    browser.script("document.querySelector('#shown-table').open = true");
    tellOfScores(60_000, 120_000);
    soon().until(() -> times().equals("1970-01-01 00:02 1970-01-01 00:01"));

    tellOfScores(60_000, 61_250);
    soon().until(() -> times().equals("1970-01-01 00:01:01 1970-01-01 00:01:00"));

    tellOfScores(60_000, 60_250);
    soon().until(() -> times().equals("1970-01-01 00:01:00.250 1970-01-01 00:01:00.000"));
  }

  private void tellOfScores(long... times) {
    server.tell("series", PageServer.scoredAt(times));
  }

  private String times() {
    return joined("#shown-table tbody td:first-child");
  }

  @Test
  void category_next_isToldWithItsProbability() {
    server.tell("series", PageServer.word("a", "down", .75));

    soon().until(() -> browser.text("#charts figcaption b").equals("next: down (75 %)"));
  }

  /** Its row has the word before, as experts and networks are given it. */
  @Test
  void category_wordThatDidNotCome_isNoForecastThatCameTrue() {
    server.tell("series", PageServer.wordThatDidNotCome());

    soon().until(() -> joined("#charts .pill").equals("up up"));
    assertThat(
            browser
                .script(
                    "return [...document.querySelectorAll('#charts .pill.good')].map(one => one.title).length")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void verdict_streamThatStandsStill_isNotSaidToWaitForScores() {
    server.tell("overview", PageServer.overview());

    server.tell("history", PageServer.stillHistory());

    soon().until(() -> browser.text("#verdict-text").equals("Nothing changes"));
    assertThat(browser.text("#tile-error")).isEqualTo("–");
  }

  @Test
  void verdict_slowStream_isNotSaidToBeQuiet() {
    server.tell("overview", PageServer.overview());
    int[] everyFiveMinutes = new int[230];
    for (int i = 19; i < everyFiveMinutes.length; i += 60) {
      everyFiveMinutes[i] = 10;
    }

    server.tell("history", PageServer.history(everyFiveMinutes));

    soon().until(() -> !browser.text("#tile-error").equals("–"));
    assertThat(title()).startsWith("✓");
  }

  @Test
  void verdict_streamThatStopped_isSaidToBeQuiet() {
    server.tell("overview", PageServer.overview());
    int[] stopped = new int[60];
    Arrays.fill(stopped, 0, 30, 10);

    server.tell("history", PageServer.history(stopped));

    soon().until(() -> browser.text("#verdict-text").equals("No forecasts for 3 min"));
    assertThat(browser.text("#verdict-why")).startsWith("No vectors came");

    server.tell(
        "overview",
        PageServer.overview("events", Map.of("INSUFFICIENT_HISTORY", 7), "now", 150_000));
    soon().until(() -> browser.text("#verdict-why").contains("history.minimum"));
    server.tell(
        "overview",
        PageServer.overview("events", Map.of("INSUFFICIENT_HISTORY", 7), "now", 400_000));
    soon().until(() -> browser.text("#verdict-why").startsWith("No vectors came"));
  }

  @Test
  void verdict_clockOfTheServerSetBack_goesByWhatComesNow() {
    server.tell("overview", PageServer.overview());
    int[] stopped = new int[60];
    Arrays.fill(stopped, 0, 30, 10);
    server.tell("history", PageServer.history(stopped));
    soon().until(() -> browser.text("#verdict-text").startsWith("No forecasts for "));

    server.tell("history", PageServer.history(1, 1, 1, 1));

    soon().until(() -> title().startsWith("✓"));
  }

  @Test
  void time_beyondTheLongest_isNotSaidToBeBelow() {
    server.tell("history", PageServer.slowHistory(Happenings.LONGEST_TIME_MS));

    soon().until(() -> browser.text("#tile-time-more").equals("1 % above 1,000 ms"));
  }

  @Test
  void commands_nobodyWouldCarryOut_saysWhy() {
    server.models(Map.of("commands", false, "noCommands", "commands need http.token"));
    int before = server.streams();
    browser.open(server.address());

    // Not what the page before still follows: it would hear of it, and be gone.
    soon().until(() -> server.streams() > before && server.isFollowed("a"));
    server.tell("overview", PageServer.overview());

    soon().until(() -> browser.text("#no-commands").equals("commands need http.token"));
  }

  private static List<Object> row(long minute, Double lat, Double longitude) {
    return Arrays.asList(minute * 60_000, lat, longitude);
  }
}

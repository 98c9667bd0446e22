package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says of an instance that it hears from, or no longer does. */
final class PageIT {
  @TempDir static Path directory;
  private OpenPage page;
  private PageServer server;
  private Browser browser;

  @BeforeEach
  void open() throws Exception {
    page = new OpenPage(directory);
    server = page.server();
    browser = page.browser();
  }

  @AfterEach
  void close() throws Exception {
    if (page != null) {
      page.close();
    }
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
  void deadLetters_beforeAnyFigure_areNotSaidToBeNone() {
    assertThat(browser.text("#verdict-text")).isEqualTo("Waiting for the first figures…");
    assertThat(browser.text("main")).doesNotContain("could be read");

    server.tell("overview", PageServer.overview());

    soon().until(() -> browser.text("main").contains("Every record could be read."));
  }

  @Test
  void storage_thatTheBrowserBlocks_pageGoesOnAndKnowsItsTokenAndColours() {
    browser.beforeEach(
        """
        for (const storage of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(window, storage, {
            get() { throw new DOMException('Access is denied', 'SecurityError'); },
          });
        }
        """);
    page.reopen();

    tellGood();
    browser.script("document.querySelector('#theme').click()");
    browser.script("document.querySelector('#theme').click()");
    assertThat(browser.text("#theme")).isEqualTo("Dark");
    browser.script("document.querySelector('#token-button').click()");
    browser.type("#token", "typed\uE007");
    soon().until(() -> typedToken().isEmpty()); // It is taken a moment after the dialog closes.
    browser.script("document.querySelector('#token-button').click()");
    assertThat(typedToken()).isEqualTo("typed");
    assertThat(browser.complaints()).isEmpty();
  }

  private String typedToken() {
    return browser.script("return document.querySelector('#token').value").asText();
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

  /** As of a proxy that wants a log-in: it is no stream, however often one asks. */
  @Test
  void stream_pageOfAnotherServer_verdictSaysSoAndAsksSeldomer() {
    tellGood();
    browser.script(
        """
        const send = window.fetch;
        window.asked = [];
        window.fetch = (path, options) => String(path).startsWith('api/live')
          ? Promise.resolve(new Response(window.asked.push(performance.now()) && '<p>Log in</p>', {headers: {'Content-Type': 'text/html'}}))
          : send(path, options);
        """);

    server.refuse();

    soon().until(() -> browser.text("#verdict-why").contains("another server"));
    assertThat(browser.text("#verdict-text")).isEqualTo("This page is not served");
    // After half a second at first, then after twice as long each time; timers are never early.
    soon().until(() -> browser.script("return window.asked.length").asInt() >= 4);
    assertThat(browser.script("return window.asked[2] - window.asked[1]").asDouble())
        .isGreaterThan(1_900);
    assertThat(browser.script("return window.asked[3] - window.asked[2]").asDouble())
        .isGreaterThan(3_800);
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
  void verdict_instanceThatRefuses_isOfTheForecastsAndSaysWhoIsNotCounted() {
    tellGood();

    server.tell("overview", PageServer.overview("silent", List.of("two:8080 (status 401)")));

    String does =
        "refuses with status 401: http.token and the release must be the same on every instance";
    soon().until(() -> browser.text("#instances").contains("two:8080 " + does));
    assertThat(title()).startsWith("✓");
    assertThat(browser.text("#verdict-why"))
        .startsWith("Over the last minutes ")
        .endsWith(" Not counting two:8080, which " + does + ".");
  }

  @Test
  void verdict_instanceThatFails_isNotReady() {
    tellGood();

    server.tell("overview", PageServer.overview("silent", List.of("two:8080 (status 500)")));

    soon().until(() -> title().startsWith("✕"));
    assertThat(browser.text("#verdict-why")).isEqualTo("two:8080 fails with status 500");
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

    soon().until(() -> browser.text("#verdict-text").startsWith("No forecasts since 1970-"));
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
    soon().until(() -> browser.text("#verdict-text").startsWith("No forecasts since "));

    server.tell("history", PageServer.history(1, 1, 1, 1));

    soon().until(() -> title().startsWith("✓"));
  }

  @Test
  void history_instanceThatDoesNotAnswer_itsPartOfWhatWasToldStays() {
    server.tell("history", PageServer.history(10, 10, 10));
    soon().until(() -> browser.text("#tile-rate").equals("2"));

    server.tell("history", PageServer.history(5, 5, 5, 5));
    soon().until(() -> browser.text("#tile-rate").equals("1.67"));

    server.tell("history", PageServer.history(10, 10, 10, 10));
    soon().until(() -> browser.text("#tile-rate").equals("2"));
  }

  @Test
  void verdict_instanceThatAnswersAgain_noShortSeriesAreSaidToCome() {
    Map<String, Object> tooShort = Map.of("INSUFFICIENT_HISTORY", 7);
    int[] stopped = new int[60];
    Arrays.fill(stopped, 0, 30, 10);
    server.tell("overview", PageServer.overview("events", tooShort));
    server.tell("history", PageServer.history(stopped));
    soon().until(() -> browser.text("#verdict-text").startsWith("No forecasts since 1970-"));

    server.tell("overview", PageServer.overview("silent", List.of("two:8080")));
    soon().until(() -> browser.text("#verdict-why").equals("two:8080 does not answer"));
    server.tell("overview", PageServer.overview("events", tooShort));

    soon().until(() -> browser.text("#verdict-text").startsWith("No forecasts since 1970-"));
    assertThat(browser.text("#verdict-why")).startsWith("No vectors came");
  }

  @Test
  void verdict_instanceThatRefusesForGood_shortSeriesOfTheOthersCount() {
    int[] stopped = new int[60];
    Arrays.fill(stopped, 0, 30, 10);
    server.tell("history", PageServer.history(stopped));
    for (int count = 7; count < 9; count++) {
      server.tell(
          "overview",
          PageServer.overview(
              "events",
              Map.of("INSUFFICIENT_HISTORY", count),
              "silent",
              List.of("two:8080 (status 401)"),
              "now",
              150_000));
    }

    soon().until(() -> browser.text("#verdict-why").contains("history.minimum"));
  }

  /** As for the first minutes, and for the first hour of a slow stream: no model is missing. */
  @Test
  void verdict_noForecastYet_isNotSaidToLackAModel() {
    Map<String, Object> none = Map.of("OK", 0, "NO_MODEL", 0);
    List<Map<String, Object>> instances =
        List.of(Map.of("address", "one:1", "ready", true, "reasons", List.of()));
    server.tell("overview", PageServer.overview("forecasts", none, "instances", instances));
    server.tell("history", PageServer.history(0, 0, 0));

    soon().until(() -> browser.text("#verdict-text").equals("No forecasts since the start"));
    assertThat(browser.text("#verdict-why")).startsWith("The next vector of a series");

    Map<String, Object> letters = Map.of("MISSING_KEY", Map.of("count", 9, "detail", "no key"));
    server.tell(
        "overview",
        PageServer.overview("forecasts", none, "instances", instances, "deadLetters", letters));
    soon().until(() -> browser.text("#verdict-why").startsWith("What came was dead-lettered"));

    server.tell(
        "overview",
        PageServer.overview(
            "forecasts",
            none,
            "instances",
            instances,
            "events",
            Map.of("INSUFFICIENT_HISTORY", 7)));
    soon().until(() -> browser.text("#verdict-why").contains("still too short"));

    Map<String, Object> withoutModel = Map.of("OK", 0, "NO_MODEL", 3);
    server.tell("overview", PageServer.overview("forecasts", withoutModel, "instances", instances));
    soon().until(() -> browser.text("#verdict-text").equals("There is no model yet"));
  }

  @Test
  void time_beyondTheLongest_isNotSaidToBeBelow() {
    server.tell("history", PageServer.slowHistory(Happenings.LONGEST_TIME_MS));

    soon().until(() -> browser.text("#tile-time-more").equals("1 % above 1,000 ms"));
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
}

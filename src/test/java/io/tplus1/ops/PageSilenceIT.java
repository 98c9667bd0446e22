package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says where no forecasts come for long, or nothing comes at all. */
final class PageSilenceIT {
  private static final int POINTS = 720;

  @TempDir static Path directory;
  private OpenPage page;
  private PageServer server;
  private Browser browser;

  @BeforeEach
  void open() throws Exception {
    page = new OpenPage(directory);
    server = page.server();
    browser = page.browser();
    server.tell("overview", PageServer.overview());
  }

  @AfterEach
  void close() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  private String verdict() {
    return browser.text("#verdict-text");
  }

  private String why() {
    return browser.text("#verdict-why");
  }

  /** One forecast in each half minute until the hour had begun; most of them are out of it. */
  @Test
  void verdict_nearlyAnHourOfSilence_isNotGoodAgain() {
    int[] all = new int[2 * POINTS];
    for (int i = 0; i < POINTS + 60; i += 6) {
      all[i] = 100;
    }

    server.tell("history", PageServer.lastHour(all));

    soon().until(() -> why().startsWith("No vectors came for 55 min, or "));
    assertThat(verdict()).startsWith("No forecasts since ");
    assertThat(browser.script("return document.title").asText()).startsWith("!");
  }

  @Test
  void verdict_silenceOfMoreThanAnHour_isToldAsLongAsItIs() {
    int[] all = new int[5 * POINTS];
    all[0] = 100;

    server.tell("history", PageServer.lastHour(all));

    soon().until(() -> why().startsWith("No vectors came for 5 h, or "));
  }

  @Test
  void verdict_noForecastInAnHourOrBefore_doesNotSayForHowLong() {
    server.tell("history", PageServer.lastHour(new int[POINTS]));

    soon().until(() -> verdict().equals("No forecasts since the start"));
  }

  /** As of a build from before, or of one that was stopped since. */
  @Test
  void verdict_forecastsOfWhoDoesNotTellOfThem_areNotSilence() {
    int[] all = new int[POINTS + 1];
    Arrays.fill(all, 100);
    Map<String, Object> told = new HashMap<>(PageServer.lastHour(all));
    told.remove("lastForecast");
    told.remove("usualPause");

    server.tell("history", told);

    soon().until(() -> verdict().equals("Forecasts are good"));
  }

  /** Every two hours twice, then for an hour and a half not yet. */
  @Test
  void verdict_streamThatRestsForHours_isNotSaidToBeQuiet() {
    int[] all = new int[11 * POINTS / 2];
    all[0] = all[2 * POINTS] = all[4 * POINTS] = 100;

    server.tell("history", PageServer.lastHour(all));

    soon().until(() -> verdict().equals("Waiting for scores"));
  }

  @Test
  void verdict_serverThatRefusesAndIsThenGone_saysWhatIsNow() {
    server.refuse();
    soon().until(() -> verdict().equals("This page is not served"));

    server.close();

    soon().until(() -> verdict().startsWith("No connection since "));
    assertThat(browser.script("return document.title").asText()).startsWith("✕");
  }

  /** As where a connection ends between the head of an answer and its body, without a word. */
  @Test
  void stream_refusalWhoseSentenceDoesNotCome_isAskedForAgain() {
    browser.script(
        """
        const send = window.fetch;
        window.asked = 0;
        window.fetch = (path, options) => {
          if (!String(path).startsWith('api/live')) {
            return send(path, options);
          }
          window.asked++;
          const {signal} = options;
          const body = new ReadableStream({
            start: body => signal.addEventListener('abort', () => body.error(signal.reason)),
          });
          return Promise.resolve(new Response(body, {status: 503}));
        };
        """);

    server.refuse();

    soon().until(() -> browser.script("return window.asked").asInt() > 1);
    assertThat(why()).startsWith("status 503. ");
  }
}

package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of a series whose forecasts or vectors are not what they seem. */
final class PageShownIT {
  private static final long MINUTE = 60_000;

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

  /** Series a at two places, whose forecast says latitude 20. */
  private static Map<String, Object> series() {
    return new HashMap<>(
        PageServer.series("a", List.of(List.of(MINUTE, 50, 11), List.of(2 * MINUTE, 51, 12))));
  }

  private String figure() {
    return browser.text("#charts figcaption b");
  }

  /** What is said of the first chart. */
  private String toEars() {
    return browser
        .script("return document.querySelector('#charts .chart')?.ariaLabel ?? ''")
        .asText();
  }

  private String track() {
    return browser
        .script("return document.querySelector('#track-canvas').getAttribute('aria-label')")
        .asText();
  }

  /** Not every browser lets the keyboard into what scrolls and holds no link or button. */
  @Test
  void whatScrolls_byKeyboard_isReached() {
    List<Map<String, Object>> events =
        IntStream.range(0, 40)
            .<Map<String, Object>>mapToObj(
                i ->
                    Map.of(
                        "kind",
                        "TRAINED",
                        "time",
                        i * MINUTE,
                        "reason",
                        "of samples",
                        "figures",
                        Map.of()))
            .toList();

    soon()
        .until(
            () -> {
              server.tell("events", Map.of("events", events));
              return browser.text("#events").contains("of samples");
            });

    assertThat(
            browser
                .script(
                    """
                    return [...document.querySelectorAll('main *')]
                      .filter(one => getComputedStyle(one).overflowY === 'auto' && one.scrollHeight > one.clientHeight)
                      .map(one => one.ariaLabel + ' ' + one.tabIndex)""")
                .toString())
        .isEqualTo("[\"What happened 0\"]");
  }

  @Test
  void forecast_ofTheNewestVector_isToldAsTheNext() {
    server.tell("series", series());

    soon().until(() -> figure().equals("51 → 20"));
    assertThat(track()).contains("now at latitude 51", "expected next at 20, 10");
  }

  /** As while a window begins anew: the old one is of a time that is over. */
  @Test
  void forecast_olderThanTheNewestVector_isNotToldAsTheNext() {
    Map<String, Object> series = series();
    series.put("lastTime", 2 * MINUTE);
    server.tell("series", series);

    soon().until(() -> figure().equals("51"));
    assertThat(browser.text("#shown-note")).contains("no forecast since that of 1970");
    assertThat(track()).contains("now at latitude 51").doesNotContain("expected");
    browser.script("document.querySelector('#shown-table').open = true");
    soon().until(() -> browser.text("#shown-table tbody").contains("21"));
    assertThat(
            browser
                .script("return document.querySelectorAll('#shown-table tbody tr').length")
                .asInt())
        .as("of the score alone")
        .isEqualTo(1);
  }

  /** Of the second place only the latitude came, whatever the row says. */
  @Test
  void vectors_ofWhichATargetWasMadeUp_areNotDrawnAsActuals() {
    Map<String, Object> series = series();
    series.put("filled", Map.of("targets", List.of(2 * MINUTE), "inputs", List.of(MINUTE)));
    series.put(
        "scores",
        List.of(
            Map.of(
                "time", 2 * MINUTE, "actual", Arrays.asList(52, null), "forecast", List.of(1, 1))));
    server.tell("series", series);

    soon().until(() -> figure().equals("52 → 20"));
    assertThat(browser.text("#charts figure:last-child b")).isEqualTo("11 → 10");
    assertThat(track()).startsWith("Track of a: 1 positions, now at latitude 50");
  }

  /** A series that a person chose stays, also when it is gone. */
  @Test
  void gone_fromAnInstanceThatKnowsNoOthers_saysWhereItMayBe() {
    browser.script("document.querySelector('[data-key=a]').click()");

    server.tell(
        "gone", Map.of("error", "there is no series 'a' here; set http.advertised on each"));
    soon().until(() -> browser.text("#shown-note").contains("Or it is elsewhere: there is no"));

    server.tell("gone", Map.of("error", "there is no series 'a'"));
    soon().until(() -> browser.text("#shown-note").endsWith("and was dropped."));
  }

  /** All that the page names lies beside it, wherever a proxy puts both. */
  @Test
  void page_behindAProxyWithAPathOfItsOwn_works() throws Exception {
    try (PathProxy proxy = new PathProxy("/below/", URI.create(server.address()))) {
      int before = server.streams();
      browser.open(proxy.address());

      soon().until(() -> server.streams() > before && server.isFollowed("a"));
      server.tell("overview", PageServer.overview("lag", 4_321));
      soon().until(() -> browser.text("#tile-lag").equals("4,321"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static List<Object> nanosecond(long nanoseconds) {
    return List.of(nanoseconds, 50, 11);
  }

  /** As of nanoseconds: a chart of such times would keep the page busy for ever. */
  @Test
  void times_beyondThoseOfBrowsers_areNotDrawnAndTheNoteSaysSo() {
    server.tell("series", series());
    soon().until(() -> page.draws("charts", "--accent"));
    Map<String, Object> series = series();
    long now = 1_770_000_000_000_000_000L;
    series.put("vectors", List.of(nanosecond(now), nanosecond(now + 1_000_000_000)));
    series.put("lastTime", now + 1_000_000_000);
    series.put("scores", List.of());
    series.put("forecast", null);

    server.tell("series", series);

    soon()
        .until(
            () ->
                browser
                    .text("#shown-note")
                    .startsWith("last vector 1770000001000000000 · no forecast yet"));
    assertThat(browser.text("#shown-note"))
        .endsWith(
            "not drawn: times such as 1770000000000000000, too large for a browser; are they milliseconds?");
    assertThat(figure()).isEqualTo("50");
    assertThat(page.draws("charts", "--accent")).isFalse();

    server.tell("series", series());
    soon().until(() -> page.draws("charts", "--accent"));
    assertThat(browser.text("#shown-note")).doesNotContain("not drawn");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Steps of a stream that stood still for long may lead there, though no vector does. */
  @Test
  void horizon_beyondTheTimesOfBrowsers_isLeftOutAlone() {
    Map<String, Object> series = series();
    List<Map<String, Object>> horizons =
        List.of(
            Map.of("targetTime", 3 * MINUTE, "values", List.of(20, 10)),
            Map.of("targetTime", 8_700_000_000_000_000L, "values", List.of(20, 10)));
    series.put("forecast", Map.of("status", "OK", "model", "c", "madeAt", 0, "horizons", horizons));

    server.tell("series", series);

    soon().until(() -> toEars().startsWith("lat: 3 times"));
    browser.script("document.querySelector('#shown-table').open = true");
    soon().until(() -> browser.text("#shown-table tbody").contains("8700000000000000"));
    assertThat(browser.complaints()).isEmpty();
  }

  /** To ears, too, the next one is that of t+1, whose time may be unknown. */
  @Test
  void horizon_ofSeveral_theFirstIsSaidToBeTheNext() {
    for (Object time : new Object[] {3 * MINUTE, null}) {
      int next = time == null ? 21 : 20;
      Map<String, Object> first = new HashMap<>(Map.of("values", List.of(next, 10)));
      first.put("targetTime", time);
      Map<String, Object> second = new HashMap<>(Map.of("values", List.of(30, 10)));
      second.put("targetTime", time == null ? null : 4 * MINUTE);
      Map<String, Object> series = series();
      series.put(
          "forecast",
          Map.of("status", "OK", "model", "c", "madeAt", 0, "horizons", List.of(first, second)));

      server.tell("series", series);

      soon().until(() -> toEars().endsWith("next forecast " + next));
    }
    assertThat(browser.complaints()).isEmpty();
  }

  private boolean isBefore(String place, String left, String right) {
    return browser
        .script(
            """
            const at = word => {
              const texts = document.createTreeWalker(document.querySelector('%s'), NodeFilter.SHOW_TEXT);
              for (let text = texts.nextNode(); text; text = texts.nextNode()) {
                const begin = text.data.indexOf(word);
                if (begin >= 0) {
                  const range = document.createRange();
                  range.setStart(text, begin);
                  range.setEnd(text, begin + word.length);
                  return range.getBoundingClientRect().left;
                }
              }
              return NaN;
            };
            return at('%s') < at('%s')"""
                .formatted(place, left, right))
        .asBoolean();
  }

  /** The arrow between two words points from what was forecast to what came. */
  @Test
  void category_wordsFromRightToLeft_standWhereOthersDo() {
    String forecast = "\u05d0\u05d1";
    String came = "\u05d2\u05d3";
    Map<String, Object> series = new HashMap<>(PageServer.word("a", came, .75));
    series.put("vectors", List.of(List.of(60_000, forecast), List.of(61_000, came)));
    series.put(
        "scores",
        List.of(Map.of("time", 61_000, "actual", List.of(came), "forecast", List.of(forecast))));

    server.tell("series", series);

    soon().until(() -> browser.text("#charts .pill.bad").equals(forecast + " → " + came));
    assertThat(isBefore("#charts .pill.bad", forecast, came)).isTrue();
    assertThat(figure()).isEqualTo("next: " + came + " (75 %)");
    assertThat(isBefore("#charts figcaption b", came, "75 %")).isTrue();
  }

  private int drawnCharts() {
    return browser.script("return document.querySelectorAll('#charts canvas').length").asInt();
  }

  /** All of them would take the page half of each second. */
  @Test
  void targets_hundreds_areDrawnWhereTheyAreSeen() {
    List<String> names = IntStream.range(0, 300).mapToObj(target -> "target " + target).toList();
    List<Object> row = new ArrayList<>(Collections.nCopies(301, 1));
    row.set(0, 2 * MINUTE);
    Map<String, Object> series = new HashMap<>(PageServer.series("a", List.of(row)));
    series.put("features", names);
    series.put("targets", names);
    series.put("scores", List.of());
    series.put("forecast", null);

    server.tell("series", series);

    soon().until(() -> drawnCharts() > 0);
    assertThat(drawnCharts()).isLessThan(150);
    browser.script("document.querySelector('#charts figure:last-child').scrollIntoView()");
    soon()
        .until(
            () ->
                browser
                    .script("return !!document.querySelector('#charts figure:last-child canvas')")
                    .asBoolean());
    assertThat(browser.text("#charts figure:nth-child(150)")).contains("target 149");
    assertThat(browser.complaints()).isEmpty();
  }
}

package io.tplus1.ops;

import static io.tplus1.ops.OpenPage.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
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
    page.close();
  }

  /** Series a at two places, whose forecast says latitude 20. */
  private static Map<String, Object> series() {
    return new HashMap<>(
        PageServer.series("a", List.of(List.of(MINUTE, 50, 11), List.of(2 * MINUTE, 51, 12))));
  }

  private String figure() {
    return browser.text("#charts figcaption b");
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
    int before = server.streams();
    browser.script("document.querySelector('[data-key=a]').click()");
    soon().until(() -> server.streams() > before && server.isFollowed("a"));

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
}

package io.tplus1.ops;

import static io.tplus1.ops.OpenPage.LONG;
import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page on a phone, on a tablet and at a desk. One browser. */
final class PageLayoutIT {
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

  @AfterEach
  void forget() {
    server.silent(List.of());
    browser.devtools("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  /** Opens the page anew on a screen of another size. */
  private static void reopen(int width, int height) {
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", width < 1_000));
    server.listed(List.of("a", LONG));
    page.reopen();
  }

  /** Nothing is wider than the window, or than the card that it stands on. */
  private static void assertFits(int width) {
    assertThat(
            page.texts(
                """
                const width = %d;
                return [...document.querySelectorAll('body *')]
                  .filter(one => one.checkVisibility() && !one.closest('.scroll *, .skip, .uplot, .series-list *'))
                  .filter(one => {
                    const {left, right} = one.getBoundingClientRect();
                    const around = (one.parentElement.closest('figure, .card, .toast, dialog') ?? document.body).getBoundingClientRect();
                    return left < 0 || right > Math.min(width, around.right) + 0.5 || (one.matches('.toast, dialog') && one.scrollWidth > one.clientWidth);
                  })
                  .map(one => `${one.tagName} ${one.id} ${one.className}`);
                """
                    .formatted(width)))
        .isEmpty();
    assertThat(browser.script("return innerWidth").asInt()).as("read unzoomed").isEqualTo(width);
    assertThat(browser.script("return document.documentElement.scrollWidth").asInt())
        .isEqualTo(width);
  }

  /** A phone, a tablet, a desk; the columns of the series, and of the tiles at least. */
  @ParameterizedTest
  @CsvSource({"320, 640, 1, 2", "800, 1100, 1, 3", "1440, 900, 2, 5"})
  void layout_anyWidth_nothingJutsOut(int width, int height, int columns, int tiles) {
    reopen(width, height);
    page.fill();

    assertFits(width);
    assertThat(across(".columns:not(.even) > *")).isEqualTo(columns);
    assertThat(across(".columns.even > *")).isEqualTo(columns);
    assertThat(across(".tile")).isGreaterThanOrEqualTo(tiles);
    assertThat(
            page.texts(
                """
                return [...document.querySelectorAll('button, input')]
                  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24)
                  .map(one => one.id);
                """))
        .as("too small for a finger")
        .isEmpty();
  }

  /** Names of features are mostly one word, and so are keys that are pasted, and addresses. */
  @ParameterizedTest
  @ValueSource(ints = {320, 1_200})
  void layout_longWords_areBroken(int width) {
    reopen(width, 800);
    server.silent(List.of(LONG + ":1"));
    page.fill();
    server.tell("series", PageServer.word("a", LONG, .75));
    soon().until(() -> browser.text("#charts").contains(LONG));
    assertFits(width);
    server.tell("series", PageServer.named("a", LONG, LONG + "2"));
    soon().until(() -> browser.text("#charts").contains(LONG + "2"));
    assertFits(width);

    server.listed(List.of());
    browser.type("#search", LONG);
    soon().until(() -> browser.text("#list-note").startsWith("No key begins with “" + LONG));
    assertThat(browser.text("#list-note")).contains(LONG + ":1 does not answer");
    server.tell("refused", Map.of("error", LONG + " does not answer"));
    soon().until(() -> browser.text("#shown-note").startsWith(LONG));
    assertFits(width);

    for (String selector : List.of("#toast", "#command-text")) {
      browser.script("document.querySelector('%s').textContent = '%s'".formatted(selector, LONG));
    }
    browser.script(
        "document.querySelector('#toast').hidden = false; document.querySelector('#command-dialog').showModal()");
    assertFits(width);
  }

  /** How many of some elements stand beside each other. */
  private static int across(String selector) {
    return browser
        .script(
            "return new Set([...document.querySelectorAll('%s')].map(one => one.getBoundingClientRect().left)).size"
                .formatted(selector))
        .asInt();
  }
}

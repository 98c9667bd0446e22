package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page for a person with keys alone, a screen reader or dark colours. One browser. */
final class PageAccessIT {
  private static final String TAB = "\uE004";
  private static final String ENTER = "\uE007";
  private static final String ESCAPE = "\uE00C";
  private static final String UP = "\uE013";
  private static final String DOWN = "\uE015";
  private static final String SHIFT = "\uE008";

  /** Of controls and landmarks that have to say what they are. */
  private static final Set<String> NAMED =
      Set.of(
          "button", "link", "searchbox", "textbox", "img", "image", "region", "dialog", "heading");

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
    server.listed(List.of("a", "b"));
    page.reopen();
  }

  @AfterEach
  void forget() {
    browser.script("localStorage.clear(); sessionStorage.clear()");
    system("");
    browser.devtools("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  /** Colours that the browser's system prefers: dark, light or empty. */
  private static void system(String colours) {
    browser.devtools(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
  }

  /** What the keyboard is at: an id, or the key of a series. */
  private static String focused() {
    return browser
        .script("return document.activeElement.id || document.activeElement.dataset.key || ''")
        .asText();
  }

  /** A window in which the page has to be scrolled. */
  private static void low() {
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 1_200, "height", 600, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Whether something else lies over what the keyboard is at. */
  private static boolean isCovered() {
    return browser
        .script(
            """
            const one = document.activeElement;
            const {left, top, width, height} = one.getBoundingClientRect();
            const x = left + Math.min(4, width / 2);
            return [top + Math.min(4, height / 2), top + height - Math.min(4, height / 2)]
              .filter(y => y < innerHeight).some(y => !one.contains(document.elementFromPoint(x, y)));
            """)
        .asBoolean();
  }

  @Test
  void keyboard_fromTheTop_skipsToTheSeriesSearchesAndPicks() {
    low();
    page.fill();
    soon().until(() -> page.visible("#series-list").size() == 1);
    browser.press(TAB);
    assertThat(browser.text(":focus")).isEqualTo("Skip to the series");
    assertThat(browser.script("return document.activeElement.getBoundingClientRect().left").asInt())
        .as("it shows as soon as the keyboard is at it")
        .isNotNegative();

    browser.press(ENTER);
    assertThat(focused()).isEqualTo("series-heading");
    assertThat(isCovered()).isFalse();
    browser.press("/");
    assertThat(focused()).isEqualTo("search");
    assertThat(browser.script("return document.activeElement.value").asText()).isEmpty();

    browser.press(TAB + TAB + TAB + ENTER);
    assertThat(focused()).isEqualTo("order-key");
    soon().until(() -> browser.text("#list-note").equals("2 series"));
    browser.press(TAB);
    assertThat(focused()).isEqualTo("a");
    browser.press(DOWN);
    assertThat(focused()).isEqualTo("b");
    browser.press(DOWN);
    assertThat(focused()).as("below the last one").isEqualTo("b");
    browser.press(UP);
    assertThat(focused()).isEqualTo("a");

    browser.press(DOWN + ENTER);
    soon().until(() -> server.isFollowed("b"));
    assertThat(browser.text("#shown-heading")).isEqualTo("b");
    assertThat(focused()).isEqualTo("b");
    assertThat(
            page.texts(
                "return [...document.querySelectorAll('[aria-current=true]')].map(one => one.dataset.key)"))
        .containsExactly("b");
  }

  @ParameterizedTest
  @CsvSource({"forwards", "backwards"})
  void keyboard_anywhere_isSeenToBeThere(String direction) {
    low();
    page.fill();
    List<String> seen = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    if (direction.equals("backwards")) {
      browser.hold(SHIFT);
    }
    try {
      browser.press(TAB);
      while (!browser.script("return document.activeElement === document.body").asBoolean()) {
        List<String> at =
            page.texts(
                """
                const one = document.activeElement;
                const style = getComputedStyle(one);
                const name = one.id || one.dataset.key || one.getAttribute('aria-label') || one.innerText;
                return [name, style.outlineStyle, style.outlineWidth];
                """);
        assertThat(seen).as("comes to its end").hasSizeLessThan(40);
        seen.add(at.get(0));
        if (!at.get(1).equals("solid") || !at.get(2).equals("3px") || isCovered()) {
          unseen.add(at.get(0));
        }
        browser.press(TAB);
      }
    } finally {
      if (direction.equals("backwards")) {
        browser.release(SHIFT);
      }
    }
    if (direction.equals("backwards")) {
      Collections.reverse(seen);
    }

    assertThat(unseen).isEmpty();
    assertThat(seen)
        .containsSubsequence(
            "Skip to the series",
            "token-button",
            "theme",
            "search",
            "order-worst",
            "order-latest",
            "order-key",
            "a",
            "b",
            "As a table",
            "Errors by model",
            "Dead letters by reason",
            "API",
            "Metrics",
            "Health");
  }

  @Test
  void keyboard_inADialog_escapeLeavesItAndIsBackWhereItWas() {
    browser.script("document.querySelector('#token-button').focus()");
    browser.press(ENTER);
    assertThat(focused()).isEqualTo("token");

    browser.press("/" + ESCAPE);

    assertThat(browser.script("return document.querySelector('#token-dialog').open").asBoolean())
        .isFalse();
    assertThat(focused()).isEqualTo("token-button");
  }

  /** Roles and names of all that a screen reader finds. */
  private static List<String> heard() {
    browser.devtools("Accessibility.enable", Map.of());
    List<String> heard = new ArrayList<>();
    for (JsonNode node : browser.devtools("Accessibility.getFullAXTree", Map.of()).get("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        StringBuilder one = new StringBuilder(node.at("/role/value").asText());
        one.append(' ').append(node.at("/name/value").asText());
        for (JsonNode property : node.path("properties")) {
          if (Set.of("pressed", "live").contains(property.get("name").asText())) {
            one.append(", ").append(property.get("name").asText());
            one.append(' ').append(property.at("/value/value").asText());
          }
        }
        heard.add(one.toString());
      }
    }
    return heard;
  }

  @Test
  void screenReader_page_hearsWhatIsSeen() {
    page.fill();
    browser.script("document.querySelector('#shown-table').open = true");

    List<String> heard = heard();

    assertThat(heard)
        .filteredOn(one -> NAMED.contains(one.strip()))
        .as("what has no name")
        .isEmpty();
    assertThat(heard)
        .contains(
            "link Skip to the series",
            "button Colours: as the system",
            "list Instances",
            "region Key figures of the last minutes",
            "heading Error against persistence",
            "searchbox Key begins with",
            "group Which series",
            "button Worst, pressed true",
            "button By key, pressed false",
            "list Legend",
            "image Error relative to persistence, newest 0.5",
            "image Forecasts a second, newest 0.2",
            "region Actuals and forecasts",
            "columnheader lat, forecast",
            "group Commands about the model",
            "region What happened",
            "region Errors by model",
            "columnheader In interval",
            "region Dead letters by reason",
            "columnheader Reason")
        .anyMatch(one -> one.startsWith("image Track of a: 1 positions"))
        .anyMatch(one -> one.startsWith("image lat: 1 times"))
        .anyMatch(one -> one.matches("heading .* instances are not ready, live polite"))
        .anyMatch(one -> one.startsWith("status ") && one.contains("live polite"));
  }

  @Test
  void screenReader_dialogs_sayWhatTheyAre() {
    browser.script("document.querySelector('#token-button').click()");

    assertThat(heard()).contains("dialog Token", "textbox Token", "button Use it", "button Cancel");
  }

  /** Brightness of the ground behind all, from 0, black, to 1, white. */
  private static double ground() {
    return browser
        .script(
            """
            const parts = getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g);
            return (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]) / 255;
            """)
        .asDouble();
  }

  @Test
  void colours_systemIsDark_pageAndChartsFollowUnlessAPersonChose() {
    system("light");
    page.fill();
    soon().until(() -> ground() > .9);

    system("dark");

    soon().until(() -> ground() < .1);
    soon().until(() -> page.draws("hour-error", "--accent"));

    browser.script("document.querySelector('#theme').click()");
    assertThat(browser.text("#theme")).isEqualTo("Light");
    assertThat(ground()).isGreaterThan(.9);
    soon().until(() -> page.draws("hour-error", "--accent"));
    page.reopen();
    assertThat(browser.text("#theme")).isEqualTo("Light");
    assertThat(ground()).isGreaterThan(.9);
  }

  @ParameterizedTest
  @CsvSource({"light", "dark"})
  void colours_all_textsStandOutFromWhatIsBehindThem(String colours) {
    system(colours);
    page.fill();
    soon().until(() -> colours.equals("dark") == ground() < .1);

    assertThat(
            page.texts(
                """
                const parse = colour => colour.match(/[\\d.]+/g).map(Number);
                const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
                  .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                  .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
                const behind = one => {
                  const colour = parse(getComputedStyle(one).backgroundColor);
                  return (colour[3] ?? 1) === 1 ? colour : behind(one.parentElement);
                };
                const poor = [];
                for (const one of document.body.querySelectorAll('*')) {
                  const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
                  if (says && one.checkVisibility() && !one.closest(':disabled, script')) {
                    const [dark, bright] = [light(parse(getComputedStyle(one).color)), light(behind(one))].sort((a, b) => a - b);
                    const ratio = (bright + 0.05) / (dark + 0.05);
                    if (ratio < 4.5) {
                      poor.push(`${one.innerText}: ${ratio}`);
                    }
                  }
                }
                return poor;
                """))
        .isEmpty();
  }
}

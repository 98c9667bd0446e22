package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of one series, and of their list. */
final class PageSeriesIT {
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

  private void tellOfScores(long... times) {
    server.tell("series", PageServer.scoredAt(times));
  }

  private String times() {
    return joined("#shown-table tbody td:first-child");
  }

  private static List<Object> row(long minute, Double lat, Double longitude) {
    return Arrays.asList(minute * 60_000, lat, longitude);
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

  @Test
  void list_longerInComingThanFigures_isShownAllTheSame() {
    // Counted in the page: browsers hold a second request back until the first of its kind ends.
    browser.beforeEach(
        """
        window.lists = 0;
        const send = window.fetch;
        window.fetch = (path, options) => {
          window.lists += path.startsWith('api/series');
          return send(path, options);
        };
        """);
    browser.open("about:blank");
    server.holdLists();
    int streams = server.streams();
    int lists = server.lists();
    browser.open(server.address());
    soon().until(() -> server.streams() > streams && server.lists() > lists);

    for (int lag = 1_001; lag < 1_004; lag++) {
      String told = "1,00" + lag % 10;
      server.tell("overview", PageServer.overview("lag", lag));
      soon().until(() -> browser.text("#tile-lag").equals(told));
    }
    assertThat(browser.script("return window.lists").asInt()).isEqualTo(1);
    server.giveLists();

    soon().until(() -> listedKeys().equals("a b"));
    soon().until(() -> server.isFollowed("a"));
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

  @Test
  void table_nextVector_rowsOfBeforeStayWhatTheyAre() {
    browser.script("document.querySelector('#shown-table').open = true");
    tellOfScores(60_000, 120_000, 180_000);
    soon().until(() -> times().contains("00:03"));
    browser.script(
        """
        const rows = [...document.querySelectorAll('#shown-table tbody tr')].slice(0, 2);
        window.kept = [document.querySelector('#shown-table th'), ...rows, ...rows.map(row => row.cells[1].firstChild)];
        getSelection().selectAllChildren(rows[1]);
        """);

    tellOfScores(120_000, 180_000, 240_000);

    soon().until(() -> times().equals("1970-01-01 00:04 1970-01-01 00:03 1970-01-01 00:02"));
    assertThat(browser.script("return window.kept.every(one => one.isConnected)").asBoolean())
        .isTrue();
    assertThat(
            browser
                .script(
                    "return getSelection().anchorNode === window.kept[2] && !getSelection().isCollapsed")
                .asBoolean())
        .isTrue();
  }

  @Test
  void list_toldTheSameAgain_keepsItsElements() {
    soon().until(() -> listedKeys().equals("a b"));
    browser.script(
        "window.kept = [...document.querySelectorAll('#series-list button span, #series-list li')]");
    int lists = server.lists();

    soon().until(() -> server.lists() > lists + 1);

    assertThat(browser.script("return window.kept.length").asInt()).isEqualTo(6);
    assertThat(browser.script("return window.kept.every(one => one.isConnected)").asBoolean())
        .isTrue();
  }

  @Test
  void table_hugeAndTinyValues_haveTheirDigits() {
    browser.script("document.querySelector('#shown-table').open = true");
    Map<String, Object> series = new HashMap<>(PageServer.series("a", List.of()));
    Map<String, Object> score =
        Map.of(
            "time",
            60_000,
            "actual",
            List.of(1_187_002, 0.000118),
            "forecast",
            List.of(1_234_567, 0.0012345678));
    series.put("vectors", List.of(row(1, 1e30, -1_234_567.)));
    series.put("scores", List.of(score));
    series.put("forecast", null);

    server.tell("series", series);

    soon().until(() -> joined("#shown-table tbody td.num").startsWith("1.2346e6 1.187e6 "));
    assertThat(joined("#shown-table tbody td.num")).isEqualTo("1.2346e6 1.187e6 0.0012346 1.18e-4");
    assertThat(joined("#charts figcaption b")).isEqualTo("1e30 -1.23e6");
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

  @Test
  void category_next_isToldWithItsProbability() {
    server.tell("series", PageServer.word("a", "down", .75));

    soon().until(() -> browser.text("#charts figcaption b").equals("next: down (75 %)"));
  }

  /**
   * Its row has the word before, as experts and networks are given it. What came true is told by
   * more than a colour.
   */
  @Test
  void category_wordThatDidNotCome_isNoForecastThatCameTrue() {
    server.tell("series", PageServer.wordThatDidNotCome());

    soon().until(() -> joined("#charts .pill").equals("✓ up up"));
    assertThat(
            page.texts("return [...document.querySelectorAll('#charts .pill')].map(p => p.title)"))
        .containsExactly("1970-01-01 00:01:00, as forecast", "1970-01-01 00:01:01");
    assertThat(
            browser.script("return document.querySelectorAll('#charts .pill.good').length").asInt())
        .isEqualTo(1);
  }

  /** A stored forecast, of which a vector has answered t+1 already. */
  @Test
  void category_answeredAlready_isNoWord() {
    server.tell("series", PageServer.word("a", "down", .75));
    soon().until(() -> browser.text("#charts figcaption b").equals("next: down (75 %)"));

    server.tell("series", PageServer.word("a", null, .75));

    soon().until(() -> browser.text("#charts figcaption b").isEmpty());
  }

  /** To a browser all blanks are one, and those at an end are none. */
  @Test
  void list_keysThatDifferByBlanks_lookDifferent() {
    List<String> keys =
        List.of(
            "a",
            "a b",
            "a  b",
            " a b",
            "a b ",
            "a\nb",
            "a\tb",
            "a\u00a0b",
            "a\u200bb",
            "\ufeffa b",
            "a\u202eb",
            " ",
            "  ",
            "\u0000");
    server.listed(keys);
    browser.script("document.querySelector('#order-key').click()");
    soon().until(() -> browser.text("#list-note").equals("14 series"));

    List<String> names =
        page.texts(
            "return [...document.querySelectorAll('#series-list .name')].map(one => one.innerText)");
    assertThat(names).doesNotHaveDuplicates().hasSize(keys.size());
    assertThat(names).startsWith("a", "a b", "a␣␣b").noneMatch(String::isBlank);
    assertThat(names)
        .noneMatch(name -> Pattern.compile("[\\p{Cc}\\p{Cf}]|(?! )\\p{Z}").matcher(name).find());

    browser.script(
        "[...document.querySelectorAll('#series-list button')].find(one => one.dataset.key === ' ').click()");
    soon().until(() -> server.isFollowed(" "));
    soon().until(() -> browser.text("#shown-heading").equals("␣"));
    server.tell("series", PageServer.series(" ", List.of(row(1, 20., 10.))));
    soon().until(() -> browser.text("#shown-note").startsWith("last vector"));
    assertThat(browser.text("#shown-heading")).isEqualTo("␣");
  }

  /** As of an instance that is stopped while it answers. */
  @Test
  void list_answerThatBreaksOff_listStandsAndGoesOnWithTheNext() {
    browser.script(
        """
        const send = window.fetch;
        const cut = () => new ReadableStream({start(answer) {
          answer.enqueue(new TextEncoder().encode('{"series": ['));
          answer.error(new TypeError('network error'));
        }});
        window.breaks = false;
        window.fetch = (path, options) => {
          if (!path.startsWith('api/series')) {
            return send(path, options);
          }
          const keys = path.includes('after=b') ? ['c'] : ['a', 'b'];
          return Promise.resolve(window.breaks ? new Response(cut())
            : Response.json({series: keys.map(key => ({key, lastTime: 0})), more: true}));
        };
        document.querySelector('#order-key').click();
        """);
    soon().until(() -> browser.text("#list-note").equals("2 and more series"));

    browser.script("window.breaks = true; document.querySelector('#order-key').click()");
    soon().until(() -> browser.text("#list-note").startsWith("The answer broke off"));
    assertThat(listedKeys()).isEqualTo("a b");

    browser.script("window.breaks = false; document.querySelector('#more').click()");
    soon().until(() -> listedKeys().equals("a b c"));
    assertThat(browser.complaints()).isEmpty();
  }
}

package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which series the page shows, where it or a person chooses, and what stands meanwhile. */
final class PageChoiceIT {
  private static final List<List<Object>> ROWS = List.of(List.of(60_000, 50, 11));

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

  private String heading() {
    return browser.text("#shown-heading");
  }

  private String note() {
    return browser.text("#shown-note");
  }

  private int charts() {
    return browser.script("return document.querySelectorAll('#charts figure').length").asInt();
  }

  private void tellOf(String key) {
    server.tell("series", PageServer.series(key, ROWS));
    soon().until(() -> heading().equals(key) && charts() == 2);
  }

  private void loseShown() {
    server.tell("gone", Map.of("error", "there is no such series"));
  }

  @Test
  void gone_seriesThatIsStillListed_isNotAskedForAgain() {
    loseShown();

    soon().until(() -> server.isFollowed("b"));
    int before = server.streams();
    loseShown();

    soon().until(() -> note().startsWith("Fell silent"));
    server.tell("overview", PageServer.overview("lag", 4_321));
    soon().until(() -> browser.text("#tile-lag").equals("4,321"));
    assertThat(server.streams()).isEqualTo(before);
  }

  /** As of machines that run by turns. */
  @Test
  void gone_seriesThatSpeaksAgain_isChosenAgain() {
    loseShown();
    soon().until(() -> server.isFollowed("b"));
    loseShown();
    soon().until(() -> note().startsWith("Fell silent"));
    server.listed(List.of());
    soon().until(() -> browser.text("#list-note").equals("No series yet"));

    server.listed(List.of("a"));

    soon().until(() -> server.isFollowed("a"));
  }

  @Test
  void gone_seriesThatSpeaksAgainWhileItIsShown_isNotLeftForAnother() {
    server.listed(List.of("a"));
    loseShown();
    soon().until(() -> note().startsWith("Fell silent"));
    tellOf("a");
    int streams = server.streams();

    server.listed(List.of("b", "a"));

    soon().until(() -> browser.text("#series-list").startsWith("b"));
    // One that it chose would be followed by now, or by the next list.
    int lists = server.lists();
    soon().until(() -> server.lists() > lists);
    assertThat(server.streams()).isEqualTo(streams);
    assertThat(heading()).isEqualTo("a");
  }

  /** Where many series end, the page would be empty for a good part of the time. */
  @Test
  void gone_anotherIsChosenByThePage_whatStoodStaysUntilItComes() {
    tellOf("a");
    loseShown();

    soon().until(() -> server.isFollowed("b"));
    assertThat(heading()).isEqualTo("a");
    assertThat(note()).startsWith("Fell silent");
    assertThat(charts()).isEqualTo(2);

    tellOf("b");
    assertThat(note()).startsWith("last vector");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void pick_seriesThatThePageChoseAndThatHasNotCome_nothingOfTheOneBeforeStands() {
    tellOf("a");
    loseShown();
    soon().until(() -> server.isFollowed("b"));
    int streams = server.streams();

    browser.script("document.querySelector('[data-key=b]').click()");

    assertThat(heading()).isEqualTo("b");
    assertThat(charts()).isZero();
    assertThat(server.streams()).isEqualTo(streams);
  }

  /** As by Enter that is held down: each stream takes one of http.streams for a while. */
  @Test
  void pick_seriesThatIsShown_nothingIsAskedForAnew() {
    tellOf("a");
    int streams = server.streams();

    browser.script(
        "for (let i = 0; i < 10; i++) { document.querySelector('[data-key=a]').click(); }");

    assertThat(note()).startsWith("last vector");
    server.tell("overview", PageServer.overview("lag", 4_321));
    soon().until(() -> browser.text("#tile-lag").equals("4,321"));
    assertThat(server.streams()).isEqualTo(streams);
    // By a person: then it stays, though another one is listed.
    loseShown();
    soon().until(() -> note().startsWith("Fell silent"));
    int lists = server.lists();
    soon().until(() -> server.lists() > lists + 1);
    assertThat(server.isFollowed("a")).isTrue();
  }

  /** The stream goes on, and does not say again what it has said. */
  @ParameterizedTest
  @CsvSource({"refused, stores are opening", "gone, Fell silent"})
  void pick_seriesThatIsNotTold_itsReasonStays(String event, String reason) {
    browser.script("document.querySelector('[data-key=b]').click()");
    soon().until(() -> server.isFollowed("b"));
    server.tell(event, Map.of("error", "stores are opening"));
    soon().until(() -> note().startsWith(reason));
    int streams = server.streams();

    browser.script("document.querySelector('[data-key=b]').click()");

    assertThat(note()).startsWith(reason);
    assertThat(heading()).isEqualTo("b");
    assertThat(server.streams()).isEqualTo(streams);
  }

  @Test
  void gone_anotherIsRefused_nothingOfTheOneBeforeStands() {
    tellOf("a");
    loseShown();
    soon().until(() -> server.isFollowed("b"));

    server.tell("refused", Map.of("error", "stores are opening"));

    soon().until(() -> note().equals("stores are opening"));
    assertThat(heading()).isEqualTo("b");
    assertThat(charts()).isZero();
  }
}

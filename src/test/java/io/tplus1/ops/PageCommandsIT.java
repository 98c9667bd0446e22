package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page asks a person before it sends a command about models, and what it sends. */
final class PageCommandsIT {
  @TempDir static Path directory;
  private OpenPage page;
  private PageServer server;
  private Browser browser;

  /** The champion that a pointer names, empty for none; null while it is the one that serves. */
  private String named;

  private boolean pinned;
  private boolean asked = true;

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

  @Test
  void commands_nobodyWouldCarryOut_saysWhy() {
    server.models(Map.of("commands", false, "noCommands", "commands need http.token"));
    page.reopen();

    server.tell("overview", PageServer.overview());

    soon().until(() -> browser.text("#no-commands").equals("commands need http.token"));
  }

  /** As chats and wikis hand tokens out: the browser would refuse to send it, to whomever. */
  @ParameterizedTest
  @ValueSource(strings = {"“0123456789abcdef”", "0123456789\u200babcdef", "0123456789 abcdef"})
  void token_noHeaderCouldHoldIt_isAskedForAgain(String typed) {
    browser.script(
        """
        document.querySelector('#token-button').click();
        document.querySelector('#token').value = '%s';
        document.querySelector('#token-dialog button[value=ok]').click()\
        """
            .formatted(typed));

    soon().until(() -> browser.text("#toast").contains("visible ASCII characters"));
    assertThat(
            browser
                .script(
                    "return document.querySelector('#token-dialog').open &&"
                        + " !sessionStorage.getItem('tplus1.token')")
                .asBoolean())
        .isTrue();
  }

  /** Shows a model, keeps commands from being sent, and asks for one. */
  private void ask(String kind, String champion) {
    browser.script(
        """
        sessionStorage.setItem('tplus1.token', 'any');
        window.sent = [];
        const send = window.fetch;
        window.fetch = (path, options) => path === 'api/commands'
          ? Promise.resolve(Response.json({id: window.sent.push(options.body)}, {status: 202}))
          : send(path, options);
        """);
    show(champion);
    browser.script("document.querySelector('[data-command=%s]').click()".formatted(kind));
  }

  private void show(String champion) {
    Map<String, Object> serving =
        Map.of(
            "hash",
            champion,
            "kernel",
            "java",
            "asked",
            asked,
            "since",
            0,
            "learntTo",
            1,
            "pinned",
            pinned);
    Map<String, Object> models = new HashMap<>(Map.of("commands", true));
    if (!champion.isEmpty()) {
      models.put("champion", serving);
    }
    String pointed = named == null ? champion : named;
    if (!pointed.isEmpty()) {
      models.put("named", pointed);
    }
    server.models(models);
    soon()
        .until(
            () -> {
              server.tell("events", Map.of("events", List.of()));
              server.tell("overview", PageServer.overview());
              String shown = champion.isEmpty() ? "none" : champion.substring(0, 12);
              return browser.text("#champion").contains(shown)
                  && browser.text("[data-command=UNPIN]").isEmpty() != pinned;
            });
  }

  private String sent() {
    browser.script("document.querySelector('#command-ok').click()");
    soon().until(() -> browser.text("#toast").startsWith("Sent."));
    return browser.script("return window.sent.join()").asText();
  }

  @Test
  void rollBack_championThatWasSeen_isNamed() {
    ask("ROLLBACK", "a1".repeat(32));

    assertThat(browser.text("#command-title")).isEqualTo("Roll back?");
    assertThat(browser.text("#command-text")).contains("a1a1a1a1a1a1 serves now");
    assertThat(sent()).isEqualTo("{\"kind\":\"ROLLBACK\",\"hash\":\"a1a1a1a1a1a1\"}");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void rollBack_championThatDoesNotServeHere_isNamedAndSent() {
    named = "d4".repeat(32);
    ask("ROLLBACK", "a1".repeat(32));

    assertThat(browser.text("#command-text"))
        .startsWith("d4d4d4d4d4d4 is the champion, though a1a1a1a1a1a1 serves here. ");
    assertThat(sent()).isEqualTo("{\"kind\":\"ROLLBACK\",\"hash\":\"d4d4d4d4d4d4\"}");
  }

  @Test
  void rollBack_modelThatNoPointerNames_isSentAsTheCommandLineSendsIt() {
    named = "";
    ask("ROLLBACK", "a1".repeat(32));

    assertThat(sent()).isEqualTo("{\"kind\":\"ROLLBACK\"}");
  }

  /** As where experts has no rnn: the champion is there, and forecasts are those of others. */
  @Test
  void champion_thatNoForecastAsks_isNotSaidToServe() {
    asked = false;
    ask("PIN", "a1".repeat(32));

    assertThat(browser.text("#champion"))
        .contains("a1".repeat(32), "by no forecast: experts has no rnn")
        .doesNotContain("Serving for", "Computed by", "Learnt until");
    assertThat(browser.text("#command-text"))
        .startsWith("a1a1a1a1a1a1 is the champion, which no forecast asks. ");
    assertThat(sent()).isEqualTo("{\"kind\":\"PIN\",\"hash\":\"a1a1a1a1a1a1\"}");
  }

  @Test
  void pin_championThatWasSeen_isSent() {
    show("a1".repeat(32));
    assertThat(browser.text("#champion"))
        .contains("Serving for", "Computed by", "Learnt until")
        .doesNotContain("no forecast");

    ask("PIN", "a1".repeat(32));

    assertThat(sent()).isEqualTo("{\"kind\":\"PIN\",\"hash\":\"a1a1a1a1a1a1\"}");
  }

  @Test
  void unpin_championThatIsPinned_isSentInPlaceOfPin() {
    pinned = true;
    show("a1".repeat(32));
    assertThat(browser.text("[data-command=UNPIN]")).isEqualTo("Unpin");
    assertThat(browser.text("[data-command=PIN]")).isEmpty();
    assertThat(browser.text("#champion")).contains("Pinned\nyes");

    ask("UNPIN", "a1".repeat(32));

    assertThat(browser.text("#command-title")).isEqualTo("Unpin the champion?");
    assertThat(sent()).isEqualTo("{\"kind\":\"UNPIN\",\"hash\":\"a1a1a1a1a1a1\"}");
    pinned = false;
    show("a1".repeat(32));
    assertThat(browser.text("[data-command=PIN]")).isEqualTo("Pin");
  }

  @ParameterizedTest
  @CsvSource({"PIN, a1a1a1a1a1a1", "ROLLBACK, a1a1a1a1a1a1", "PIN, ''"})
  void command_anotherChampionMeanwhile_isToldAndNotSent(String kind, String seen) {
    ask(kind, seen.isEmpty() ? "" : "a1".repeat(32));
    show("b2".repeat(32));

    assertThat(browser.text("#command-text"))
        .startsWith(
            "By now b2b2b2b2b2b2 is the champion, and no longer "
                + (seen.isEmpty() ? "none" : seen));
    browser.script("document.querySelector('#command-ok').click()");
    soon()
        .until(
            () -> browser.text("#toast").equals("Not sent: b2b2b2b2b2b2 is the champion by now."));
    assertThat(browser.script("return window.sent.length").asInt()).isZero();
  }

  @Test
  void retrain_anotherChampionMeanwhile_isSentAllTheSame() {
    ask("RETRAIN", "a1".repeat(32));
    show("b2".repeat(32));

    assertThat(sent()).isEqualTo("{\"kind\":\"RETRAIN\"}");
  }

  /** As of an instance that is stopped while it answers, or of a proxy's own page. */
  @Test
  void models_answerThatBreaksOff_championAndCommandsStay() {
    show("a1".repeat(32));
    browser.script(
        """
        const send = window.fetch;
        window.broken = 0;
        window.fetch = (path, options) => path === 'api/models?scope=local'
          ? Promise.resolve(new Response(++window.broken % 2 ? '{"champion": {' : '<p>Log in</p>'))
          : send(path, options);
        """);
    soon()
        .until(
            () -> {
              server.tell("events", Map.of("events", List.of()));
              server.tell("overview", PageServer.overview());
              return browser.script("return window.broken").asInt() > 3;
            });
    server.tell("overview", PageServer.overview("lag", 4_321));
    soon().until(() -> browser.text("#tile-lag").equals("4,321"));

    assertThat(browser.text("#champion")).contains("a1".repeat(32));
    assertThat(browser.script("return document.querySelectorAll('button:disabled').length").asInt())
        .isZero();
  }

  /** As where another instance hangs, which is waited for, and a model takes over meanwhile. */
  @Test
  void models_answerThatComesAfterALaterOne_isNotShown() {
    browser.script(
        """
        const send = window.fetch;
        window.asked = [];
        window.fetch = (path, options) => path === 'api/models?scope=local'
          ? new Promise(answer => window.asked.push(hash => answer(Response.json(
              {commands: true, named: hash, champion: {hash, kernel: 'java', since: 0}}))))
          : send(path, options);
        """);
    soon()
        .until(
            () -> {
              server.tell("events", Map.of("events", List.of()));
              server.tell("overview", PageServer.overview());
              return browser.script("return window.asked.length").asInt() > 1;
            });
    browser.script("window.asked[1]('b2'.repeat(32))");
    soon()
        .until(
            () -> {
              server.tell("overview", PageServer.overview());
              return browser.text("#champion").contains("b2");
            });

    browser.script("window.asked[0]('a1'.repeat(32))");

    server.tell("overview", PageServer.overview("lag", 4_321));
    soon().until(() -> browser.text("#tile-lag").equals("4,321"));
    assertThat(browser.text("#champion")).contains("b2".repeat(32));
  }

  /** Its body is not needed: the command was taken. */
  @Test
  void command_takenByAnAnswerThatBreaksOff_isSent() {
    ask("PIN", "a1".repeat(32));
    browser.script(
        """
        const send = window.fetch;
        window.fetch = (path, options) => path === 'api/commands'
          ? Promise.resolve(new Response(window.sent.push(options.body) && '{', {status: 202}))
          : send(path, options);
        """);

    assertThat(sent()).isEqualTo("{\"kind\":\"PIN\",\"hash\":\"a1a1a1a1a1a1\"}");
  }

  /** As where brokers are slow to take it, or a proxy to wait, or nobody answers at all. */
  @ParameterizedTest
  @CsvSource({
    "'Promise.resolve(new Response(`{\"error\": \"it may have it all the same\"}`, {status:"
        + " 503}))', Perhaps not sent: it may have",
    "'Promise.resolve(new Response(``, {status: 504}))', Perhaps not sent: status 504",
    "'Promise.reject(new TypeError(`Failed to fetch`))', Perhaps not sent: Failed to fetch",
    "'Promise.resolve(new Response(`{\"error\": \"no\"}`, {status: 409}))', Not sent: no",
  })
  void command_thatMayHaveBeenTaken_isNotSaidToBeNotSent(String answer, String told) {
    ask("RETRAIN", "");
    browser.script(
        "window.fetch = () => %s; document.querySelector('#command-ok').click()".formatted(answer));

    soon().until(() -> browser.text("#toast").startsWith(told));
  }

  /** As of a proxy that wants a log-in, and says so with a page of its own. */
  @Test
  void command_answeredByAnotherServer_isNotSaidToBeSent() {
    ask("PIN", "a1".repeat(32));
    browser.script(
        """
        window.fetch = () => Promise.resolve(new Response('<p>Log in</p>'));
        document.querySelector('#command-ok').click()
        """);

    soon().until(() -> browser.text("#toast").startsWith("Perhaps not sent: "));
    assertThat(browser.text("#toast")).contains("status 200", "202 was expected");
  }
}

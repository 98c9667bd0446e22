package io.tplus1.instance;

import static io.tplus1.tool.Browser.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.tool.Browser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard as a person sees it: a real instance in a real, headless browser. */
final class DashboardIT {
  private static final String OLD = "a".repeat(64);
  private static final String NEW = "b".repeat(64);

  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private static WatchedStream watched;
  private static final List<ModelCommand> COMMANDS =
      Collections.synchronizedList(new ArrayList<>());

  private Browser browser;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    watched =
        new WatchedStream(
            broker.bootstrapServers(),
            directory.resolve("state"),
            // What experts forecast lies behind the features of stored rows.
            Map.of(
                "http.token",
                WatchedStream.TOKEN,
                "experts",
                "last,joint,rnn",
                "joint.lags",
                "1-2"),
            COMMANDS::add);
    watched.serve(OLD);
    await().until(watched::isReady);
  }

  @AfterAll
  static void stop() {
    // The last one first; what did not start is null and passed over.
    try (EmbeddedBroker last = broker;
        WatchedStream one = watched) {}
  }

  @BeforeEach
  void open() throws Exception {
    browser = Browser.start(directory, 1_440, 1_800);
    browser.open(watched.address() + "/favicon.svg");
    browser.script("sessionStorage.setItem('tplus1.token', '%s')".formatted(WatchedStream.TOKEN));
    browser.open(watched.address() + "/");
    soon().until(() -> browser.text("#live-text").equals("Live"));
  }

  @AfterEach
  void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void page_vectorsCome_forecastTrackAndFiguresAppear() throws Exception {
    watched.produce(List.of("storm-1", "storm-2"), 0, 12);
    watched.produceJunk("storm-3", "{\"lat\": \"<b>north</b>\"}");
    watched.produceJunk("storm-3", "{\"between\u2028lines\": 1}");

    soon().until(() -> watched.json("/api/series?prefix=storm-1").get("series").size() == 1);
    browser.type("#search", "storm-1\uE007");
    soon().until(() -> browser.text("#shown-heading").equals("storm-1"));
    soon().until(() -> browser.text("#shown-note").contains("forecast OK by "));
    soon()
        .until(
            () ->
                browser.script("return document.querySelectorAll('#charts canvas').length").asInt()
                    == 3);
    assertThat(browser.script("return document.querySelector('#track').hidden").asBoolean())
        .isFalse();
    assertThat(browser.text("#charts")).contains("→");
    soon().until(() -> browser.text("[data-reason=WRONG_TYPE]").contains("lat"));
    assertThat(browser.text("[data-reason=WRONG_TYPE]")).contains("watched.features");
    soon().until(() -> browser.text("[data-reason=EXTRA_FIELD]").contains("between"));
    assertThat(browser.text("#live-text")).isEqualTo("Live");
    soon().until(() -> !browser.text("#tile-error").equals("–"));
    keepPicture("forecasts.png");

    watched.produce(List.of("storm-1", "storm-2"), 12, 13);
    soon().until(() -> browser.text("#shown-note").contains("2023-11-15 10:13"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void search_prefix_findsSeriesAndShowsTheChosenOne() throws Exception {
    watched.produce(List.of("needle-1", "needle-2"), 0, 6);
    watched.produce(IntStream.range(0, 120).mapToObj(i -> "hay-%03d".formatted(i)).toList(), 0, 1);
    soon().until(() -> watched.json("/api/series?prefix=needle").get("series").size() == 2);

    browser.type("#search", "needle-2");

    soon()
        .until(
            () ->
                browser
                        .script("return document.querySelectorAll('#series-list button').length")
                        .asInt()
                    == 1);
    browser.type("#search", "\uE007");
    soon().until(() -> browser.text("#shown-heading").equals("needle-2"));
    soon().until(() -> browser.text("#shown-note").contains("last vector"));
    browser.type("#search", "?");
    soon().until(() -> browser.text("#list-note").contains("No key begins with"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void page_modelSwapped_timelineTellsAndChampionChanges() throws Exception {
    watched.serve(NEW);
    watched.happen(
        new ModelEvent(
            ModelEvent.Kind.PROMOTED,
            1_700_000_000_000L,
            Optional.of(NEW),
            Optional.of(NEW),
            Optional.empty(),
            "better by <i>3 %</i>",
            Map.of("champion", 0.81, "challenger", 0.78)));

    soon()
        .until(() -> browser.text("#events [data-kind=PROMOTED]").contains("became the champion"));
    assertThat(browser.text("#events"))
        .contains("better by <i>3 %</i>")
        .contains("challenger 0.78");
    soon().until(() -> browser.text("#champion").contains("bbbbbbbbbbbb"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void rollBack_confirmed_commandIsSentOnceWithTheChampion() throws Exception {
    watched.serve(OLD);
    watched.name(NEW);
    await().until(() -> watched.json("/api/models").path("named").asText().equals(NEW));
    soon().until(() -> browser.text("#champion").contains("aaaaaaaaaaaa"));
    soon()
        .until(
            () ->
                !browser
                    .script("return document.querySelector('[data-command=ROLLBACK]').disabled")
                    .asBoolean());
    COMMANDS.clear();
    soon()
        .until(
            () -> {
              browser.script("document.querySelector('#command-dialog').close()");
              browser.script("document.querySelector('[data-command=ROLLBACK]').click()");
              return browser.text("#command-text").startsWith("bbbbbbbbbbbb is the champion");
            });
    assertThat(browser.text("#command-title")).isEqualTo("Roll back?");
    assertThat(COMMANDS).isEmpty();

    browser.script("document.querySelector('#command-ok').click()");

    soon().until(() -> !COMMANDS.isEmpty());
    assertThat(COMMANDS).extracting(ModelCommand::kind).containsExactly(ModelCommand.Kind.ROLLBACK);
    assertThat(COMMANDS.get(0).seen()).contains(NEW.substring(0, 12));
    soon().until(() -> browser.text("#toast").contains("Sent"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void tokenDialog_cancelledThenTyped_asksOnceAndEnterUsesTheToken() {
    browser.script("sessionStorage.clear()");
    browser.open(watched.address() + "/");
    soon().until(this::wantsToken);

    browser.script("document.querySelector('#token-cancel').click()");
    assertThat(wantsToken()).isFalse();
    assertThat(browser.text("#live-text")).isEqualTo("Wants a token");

    browser.script("document.querySelector('#token-button').click()");
    browser.type("#token", WatchedStream.TOKEN + "\uE007");
    soon().until(() -> browser.text("#live-text").equals("Live"));
    assertThat(wantsToken()).isFalse();
  }

  private boolean wantsToken() {
    return browser.script("return document.querySelector('#token-dialog').open").asBoolean();
  }

  @Test
  void page_tenThousandSeries_listsThemWithinSeconds() throws Exception {
    for (int i = 0; i < 10; i++) {
      int from = i * 1_000;
      watched.produce(
          IntStream.range(from, from + 1_000).mapToObj(n -> "many-%05d".formatted(n)).toList(),
          0,
          1);
    }
    await().until(() -> watched.json("/api/series?prefix=many-09999").get("series").size() == 1);

    browser.open(watched.address() + "/");
    soon()
        .until(
            () ->
                browser
                        .script("return document.querySelectorAll('#series-list button').length")
                        .asInt()
                    > 0);

    double millis =
        browser
            .script(
                "const r = performance.getEntriesByType('resource').filter(e => e.name.includes('/api/series'));"
                    + " return r[0].responseEnd")
            .asDouble();
    System.getLogger(DashboardIT.class.getName())
        .log(System.Logger.Level.INFO, "The list stood after {0} ms", millis);
    // Seconds, not one, and on a busy machine not ten: other tests may share the processors.
    assertThat(millis).isLessThan(30_000);
    assertThat(browser.complaints()).isEmpty();
  }

  private void keepPicture(String name) throws Exception {
    Path folder =
        Files.createDirectories(
            Path.of(System.getProperty("project.root", "."), "target", "dashboard"));
    browser.picture(folder.resolve(name));
  }
}

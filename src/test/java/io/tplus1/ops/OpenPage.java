package io.tplus1.ops;

import static io.tplus1.tool.Browser.soon;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The dashboard's page in a real, headless browser, told what an instance seldom tells. */
final class OpenPage implements AutoCloseable {
  /** Longer than any part of the page is wide on a phone, and nowhere to be broken. */
  static final String LONG = "one-word-".repeat(12).replace('-', '_');

  private final PageServer server = new PageServer();
  private final Browser browser;

  /**
   * Opens it, following series a.
   *
   * @param directory of the browser's own
   */
  OpenPage(Path directory) throws Exception {
    Browser started = null;
    try {
      started = Browser.start(directory, 1_440, 1_800);
      server.listed(List.of("a", "b"));
      open(started);
    } catch (Exception | AssertionError e) {
      // Nobody else could close them: they would load the machine for all tests behind this one.
      try (PageServer last = server;
          Browser one = started) {
        throw e;
      }
    }
    browser = started;
  }

  private void open(Browser started) {
    started.open(server.address());
    soon().until(() -> started.text("#live-text").equals("Live"));
    soon().until(() -> server.isFollowed("a"));
  }

  /** Opens it anew, following series a: nothing that it was told before is in it. */
  void reopen() {
    int before = server.streams();
    browser.open(server.address());
    // Not what the page before still follows: it would hear of it, and be gone.
    soon().until(() -> server.streams() > before && server.isFollowed("a"));
  }

  /** Takes any number of texts out of the page, where a script gives an array of them. */
  List<String> texts(String script) {
    List<String> texts = new ArrayList<>();
    browser.script(script).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /**
   * Whether a chart, or what else has a canvas inside, has painted in a colour.
   *
   * @param place id of the element
   * @param colour its name in app.css, such as --accent
   */
  boolean draws(String place, String colour) {
    return browser
        .script(
            """
            const canvas = document.querySelector('#%s canvas');
            const hex = getComputedStyle(document.documentElement).getPropertyValue('%s').trim();
            const wanted = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
            if (!canvas) {
              return false;
            }
            // Of a copy: Chromium complains of canvases that are read again and again.
            const {width, height} = canvas;
            const copy = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
            copy.drawImage(canvas, 0, 0);
            const pixels = copy.getImageData(0, 0, width, height).data;
            for (let i = 0; i < pixels.length; i += 4) {
              if (pixels[i + 3] === 255 && wanted.every((part, j) => Math.abs(part - pixels[i + j]) < 4)) {
                return true;
              }
            }
            return false;
            """
                .formatted(place, colour))
        .asBoolean();
  }

  /** Tells something of every part. */
  void fill() {
    String hash = "c".repeat(64);
    Map<String, Object> champion =
        Map.of("hash", hash, "kernel", "java", "since", 0, "learntTo", 60_000, "pinned", true);
    server.models(Map.of("commands", false, "noCommands", "no token", "champion", champion));
    Map<String, Object> sums =
        Map.of("count", 9, "error", 1, "persistence", 2, "covered", 8, "intervals", 9);
    Map<String, Object> other = new HashMap<>(sums);
    other.put("error", 3);
    Map<String, Object> event = new HashMap<>(Map.of("kind", "FAILED", "time", 0, "reason", LONG));
    event.put("hash", hash);
    event.put("figures", Map.of("champion", .5));
    Map<String, Object> overview =
        PageServer.overview(
            "deadLetters",
            Map.of("WRONG_TYPE", Map.of("count", 1, "detail", LONG, "origin", LONG)),
            "forecasts",
            Map.of("OK", 9, "MODEL_FAILED", 1, "NO_MODEL", 1),
            "models",
            Map.of(hash, sums, "d".repeat(64), other),
            "silent",
            List.of(LONG + ":1", "three:1 (status 401)"));
    server.tell("history", PageServer.history(1, 1, 1, 1));
    server.tell("series", PageServer.series("a", List.of(List.of(60_000, 20, 10))));
    soon().until(() -> draws("hour-error", "--accent"));
    // After an event the page asks for models anew, and shows them with the next overview.
    soon()
        .until(
            () -> {
              server.tell("events", Map.of("events", List.of(event)));
              server.tell("overview", overview);
              return browser.text("#champion").contains(hash);
            });
    soon().until(() -> !visible("#track").isEmpty());
  }

  /** Whether there is something to see of an element: its id, or nothing. */
  List<String> visible(String selector) {
    return texts(
        "return [...document.querySelectorAll('%s')].filter(one => one.checkVisibility()).map(one => one.id)"
            .formatted(selector));
  }

  PageServer server() {
    return server;
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() throws Exception {
    // The last one first.
    try (PageServer last = server;
        Browser one = browser) {}
  }
}

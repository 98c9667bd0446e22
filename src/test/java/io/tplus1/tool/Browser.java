package io.tplus1.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * A headless Chromium, driven by chromedriver over the WebDriver protocol: JSON over HTTP, which
 * needs no library.
 */
public final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PORT = Pattern.compile("started successfully on port ([0-9]+)");
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final long POLL_MS = 10;

  /** Starts: it ends where the port that it was given of IPv6 is another's of IPv4. */
  private static final int TRIES = 5;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, String port, int width, int height) {
    this.driver = driver;
    String base = "http://127.0.0.1:" + port;
    Map<String, Object> chromium =
        Map.of(
            "args",
            List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--window-size=" + width + "," + height));
    JsonNode made =
        call(
            "POST",
            base + "/session",
            Map.of(
                "capabilities",
                Map.of(
                    "alwaysMatch",
                    Map.of(
                        "goog:loggingPrefs",
                        Map.of("browser", "ALL"),
                        "goog:chromeOptions",
                        chromium))));
    this.session = base + "/session/" + made.get("sessionId").asText();
  }

  /** Starts one, or skips or fails the calling test as {@link SystemTool} does. */
  public static Browser start(Path directory, int width, int height) throws Exception {
    SystemTool.require("--version", "chromium", "chromium-browser", "google-chrome");
    SystemTool.require("--version", "chromedriver");
    Path log = Files.createTempFile(directory, "chromedriver", ".txt");
    ProcessBuilder command =
        new ProcessBuilder("chromedriver", "--port=0")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // Both leave folders there.
    command.environment().put("TMPDIR", directory.toString());
    for (int i = 0; i < TRIES; i++) {
      Process driver = command.start();
      try {
        Optional<String> port = port(driver, log);
        if (port.isPresent()) {
          return new Browser(driver, port.get(), width, height);
        }
      } catch (Exception | AssertionError e) {
        end(driver, driver.descendants().toList());
        throw e;
      }
    }
    throw new AssertionError("chromedriver does not start:\n" + Files.readString(log));
  }

  /** Empty if it has ended. */
  private static Optional<String> port(Process driver, Path log) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() < deadline) {
      boolean ended = driver.waitFor(POLL_MS, TimeUnit.MILLISECONDS);
      Matcher said = PORT.matcher(Files.readString(log));
      if (said.find()) {
        return Optional.of(said.group(1));
      }
      if (ended) {
        return Optional.empty();
      }
    }
    throw new AssertionError("chromedriver did not start:\n" + Files.readString(log));
  }

  /** Waits for what a page is to show, asking it seldom enough to leave it time. */
  public static ConditionFactory soon() {
    return Awaitility.await().pollInterval(Duration.ofMillis(100));
  }

  public void open(String url) {
    call("POST", session + "/url", Map.of("url", url));
  }

  /** From now on runs a script in every page that is opened, before any of the page's own. */
  public void beforeEach(String script) {
    devtools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Does what Chromium's own developer tools could, such as be a phone; returns what they get. */
  public JsonNode devtools(String command, Map<String, ?> params) {
    return call("POST", session + "/goog/cdp/execute", Map.of("cmd", command, "params", params));
  }

  /** Runs the body of a function in the page and returns what it returns. */
  public JsonNode script(String body) {
    return call("POST", session + "/execute/sync", Map.of("script", body, "args", List.of()));
  }

  /** What the page shows at a CSS selector; empty if there is nothing. */
  public String text(String selector) {
    return script(
            "const found = document.querySelector('%s'); return found ? found.innerText : '';"
                .formatted(selector))
        .asText();
  }

  /** Types into the element at a CSS selector, as a person would. */
  public void type(String selector, String text) {
    JsonNode element =
        call("POST", session + "/element", Map.of("using", "css selector", "value", selector));
    String id = element.elements().next().asText();
    call("POST", session + "/element/" + id + "/value", Map.of("text", text));
  }

  /** Presses keys one after the other, wherever in the page the keyboard is. */
  public void press(String keys) {
    List<Map<String, Object>> strokes = new ArrayList<>();
    keys.chars()
        .mapToObj(Character::toString)
        .forEach(
            key -> {
              strokes.add(Map.of("type", "keyDown", "value", key));
              strokes.add(Map.of("type", "keyUp", "value", key));
            });
    strike(strokes);
  }

  /** Presses a key such as Shift, under which those that follow are pressed. */
  public void hold(String key) {
    strike(List.of(Map.of("type", "keyDown", "value", key)));
  }

  /** Lets go of a key that was held. */
  public void release(String key) {
    strike(List.of(Map.of("type", "keyUp", "value", key)));
  }

  private void strike(List<Map<String, Object>> strokes) {
    Map<String, Object> keyboard = Map.of("type", "key", "id", "keyboard", "actions", strokes);
    call("POST", session + "/actions", Map.of("actions", List.of(keyboard)));
  }

  /** Warnings and errors of the page's console since the last call. */
  public List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (JsonNode entry : call("POST", session + "/se/log", Map.of("type", "browser"))) {
      if (List.of("WARNING", "SEVERE").contains(entry.get("level").asText())) {
        complaints.add(entry.get("message").asText());
      }
    }
    return complaints;
  }

  /** Keeps a picture of the page. */
  public void picture(Path file) throws IOException {
    String png = call("GET", session + "/screenshot", null).asText();
    Files.write(file, Base64.getDecoder().decode(png));
  }

  private JsonNode call(String method, String url, Object body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .timeout(LONGEST)
              .header("Content-Type", "application/json")
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode value = JSON.readTree(response.body()).get("value");
      if (response.statusCode() != 200) {
        throw new AssertionError(method + " " + url + ": " + value);
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> browser = driver.descendants().toList(); // Later they are nobody's.
    try {
      call("DELETE", session, null);
    } finally {
      end(driver, browser);
    }
  }

  /**
   * Ends the driver and what is left of its Chromium, which goes on where the driver is killed: it
   * would write into a folder that is to be deleted, and slow what comes next.
   */
  private static void end(Process driver, List<ProcessHandle> browser) throws InterruptedException {
    driver.destroy();
    if (!driver.waitFor(5, TimeUnit.SECONDS)) {
      driver.destroyForcibly().waitFor();
    }
    browser.forEach(ProcessHandle::destroyForcibly);
    browser.forEach(process -> process.onExit().join());
  }
}

package io.tplus1.ops;

import static org.awaitility.Awaitility.await;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;

/** The dashboard's page in a real, headless browser, told what an instance seldom tells. */
final class OpenPage implements AutoCloseable {
  private final PageServer server = new PageServer();
  private final Browser browser;

  /**
   * Opens it, following series a.
   *
   * @param directory of the browser's own
   */
  OpenPage(Path directory) throws Exception {
    browser = Browser.start(directory, 1_440, 1_800);
    server.listed(List.of("a", "b"));
    browser.open(server.address());
    soon().until(() -> browser.text("#live-text").equals("Live"));
    soon().until(() -> server.isFollowed("a"));
  }

  PageServer server() {
    return server;
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() throws Exception {
    server.close();
    browser.close();
  }

  static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100));
  }
}

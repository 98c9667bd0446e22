package io.tplus1.ops;

import static org.awaitility.Awaitility.await;

import io.tplus1.tool.Browser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard's page in a real, headless browser, told what an instance seldom tells. */
abstract class OpenPage {
  @TempDir static Path directory;
  final PageServer server = new PageServer();
  Browser browser;

  @BeforeEach
  void open() throws Exception {
    browser = Browser.start(directory, 1_440, 1_800);
    server.listed(List.of("a", "b"));
    browser.open(server.address());
    soon().until(() -> browser.text("#live-text").equals("Live"));
    soon().until(() -> server.isFollowed("a"));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    browser.close();
  }

  static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100));
  }
}

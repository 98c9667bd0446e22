package io.tplus1.instance;

import io.tplus1.Folders;
import io.tplus1.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker for all tests of a class, on which each has topics and a state of its own. */
final class StreamsOnABroker implements BeforeAllCallback, AfterAllCallback {
  private Path directory;
  private EmbeddedBroker broker;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("streams");
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (broker != null) {
      broker.close();
    }
    Folders.delete(directory);
  }

  /** Where the states of the tests lie, each in a folder of its name. */
  Path directory() {
    return directory;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** A stream under the name of a test. */
  StreamUnderTest stream(TestInfo test, Map<String, String> settings) {
    String name = test.getTestMethod().orElseThrow().getName();
    return new StreamUnderTest(bootstrapServers(), name, directory.resolve(name), settings);
  }
}

package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance whose brokers are gone: its streams run on. */
final class CutOffIT {

  @TempDir Path directory;

  @Test
  void ready_brokerGone_saysThatNoneAnswers() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream watched =
            new WatchedStream(broker.bootstrapServers(), directory.resolve("state"), Map.of())) {
      await().until(watched::isReady);
      watched.produce(List.of("a"), 0, 6);
      // With nothing to read, answers go on coming.
      await()
          .during(Duration.ofSeconds(25))
          .until(() -> watched.get("/health/ready").statusCode() == 200);

      broker.close();

      await()
          .untilAsserted(
              () -> {
                HttpResponse<String> ready = watched.get("/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body()).contains("no broker has answered for ");
              });
    }
  }
}

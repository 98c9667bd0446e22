package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands by HTTP to an instance whose own settings train nothing. */
final class CommandsByHttpIT {
  @TempDir Path directory;

  @Test
  void command_whereNothingIsTrained_isAnsweredByTheRoleThatRuns() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream watched =
            new WatchedStream(
                broker.bootstrapServers(),
                directory.resolve("1"),
                Map.of("http.token", WatchedStream.TOKEN))) {
      await().until(watched::isReady);
      JsonNode models = watched.json("/api/models");
      assertThat(models.get("commands").asBoolean()).as(models.toString()).isTrue();
      HttpResponse<String> alone = pin(watched);
      assertThat(alone.statusCode()).as(alone.body()).isEqualTo(503);
      assertThat(alone.body()).contains("no retrain role of");

      try (WatchedRetraining retraining =
          new WatchedRetraining(watched.stream(), directory.resolve("2"))) {
        await().until(() -> pin(watched).statusCode() == 202);

        await().until(() -> watched.get("/api/events").body().contains("REFUSED"));
      }
    }
  }

  private static HttpResponse<String> pin(WatchedStream instance) {
    return instance.send(
        instance
            .request("/api/commands")
            .header("Authorization", "Bearer " + WatchedStream.TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"PIN\"}")));
  }
}

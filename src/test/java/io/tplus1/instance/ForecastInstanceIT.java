package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tplus1.LogCapture;
import io.tplus1.Waits;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An instance beside another on its state or under its name, and what it says when it ends. */
final class ForecastInstanceIT {
  private static final SeriesVector VECTOR =
      new SeriesVector(
          "s",
          new FeatureVector(
              Instant.parse("2026-01-05T00:00:00Z").toEpochMilli(), new float[] {1, 2}));

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  /** Every test has topics and a state of its own. */
  private StreamUnderTest stream;

  @BeforeEach
  void name(TestInfo test) {
    stream =
        BROKER.stream(
            test, Map.of("features", "a,b", "history.minimum", "1", "time.max.ahead", "off"));
  }

  @Test
  void start_secondInMemoryOnTheDirectory_isRefusedAndTheFirstGoesOn() throws Exception {
    stream.settings().put("window.store", "memory");
    String stateDir = stream.settings().get("state.dir");

    try (ForecastApplication first = stream.start(null)) {
      assertThatThrownBy(() -> stream.start(null).close())
          .hasMessageContaining("state.dir " + stateDir);

      stream.produce(List.of(VECTOR));
      stream.await("predictions", 1);
      String mark = stream.configuration().forecastApplicationId() + ".open";
      assertThat(Path.of(stateDir, mark)).exists();
      assertThat(first.failure()).isNull();
    }
  }

  @Test
  void start_stateDirCopied_theFirstSaysWhatIsWrong() throws Exception {
    Path stateDir = Path.of(stream.settings().get("state.dir"));
    Path copy = Files.createDirectories(BROKER.directory().resolve("copied"));
    try (ForecastApplication first = stream.start(null)) {
      stream.produce(List.of(VECTOR));
      stream.await("predictions", 1); // It is a member by now, so it is the one that is put out.
      Files.copy(stateDir.resolve("instance-id"), copy.resolve("instance-id"));
      stream.settings().put("state.dir", copy.toString());

      ForecastApplication second = stream.start(null);
      try (second) {
        assertThat(first.awaitEnd(Waits.LONG)).isTrue();
      }

      assertThat(first.complaint().orElseThrow())
          .contains("another instance", "state.dir " + stateDir);
    }
  }

  @Test
  void close_lastCommitFails_isNotSaidToBeCommitted() throws Exception {
    stream.settings().put("commit.interval.ms", "60000");
    stream.settings().put("producer.transaction.timeout.ms", "120000");
    try (LogCapture lines = LogCapture.of(RunningStreams.class);
        ForecastApplication application = stream.start(null);
        Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
      stream.produce(List.of(VECTOR));
      await().until(() -> application.counters().forecasts() == 1);
      // Those that other tests left open stay so for a while.
      String ours = stream.configuration().forecastApplicationId();
      List<String> open =
          await()
              .until(
                  () ->
                      admin
                          .listTransactions(
                              new ListTransactionsOptions()
                                  .filterStates(Set.of(TransactionState.ONGOING)))
                          .all()
                          .get()
                          .stream()
                          .map(TransactionListing::transactionalId)
                          .filter(id -> id.startsWith(ours))
                          .toList(),
                  found -> !found.isEmpty());
      admin.fenceProducers(open).all().get();

      application.close();

      assertThat(lines.messages())
          .contains(
              "the forecasts: closed after a failure; the next start goes on from the last commit")
          .doesNotContain("the forecasts: closed, everything committed");
    }
  }
}

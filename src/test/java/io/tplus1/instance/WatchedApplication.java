package io.tplus1.instance;

import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.serde.ModelEvent;
import io.tplus1.train.Gate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Two instances of one application, a process that retrains beside them, and the broker of all:
 * with rounds of vectors that were forecast, one that could not be read, and a promotion.
 */
final class WatchedApplication implements AutoCloseable {
  private static final String HASH = "c".repeat(64);
  static final int SERIES = 40;

  /** One of them is nearly as long as a key may be, and three times that in an address. */
  static final List<String> KEYS =
      IntStream.range(0, SERIES)
          .mapToObj(i -> "key/%02d %s".formatted(i, i == 5 ? "字".repeat(1_300) : "ü"))
          .toList();

  /** How many groups of series there are; each is an hour ahead of the one before. */
  static final int AHEAD = 4;

  private EmbeddedBroker broker;
  private WatchedStream first;
  private WatchedStream second;
  private WatchedRetraining retraining;

  static List<String> ahead(int hours) {
    return IntStream.range(0, SERIES).filter(i -> i % AHEAD == hours).mapToObj(KEYS::get).toList();
  }

  /** Starts all, and waits until each instance knows what became of the vectors. */
  void start(Path directory) throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    Map<String, String> token =
        Map.of("http.token", WatchedStream.TOKEN, "samples.rate", "all", "retrain.mode", "refresh");
    first =
        new WatchedStream(broker.bootstrapServers(), directory.resolve("1"), token, command -> {});
    second = new WatchedStream(broker.bootstrapServers(), directory.resolve("2"), token);
    retraining = new WatchedRetraining(first.stream(), directory.resolve("3"));
    first.serve(HASH);
    second.serve(HASH);
    await()
        .until(
            () ->
                first.isReady()
                    && second.isReady()
                    && first.json("/api/overview").get("instances").size() == 2);
    for (int hours = 0; hours < AHEAD; hours++) {
      first.produce(ahead(hours), hours, hours + 10);
    }
    first.produceJunk("junk", "{\"lat\": \"<b>north</b>\"}");
    first.happen(
        new ModelEvent(
            ModelEvent.Kind.PROMOTED,
            WatchedStream.START,
            Optional.of(HASH),
            Optional.of(HASH),
            Optional.empty(),
            "first",
            Map.of("champion", 0.5, Gate.SAMPLES, 64.0)));
    await()
        .until(
            () ->
                first.json("/api/overview").get("forecasts").get("OK").asInt() >= 7 * SERIES
                    && !first.json("/api/overview").get("deadLetters").isEmpty()
                    && first.get("/metrics").body().contains("tplus1_gate_figure{")
                    && second.json("/api/events").get("total").asInt() == 1);
  }

  /** Nobody hears its commands. */
  WatchedStream first() {
    return first;
  }

  WatchedStream second() {
    return second;
  }

  WatchedRetraining retraining() {
    return retraining;
  }

  @Override
  public void close() {
    // The last one first; what did not start is null and passed over.
    try (EmbeddedBroker last = broker;
        WatchedStream one = first;
        WatchedStream other = second;
        WatchedRetraining learning = retraining) {}
  }
}

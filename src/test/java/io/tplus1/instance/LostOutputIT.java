package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.Waits;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that cannot commit, since a topic that it writes is gone. */
final class LostOutputIT {
  private static final Pattern LAG = Pattern.compile("(?m)^tplus1_lag_records\\S* (\\S+)$");
  private static final int MANY = 500;

  private static final List<String> KEYS =
      IntStream.range(0, 50).mapToObj(i -> "key-" + i).toList();

  @TempDir Path directory;

  @Test
  void predictions_deletedAndMadeAgain_lagTellsAndEveryVectorIsForecastOnce() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream watched =
            new WatchedStream(
                broker.bootstrapServers(),
                directory.resolve("state"),
                Map.of("ready.max.lag", Integer.toString(MANY - 1)))) {
      watched.serve("c".repeat(64));
      await().until(watched::isReady);
      watched.produce(KEYS, 0, 1);
      watched.stream().await("predictions", KEYS.size());
      AtomicInteger hour = new AtomicInteger(1);
      Configuration configuration = watched.stream().configuration();
      try (ClusterAdmin cluster = new ClusterAdmin(configuration, "test", Waits.LONG)) {
        String topic = watched.stream().topic("predictions");
        cluster.answer(cluster.admin().deleteTopics(List.of(topic)).all());

        await()
            .pollInterval(Duration.ofSeconds(1))
            .until(
                () -> {
                  watched.produce(KEYS, hour.get(), hour.incrementAndGet());
                  return lag(watched) >= MANY;
                });
        assertThat(watched.isReady()).isFalse();

        cluster
            .topics(Role.FORECAST)
            .provision(Contracts.of(configuration, Optional.empty(), Role.FORECAST), true);
      }
      int vectors = (hour.get() - 1) * KEYS.size();
      assertThat(watched.stream().await("predictions", vectors)).hasSize(vectors);
      await().until(() -> lag(watched) == 0 && watched.isReady());
    }
  }

  private static double lag(WatchedStream watched) {
    Matcher lag = LAG.matcher(watched.get("/metrics").body());
    assertThat(lag.find()).isTrue();
    return Double.parseDouble(lag.group(1));
  }
}

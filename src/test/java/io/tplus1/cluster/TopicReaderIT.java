package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.KillableCluster;
import io.tplus1.broker.NewTopics;
import io.tplus1.config.Configuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class TopicReaderIT {
  @TempDir Path directory;

  /** The others answer, so that address, network and security are well. */
  @Test
  @Timeout(300)
  void end_leaderIsAway_namesThePartition() throws Exception {
    try (KillableCluster cluster = KillableCluster.start(directory, 0, Map.of())) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
        NewTopics.create(admin, new NewTopic("lonely", Map.of(0, List.of(3))));
      }
      cluster.kill(3);
      Configuration configuration =
          new Configuration(
              Map.of("bootstrap.servers", cluster.bootstrapServers(), "features", "a"));
      try (TopicReader reader = TopicReader.of(configuration, "test", Duration.ofSeconds(5))) {
        // The two that are left may hear of it later than the one that said that it was made.
        await()
            .ignoreExceptions()
            .until(() -> reader.partitions("lonely").equals(OptionalInt.of(1)));

        assertThatThrownBy(() -> reader.end(new TopicPartition("lonely", 0)))
            .isInstanceOf(KafkaException.class)
            .isNotInstanceOf(TimeoutException.class)
            .hasMessageContaining("the leader of lonely-0 has not answered within 5 s");
      }
    }
  }
}

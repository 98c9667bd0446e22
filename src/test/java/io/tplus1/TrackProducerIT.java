package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.demo.StormTracks;
import io.tplus1.demo.TrackProducer;
import io.tplus1.instance.StreamUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that go away while tracks are produced. */
final class TrackProducerIT {
  private static final String TOPIC = "storms";
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir Path directory;

  /** What would be given up would be left out, and others produced twice by the next run. */
  @Test
  void produce_brokersAwayForLongerThanAProducerTries_nothingIsLeftOut() throws Exception {
    Configuration configuration = TracksOnTopic.configuration();
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    try {
      String servers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        NewTopic topic = new NewTopic(TOPIC, Optional.of(4), Optional.empty());
        NewTopics.create(admin, topic);
      }
      Map<String, Object> impatient =
          Map.of(
              ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
              ProducerConfig.LINGER_MS_CONFIG, 0,
              ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 250,
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 250,
              ProducerConfig.MAX_BLOCK_MS_CONFIG, 250);
      CountDownLatch failed = new CountDownLatch(1);
      try (TrackProducer producer =
          new TrackProducer(
              Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers),
              impatient,
              TOPIC,
              StormTracks.load(configuration.csv(), configuration.schema()),
              configuration.vectorFormat(configuration.schema()).writer(),
              500,
              failed::countDown)) {
        await().atMost(LONGEST).until(() -> producer.produced() > 100);
        broker.close();
        broker = EmbeddedBroker.start(directory); // It takes a second or more.
        long before = producer.produced();
        await().atMost(LONGEST).until(() -> producer.produced() > before + 1_000);

        assertThat(producer.failure()).isEmpty();
      }
      assertThat(failed.getCount()).isEqualTo(1);
      List<ConsumerRecord<byte[], byte[]>> features = TopicRecords.readCommitted(servers, TOPIC);
      assertThat(features).hasSizeGreaterThan(1_100);
      List<ConsumerRecord<byte[], byte[]>> once = withoutRepeats(features);
      // Of each partition the one batch that was under way: brokers that start again forget whose
      // it is, by the times of storms.
      assertThat(features.size() - once.size()).isLessThan(100);
      TracksOnTopic.assertPrefix(once);
    } finally {
      broker.close();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> withoutRepeats(
      List<ConsumerRecord<byte[], byte[]>> features) {
    Set<String> seen = new HashSet<>();
    return features.stream()
        .filter(record -> seen.add(StreamUnderTest.key(record) + " " + record.timestamp()))
        .toList();
  }

  /** It would wait for ever, since a topic may come back, and the client says little of that. */
  @Test
  void produce_topicDeletedMeanwhile_saysOnceWhatWaits() throws Exception {
    Configuration configuration = TracksOnTopic.configuration();
    CountDownLatch failed = new CountDownLatch(1);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        LogCapture log = LogCapture.of(TrackProducer.class)) {
      NewTopic topic = new NewTopic(TOPIC, Optional.of(4), Optional.empty());
      NewTopics.create(admin, topic);
      Map<String, Object> clients =
          Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
      try (TrackProducer producer =
          new TrackProducer(
              clients,
              clients,
              TOPIC,
              StormTracks.load(configuration.csv(), configuration.schema()),
              configuration.vectorFormat(configuration.schema()).writer(),
              500,
              failed::countDown)) {
        await().atMost(LONGEST).until(() -> producer.produced() > 100);
        admin.deleteTopics(List.of(TOPIC)).all().get();

        await().atMost(LONGEST).until(() -> !log.messages().isEmpty());
        assertThat(producer.failure()).isEmpty();

        NewTopics.create(admin, topic);
        long before = producer.produced();
        await().atMost(LONGEST).until(() -> producer.produced() > before + 1_000);
        assertThat(producer.failure()).isEmpty();
      }
      assertThat(failed.getCount()).isEqualTo(1);
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("vectors wait for topic storms", "topics verify");
    }
  }
}

package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.topology.rows.Commits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forecasts do not wait for others when there are few. */
final class PromptClientsIT {
  /** Longer than a forecast is waited for here, and no commit comes in between either. */
  private static final String LONG_MS = "89000";

  /** In which a busy machine forecasts, the start of the application included. */
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void send_nothingElseToDo_forecastsGoLongBeforeTheLinger() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              broker.bootstrapServers(),
              "prompt",
              directory.resolve("state"),
              Map.of(
                  "features", "a",
                  "window.steps", "2",
                  "history.minimum", "1",
                  "time.max.ahead", "off",
                  "num.stream.threads", "1",
                  "processing.guarantee", "at_least_once",
                  "commit.interval.ms", LONG_MS,
                  "producer.linger.ms", LONG_MS));
      try (ForecastApplication application = stream.start(null)) {
        for (int i = 1; i <= 3; i++) {
          stream.produce(
              List.of(new SeriesVector("s", new FeatureVector(i * 1_000L, new float[] {i}))));

          int produced = i;
          List<ConsumerRecord<byte[], byte[]>> forecasts =
              await()
                  .atMost(SOON)
                  .until(() -> stream.read("predictions"), read -> read.size() >= produced);
          assertThat(forecasts).hasSize(i);
          assertThat(application.counters().forecasts()).isEqualTo(i);
        }
      }
    }
  }

  /** Of a thread that keeps up, each poll may find something, but never much. */
  @Test
  void poll_findsFewRecords_whatWaitsGoesBeforeTheyAreWorkedOn() throws Exception {
    try (EmbeddedBroker broker = brokerWithTopics()) {
      PromptClients clients = new PromptClients(new CommittedSends("none"));
      try (Producer<byte[], byte[]> producer = clients.getProducer(writing(broker));
          Consumer<byte[], byte[]> consumer = reader(clients, broker)) {
        // Both are fetched together, so that the next poll finds the second.
        while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {}
        Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>("out", new byte[1]));

        assertThat(consumer.poll(Duration.ofMillis(100)).count()).isEqualTo(1);

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30));
      }
    }
  }

  /** Before the commit nobody sees it, and the commit sends it. */
  @Test
  void poll_withinATransaction_whatWaitsGoesWithTheCommit() throws Exception {
    try (EmbeddedBroker broker = brokerWithTopics()) {
      PromptClients clients = new PromptClients(new CommittedSends("none"));
      Map<String, Object> writing = writing(broker);
      writing.put("transactional.id", "t");
      try (Producer<byte[], byte[]> producer = clients.getProducer(writing);
          Consumer<byte[], byte[]> consumer = reader(clients, broker)) {
        producer.initTransactions();
        producer.beginTransaction();
        Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>("out", new byte[1]));
        int polls = 0;
        for (int found = 0; found < 2 || polls < 20; polls++) {
          found += consumer.poll(Duration.ofMillis(100)).count();
        }

        assertThat(waiting.isDone()).isFalse();

        producer.commitTransaction();
        assertThat(waiting.isDone()).isTrue();
      }
    }
  }

  @Test
  void commitTransaction_changelogOfTheStore_isToldWithItsNewestOffset() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        NewTopics.create(
            admin,
            new NewTopic("app-rows-changelog", 2, (short) 1),
            new NewTopic("app-other-changelog", 1, (short) 1));
      }
      CommittedSends sends = new CommittedSends("rows");
      Map<String, Object> writing = writing(broker);
      writing.put("client.id", "app-StreamThread-1-producer");
      writing.put("transactional.id", "t");
      TopicPartition rows = new TopicPartition("app-rows-changelog", 1);
      try (Producer<byte[], byte[]> producer = new PromptClients(sends).getProducer(writing)) {
        Commits.OfThread told = sends.of("app-StreamThread-1");
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        producer.initTransactions();
        producer.beginTransaction();
        sent.add(producer.send(new ProducerRecord<>(rows.topic(), 1, null, new byte[1])));
        sent.add(producer.send(new ProducerRecord<>(rows.topic(), 1, null, new byte[1])));
        sent.add(producer.send(new ProducerRecord<>("app-other-changelog", 0, null, new byte[1])));
        assertThat(told.count()).isZero();

        producer.commitTransaction();

        assertThat(told.count()).isOne();
        assertThat(told.newest(rows)).hasValue(1);
        assertThat(told.newest(new TopicPartition("app-other-changelog", 0))).isEmpty();
        assertThat(told.newest(new TopicPartition(rows.topic(), 0))).isEmpty();

        producer.beginTransaction();
        sent.add(producer.send(new ProducerRecord<>(rows.topic(), 1, null, new byte[1])));
        producer.abortTransaction();

        assertThat(told.count()).isOne();
        assertThat(told.newest(rows)).isEmpty();
        assertThat(sent).hasSize(4).allMatch(Future::isDone);
      }
      assertThat(sends.of("another-StreamThread-1")).isNull();
    }
  }

  /** With two records in the topic that is read. */
  private EmbeddedBroker brokerWithTopics() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
    Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(config)) {
      NewTopics.create(admin, new NewTopic("in", 1, (short) 1), new NewTopic("out", 1, (short) 1));
    }
    ProducerRecord<byte[], byte[]> found = new ProducerRecord<>("in", new byte[1]);
    TopicRecords.produce(broker.bootstrapServers(), List.of(found, found));
    return broker;
  }

  private static Map<String, Object> writing(EmbeddedBroker broker) {
    Map<String, Object> writing = new HashMap<>();
    writing.put("bootstrap.servers", broker.bootstrapServers());
    writing.put("client.id", "t-producer");
    writing.put("linger.ms", LONG_MS);
    return writing;
  }

  /** One record at a time, from the beginning. */
  private static Consumer<byte[], byte[]> reader(PromptClients clients, EmbeddedBroker broker) {
    Consumer<byte[], byte[]> consumer =
        clients.getConsumer(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "client.id",
                "t-consumer",
                "max.poll.records",
                1));
    TopicPartition partition = new TopicPartition("in", 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    return consumer;
  }
}

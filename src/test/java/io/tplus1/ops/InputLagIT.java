package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What real streams have not read while they do not ask for it. */
final class InputLagIT {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int WAITING = 500;
  private static final byte[] READ = {1};

  /** Of which the thread hangs until it is released. */
  private static final byte[] HANGS = {2};

  @TempDir Path directory;

  private final AtomicInteger worked = new AtomicInteger();
  private final CountDownLatch working = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong();

  private EmbeddedBroker broker;
  private Admin admin;
  private KafkaStreams streams;
  private KafkaConsumer<byte[], byte[]> asking;
  private KafkaConsumer<byte[], byte[]> unanswered;
  private InputLag lag;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    admin = Admin.create(clients());
    // Of the second partition nothing is ever read.
    NewTopics.create(admin, new NewTopic("in", 2, (short) 1), new NewTopic("other", 1, (short) 1));
    Properties properties = new Properties();
    properties.putAll(clients());
    properties.put("application.id", "lagging");
    properties.put("state.dir", directory.resolve("state").toString());
    properties.put("consumer.isolation.level", "read_committed");
    properties.put("commit.interval.ms", 600_000);
    // So long the last commit waits for a topic that is gone.
    properties.put("main.consumer.default.api.timeout.ms", 5_000);
    streams = new KafkaStreams(hanging(), properties);
    asking = consumer(broker.bootstrapServers());
    unanswered = consumer("127.0.0.1:1");
    lag = new InputLag(streams, nanos::get);
    streams.start();
  }

  @AfterEach
  void close() {
    released.countDown();
    unanswered.close();
    asking.close();
    streams.close();
    admin.close();
    broker.close();
  }

  @Test
  @Timeout(180)
  void records_threadThatHangs_growByWhatComesUntilItGoesOn() throws Exception {
    hang();
    produce("in", WAITING);

    awaitRecords(WAITING);
    assertThat(StreamConsumers.lags(streams).values()).isNotEmpty().allMatch(behind -> behind == 0);

    look(unanswered);
    assertThat(lag.records()).isEqualTo(WAITING);

    released.countDown();
    await().atMost(LONGEST).until(() -> lag.records() == 0);
  }

  @Test
  @Timeout(180)
  void records_questionsInVain_areAskedAgainAfterPausesThatDouble() throws Exception {
    hang();
    produce("in", WAITING);
    awaitRecords(WAITING);

    try (Patient answered = new Patient(reading(broker.bootstrapServers()))) {
      look(unanswered);
      produce("in", 1);
      look(answered);
      assertThat(lag.records()).as("2 s after one in vain").isEqualTo(WAITING + 1);

      look(unanswered);
      look(unanswered);
      produce("in", 1);
      look(answered);
      assertThat(lag.records()).as("2 s after the second of two").isEqualTo(WAITING + 1);
      look(answered);
      assertThat(lag.records()).as("4 s after it").isEqualTo(WAITING + 2);
    }
  }

  @Test
  @Timeout(180)
  void records_topicThatIsGone_doesNotHideWhereOthersEnd() throws Exception {
    produce("other", 1);
    await().atMost(LONGEST).until(() -> worked.get() == 1);
    hang();
    produce("in", WAITING);
    produce("other", 1);
    awaitRecords(WAITING + 1);

    admin.deleteTopics(List.of("other")).all().get();
    await().atMost(LONGEST).until(() -> !admin.listTopics().names().get().contains("other"));
    produce("in", WAITING);

    awaitRecords(2 * WAITING + 1);
  }

  /** What is behind the last record that can be read would be lag without end. */
  @Test
  @Timeout(180)
  void records_threadThatIsBack_forgetsEndsHalfAMinuteAfterALookFoundIt() throws Exception {
    hang();
    produce("in", WAITING);
    abort(3);
    int unreadable = 4; // with the transaction's end
    awaitRecords(WAITING + unreadable);
    look(unanswered);

    released.countDown();
    await().atMost(LONGEST).until(() -> lag.records() == unreadable);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    for (int i = 0; i < 15; i++) {
      look(asking);
      assertThat(lag.records()).as("%d s after the first look", i * 2).isEqualTo(unreadable);
    }
    look(asking);
    assertThat(lag.records()).isZero();
  }

  /** Of no input anything is read. */
  @Test
  @Timeout(180)
  void known_onceEachInputWasFetchedFrom_evenIfItIsEmpty() {
    await().atMost(LONGEST).until(() -> lag.known().isPresent());
    assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
    assertThat(StreamConsumers.lags(streams)).hasSize(3);

    streams.close();
    assertThat(lag.known()).as("of streams that do not run").isEmpty();
  }

  private void hang() throws Exception {
    produce("in", HANGS, 1);
    assertThat(working.await(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private void look(KafkaConsumer<byte[], byte[]> consumer) {
    nanos.addAndGet(PAUSE.toNanos());
    lag.ask(consumer);
  }

  private void awaitRecords(int records) {
    await()
        .atMost(LONGEST)
        .until(
            () -> {
              look(asking);
              return lag.records() == records;
            });
  }

  private Map<String, Object> clients() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String address) {
    return new KafkaConsumer<>(
        reading(address), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Map<String, Object> reading(String address) {
    return Map.of("bootstrap.servers", address, "isolation.level", "read_committed");
  }

  /** Waits longer than it is told to: what a busy broker answers late is not asked in vain. */
  // A class of Kafka's is inherited here because sixty methods would be passed on for two.
  private static final class Patient extends KafkaConsumer<byte[], byte[]> {
    Patient(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic, Duration shorter) {
      return super.partitionsFor(topic, LONGEST);
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration shorter) {
      return super.endOffsets(partitions, LONGEST);
    }
  }

  private void produce(String topic, int records) {
    produce(topic, READ, records);
  }

  private void produce(String topic, byte[] value, int records) {
    TopicRecords.produce(
        broker.bootstrapServers(), Collections.nCopies(records, record(topic, value)));
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, byte[] value) {
    return new ProducerRecord<>(topic, 0, null, value);
  }

  private void abort(int records) {
    Map<String, Object> properties = new HashMap<>(clients());
    properties.put("transactional.id", "aborting");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < records; i++) {
        var unused = producer.send(record("in", READ));
      }
      producer.flush();
      producer.abortTransaction();
    }
  }

  private Topology hanging() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(List.of("in", "other"), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach(
            (key, value) -> {
              worked.incrementAndGet();
              if (Arrays.equals(value, HANGS)) {
                working.countDown();
                try {
                  released.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            });
    return builder.build();
  }
}

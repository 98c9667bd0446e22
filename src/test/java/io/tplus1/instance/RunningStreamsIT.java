package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.LogCapture;
import io.tplus1.Waits;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** How streams of any topology end, and what is said of it. */
final class RunningStreamsIT {

  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private static Admin admin;

  private final LogCapture lines = LogCapture.of(RunningStreams.class);
  private final CountDownLatch ended = new CountDownLatch(1);
  private String name;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    Properties client = new Properties();
    client.put("bootstrap.servers", broker.bootstrapServers());
    admin = Admin.create(client);
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void stopListening() {
    lines.close();
  }

  @Test
  void state_globalThreadDiesOfAnError_isAFailureAndNothingIsSaidToBeCommitted() throws Exception {
    create(1);
    RunningStreams running = running(dyingOfGlobalRecords(), 1);
    try {
      running.start();
      produce(name + ".global", 0);

      assertThat(ended.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(running.complaint()).hasValueSatisfying(why -> assertThat(why).contains("died"));
    } finally {
      running.close(Waits.LONG, Waits.LONG, true);
    }

    assertThat(lines.messages()).doesNotContain("the test: closed, everything committed");
  }

  @Test
  void state_threadFailsWhileAnotherHangs_endsAndClosesInTime() throws Exception {
    create(2);
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    RunningStreams running = running(failingBesideAHangingThread(hanging, released), 2);
    try {
      running.start();
      await().until(() -> everyThreadHasATask(running.streams()));
      produce(name + ".in", 0);
      assertThat(hanging.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      produce(name + ".in", 1);

      assertThat(ended.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(running.complaint()).hasValueSatisfying(why -> assertThat(why).contains("broken"));
      running.close(Duration.ofSeconds(1), Duration.ofSeconds(1), true);
      assertThat(running.streams().state()).isEqualTo(KafkaStreams.State.PENDING_ERROR);
    } finally {
      released.countDown();
      running.streams().close(Waits.LONG);
    }

    assertThat(lines.messages())
        .anyMatch(line -> line.startsWith("the test did not close within 1 s; "));
  }

  @Test
  void close_threadFailsWhileAnotherIsAtWork_waitsForItAndKeepsTheStores() throws Exception {
    create(2);
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    RunningStreams running = running(failingBesideAHangingThread(hanging, released), 2);
    try {
      running.start();
      await().until(() -> everyThreadHasATask(running.streams()));
      produce(name + ".in", 0);
      assertThat(hanging.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      produce(name + ".in", 1);
      assertThat(ended.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

      CountDownLatch closing = new CountDownLatch(1);
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(
              () -> {
                closing.countDown();
                running.close(Duration.ofMillis(1), Waits.LONG, true);
              });
      closing.await();
      released.countDown();
      closed.get(Waits.LONG.toSeconds(), TimeUnit.SECONDS);
    } finally {
      released.countDown();
      running.streams().close(Waits.LONG);
    }

    assertThat(lines.messages())
        .contains("the test: closed after a failure; the next start goes on from the last commit");
  }

  @Test
  void state_noThreadCanBeMadeForTheOneThatFailed_endsAndSaysWhy() throws Exception {
    create(1);
    AtomicInteger made = new AtomicInteger();
    RunningStreams running =
        running(
            failingOfBrokers(),
            1,
            () -> {
              if (made.incrementAndGet() > 1) {
                throw new ConfigException("no resolvable host");
              }
            });
    try {
      running.start();
      produce(name + ".in", 0);

      assertThat(ended.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(running.complaint())
          .hasValueSatisfying(why -> assertThat(why).contains("no resolvable host"));
    } finally {
      running.close(Waits.LONG, Waits.LONG, true);
    }

    assertThat(lines.messages())
        .contains("the test: closed after a failure; the next start goes on from the last commit");
  }

  @Test
  void close_noThreadCanBeMadeMeanwhile_isNoFailureAndNothingIsSaidToBeCommitted()
      throws Exception {
    create(1);
    AtomicInteger made = new AtomicInteger();
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    RunningStreams running =
        running(
            failingOfBrokers(),
            1,
            () -> {
              if (made.incrementAndGet() > 1) {
                making.countDown();
                pauseUntil(closing);
                throw new ConfigException("no resolvable host");
              }
            });
    try {
      running.start();
      produce(name + ".in", 0);
      assertThat(making.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(() -> running.close(Waits.LONG, Waits.LONG, true));
      await().until(() -> running.streams().state() == KafkaStreams.State.PENDING_SHUTDOWN);
      closing.countDown();
      closed.get(Waits.LONG.toSeconds(), TimeUnit.SECONDS);
    } finally {
      closing.countDown();
      running.streams().close(Waits.LONG);
    }

    assertThat(running.complaint()).isEmpty();
    assertThat(lines.messages())
        .contains("the test: closed after a failure; the next start goes on from the last commit");
  }

  @Test
  void complaint_partitionsAreAddedWhileItRuns_namesWhatTellsHowToGoOn() throws Exception {
    create(1);
    RunningStreams running = running(counting(), 1);
    try {
      running.start();
      await().until(() -> everyThreadHasATask(running.streams()));
      admin.createPartitions(Map.of(name + ".in", NewPartitions.increaseTo(3))).all().get();

      assertThat(ended.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(running.complaint())
          .hasValueSatisfying(
              why ->
                  assertThat(why)
                      .contains(name + "-counts-changelog", "expected: 3; actual: 1")
                      .contains("`tplus1 topics verify --role all`")
                      .doesNotContain("StreamsResetter"));
    } finally {
      running.close(Waits.LONG, Waits.LONG, true);
    }
  }

  private RunningStreams running(Topology topology, int threads) {
    return running(topology, threads, () -> {});
  }

  /** With what is done before a thread has its restore consumer. */
  private RunningStreams running(Topology topology, int threads, Runnable making) {
    Properties properties = new Properties();
    properties.put("restore.consumer.interceptor.classes", Making.class.getName());
    properties.put("restore.consumer." + Making.WHAT, making);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("application.id", name);
    properties.put("state.dir", directory.resolve(name).toString());
    properties.put("num.stream.threads", threads);
    properties.put("metadata.max.age.ms", 1_000);
    return new RunningStreams(
        "the test",
        () -> topology,
        properties,
        new CommittedSends("none"),
        new LocalState(directory.resolve(name), name, "stores", Optional.empty()),
        ended::countDown);
  }

  private Topology dyingOfGlobalRecords() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("all"), Serdes.ByteArray(), Serdes.ByteArray())
            .withLoggingDisabled(),
        name + ".global",
        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()),
        Dying::new);
    builder.stream(name + ".in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()));
    return builder.build();
  }

  private static final class Dying implements Processor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      throw new NoClassDefFoundError("not there");
    }
  }

  private Topology failingBesideAHangingThread(CountDownLatch hanging, CountDownLatch released) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(name + ".in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach(
            (key, value) -> {
              if (value[0] == 1) {
                throw new IllegalStateException("broken");
              }
              hanging.countDown();
              pauseUntil(released);
            });
    return builder.build();
  }

  private static void pauseUntil(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Topology counting() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(name + ".in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .groupByKey()
        .count(Materialized.as("counts"));
    return builder.build();
  }

  private Topology failingOfBrokers() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(name + ".in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach(
            (key, value) -> {
              throw new InvalidTxnStateException("too late");
            });
    return builder.build();
  }

  /** Is made with the consumer. Kafka makes it, so it is public. */
  public static final class Making implements ConsumerInterceptor<byte[], byte[]> {
    static final String WHAT = "test.making";

    @Override
    public void configure(Map<String, ?> configs) {
      ((Runnable) configs.get(WHAT)).run();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }

  private static boolean everyThreadHasATask(KafkaStreams streams) {
    return streams.state() == KafkaStreams.State.RUNNING
        && streams.metadataForLocalThreads().stream()
            .allMatch(thread -> thread.activeTasks().size() == 1);
  }

  private void create(int partitions) throws Exception {
    NewTopics.create(
        admin,
        new NewTopic(name + ".in", partitions, (short) 1),
        new NewTopic(name + ".global", 1, (short) 1));
  }

  private static void produce(String topic, int partition) {
    TopicRecords.produce(
        broker.bootstrapServers(),
        List.of(
            new ProducerRecord<>(topic, partition, new byte[0], new byte[] {(byte) partition})));
  }
}

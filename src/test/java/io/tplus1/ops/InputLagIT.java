package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What real streams have not read while they do not ask for it. */
final class InputLagIT {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int WAITING = 500;

  @TempDir Path directory;

  private final CountDownLatch working = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Test
  @Timeout(180)
  void records_threadThatHangs_growByWhatComesUntilItGoesOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      String address = broker.bootstrapServers();
      Properties properties = new Properties();
      properties.put("bootstrap.servers", address);
      properties.put("application.id", "lagging");
      properties.put("state.dir", directory.resolve("state").toString());
      try (Admin admin = Admin.create(properties)) {
        // Of the second partition nothing is ever read.
        NewTopics.create(admin, new NewTopic("in", 2, (short) 1));
      }
      try (KafkaStreams streams = new KafkaStreams(hanging(), properties);
          KafkaConsumer<byte[], byte[]> asking = consumer(address);
          KafkaConsumer<byte[], byte[]> unanswered = consumer("127.0.0.1:1")) {
        try {
          AtomicLong nanos = new AtomicLong();
          InputLag lag = new InputLag(streams, nanos::get);
          streams.start();
          produce(address, 1);
          working.await();
          produce(address, WAITING);

          await()
              .atMost(LONGEST)
              .until(
                  () -> {
                    nanos.addAndGet(PAUSE.toNanos());
                    lag.ask(asking);
                    return lag.records() > 0;
                  });
          assertThat(lag.records()).isEqualTo(WAITING);
          assertThat(StreamConsumers.lag(streams)).isZero();

          nanos.addAndGet(PAUSE.toNanos());
          lag.ask(unanswered);
          assertThat(lag.records()).isEqualTo(WAITING);

          released.countDown();
          await().atMost(LONGEST).until(() -> lag.records() == 0);
        } finally {
          released.countDown();
        }
      }
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String address) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", address),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static void produce(String address, int records) {
    TopicRecords.produce(
        address,
        IntStream.range(0, records)
            .mapToObj(i -> new ProducerRecord<byte[], byte[]>("in", 0, null, new byte[1]))
            .toList());
  }

  private Topology hanging() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach(
            (key, value) -> {
              working.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return builder.build();
  }
}

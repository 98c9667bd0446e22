package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.Waits;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the consumers of real streams say. */
final class StreamConsumersIT {
  @TempDir Path directory;

  private final CountDownLatch working = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Test
  void secondsSincePoll_processorThatHangs_growsUntilItGoesOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      Properties properties = new Properties();
      properties.put("bootstrap.servers", broker.bootstrapServers());
      properties.put("application.id", "hanging");
      properties.put("state.dir", directory.resolve("state").toString());
      try (Admin admin = Admin.create(properties)) {
        NewTopics.create(admin, new NewTopic("in", 1, (short) 1));
      }
      try (KafkaStreams streams = new KafkaStreams(hanging(), properties)) {
        assertThat(StreamConsumers.secondsSincePoll(streams)).isZero();
        streams.start();
        TopicRecords.produce(
            broker.bootstrapServers(), List.of(new ProducerRecord<>("in", new byte[1])));

        try {
          assertThat(working.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
          await().until(() -> StreamConsumers.secondsSincePoll(streams) >= 3);
        } finally {
          released.countDown();
        }
        await().until(() -> StreamConsumers.secondsSincePoll(streams) == 0);
      }
    }
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

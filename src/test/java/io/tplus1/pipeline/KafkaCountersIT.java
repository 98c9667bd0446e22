package io.tplus1.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether Kafka still counts by the names that the benchmark reads. */
final class KafkaCountersIT {
  @TempDir Path directory;

  @Test
  void requireAll_recordsReadAndWritten_findsEachCounter() throws Exception {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .to("out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic("in", 1, (short) 1), new NewTopic("out", 1, (short) 1));
      Properties properties = new Properties();
      properties.putAll(
          Map.of(
              "bootstrap.servers",
              broker.bootstrapServers(),
              "application.id",
              "copies",
              "auto.offset.reset",
              "earliest",
              "state.dir",
              directory.resolve("state").toString()));
      TopicRecords.produce(
          broker.bootstrapServers(),
          List.of(new ProducerRecord<>("in", "key".getBytes(UTF_8), "value".getBytes(UTF_8))));
      KafkaCounters counters = new KafkaCounters(ManagementFactory.getPlatformMBeanServer());
      try (KafkaStreams streams = new KafkaStreams(builder.build(), properties)) {
        streams.start();
        await().until(() -> counters.topics().getOrDefault("out.records", 0.0) > 0);

        counters.requireAll();
        assertThat(counters.records()).isPositive();
        assertThat(counters.bytesRead()).isPositive();
        assertThat(counters.topics().get("out.bytes")).isPositive();
      }
    }
  }
}

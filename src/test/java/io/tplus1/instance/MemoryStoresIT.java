package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.Folders;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores in memory, of which changelogs are all that is left after a restart. */
final class MemoryStoresIT {
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final int BEFORE = 120;
  private static final int AFTER = 60;

  @TempDir Path directory;

  @Test
  void restart_storesInMemoryAndNoStateDirectory_forecastsAsIfItHadNotBeenAway() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest whole = stream(broker, "whole");
      StreamUnderTest restarted = stream(broker, "restarted");

      try (ForecastApplication application = whole.start(null)) {
        produce(broker, whole, 0, BEFORE + AFTER);
        whole.await("predictions", BEFORE + AFTER - 1);
        assertThat(application.failure()).isNull();
      }
      try (ForecastApplication application = restarted.start(null)) {
        produce(broker, restarted, 0, BEFORE);
        restarted.await("predictions", BEFORE - 1);
        assertThat(application.failure()).isNull();
      }
      Folders.delete(Path.of(restarted.settings().get("state.dir")));
      try (ForecastApplication application = restarted.start(null)) {
        produce(broker, restarted, BEFORE, BEFORE + AFTER);
        restarted.await("predictions", BEFORE + AFTER - 1);
        assertThat(application.failure()).isNull();
      }

      assertThat(texts(whole, "predictions")).hasSize(BEFORE + AFTER - 1);
      assertThat(texts(restarted, "predictions")).isEqualTo(texts(whole, "predictions"));
      assertThat(texts(restarted, "scores")).isEqualTo(texts(whole, "scores"));
    }
  }

  private StreamUnderTest stream(EmbeddedBroker broker, String name) {
    return new StreamUnderTest(
        broker.bootstrapServers(),
        name,
        directory.resolve("state-" + name),
        Map.ofEntries(
            Map.entry("features", "x,word"),
            Map.entry("categories", "word"),
            Map.entry("vocabulary.word", "a,b,c"),
            Map.entry("experts", "last,series,markov,stacked"),
            Map.entry("interval.pool", "true"),
            Map.entry("window.store", "memory"),
            Map.entry("window.steps", "6"),
            Map.entry("history.minimum", "2"),
            Map.entry("window.max.age", "1h"),
            Map.entry("topics.features.partitions", "1")));
  }

  /** Words of which each follows from the one before, as one of a series does not know yet. */
  private static void produce(EmbeddedBroker broker, StreamUnderTest stream, int from, int to) {
    Random random = new Random(20261127);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < to; i++) {
      String json =
          String.format(
              Locale.ROOT,
              "{\"x\":%.3f,\"word\":\"%s\"}",
              i % 5 + random.nextGaussian() / 4,
              "abacbc".charAt(i % 6));
      if (i >= from) {
        records.add(
            new ProducerRecord<>(
                stream.topic("features"),
                null,
                START + 1_000L * i,
                "k".getBytes(UTF_8),
                json.getBytes(UTF_8)));
      }
    }
    TopicRecords.produce(broker.bootstrapServers(), records);
  }

  /** What consumers read, but for a receipt, which tells of its own stream. */
  private static List<String> texts(StreamUnderTest stream, String id) {
    List<String> texts = new ArrayList<>();
    stream
        .read(id)
        .forEach(
            record -> {
              JsonNode json = StreamUnderTest.json(record);
              ((ObjectNode) json).remove("receipt");
              texts.add(json.toString());
            });
    return texts;
  }
}

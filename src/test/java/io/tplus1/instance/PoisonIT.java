package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.fuzz.HostileVectors;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Poison on a real broker, with what only a broker can show: what is too large to be sent on, and
 * what compression let through.
 */
final class PoisonIT {
  private static final int SERIES = 6;
  private static final int ROWS = 12;
  private static final int HOSTILE = 400;
  private final long start = Instant.now().minus(Duration.ofHours(2)).toEpochMilli();

  @TempDir Path directory;

  @Test
  void run_poisonAmongGoodRecords_leavesTheirForecastsAndScoresAsTheyAre() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      Map<String, List<String>> clean = run(broker, "clean", false);
      Map<String, List<String>> poisoned = run(broker, "poisoned", true);

      assertThat(poisoned).isEqualTo(clean);
      assertThat(clean).hasSize(2 * SERIES);
    }
  }

  /** Forecasts and scores by series, in order. */
  private Map<String, List<String>> run(EmbeddedBroker broker, String name, boolean poison)
      throws Exception {
    StreamUnderTest stream =
        new StreamUnderTest(
            broker.bootstrapServers(),
            name,
            directory.resolve(name),
            Map.of("features", "a,b,c", "window.steps", "3", "history.minimum", "1"));
    try (ForecastApplication application = stream.start(null)) {
      TopicRecords.produce(
          Map.of(
              "bootstrap.servers", broker.bootstrapServers(),
              "compression.type", "gzip",
              "max.request.size", "30000000"),
          records(stream, poison));
      Map<String, List<String>> outcome =
          Awaitility.await()
              .pollInterval(Duration.ofMillis(500))
              .until(
                  () -> {
                    assertThat(application.complaint()).isEmpty();
                    return outcome(stream);
                  },
                  all ->
                      all.values().stream().mapToInt(List::size).sum() == SERIES * (2 * ROWS - 1));
      if (poison) {
        int letters = stream.read("features-dlq").size();
        assertThat(letters).isGreaterThan(HOSTILE / 2);
        for (ConsumerRecord<byte[], byte[]> letter : stream.read("features-dlq")) {
          assertThat(letter.headers().lastHeader("tplus1.dlq.reason")).isNotNull();
        }
      }
      assertThat(application.complaint()).isEmpty();
      return outcome;
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records(StreamUnderTest stream, boolean poison) {
    Random random = new Random(20261124);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      for (int series = 0; series < SERIES; series++) {
        float[] values = {(float) Math.sin(row + series), series, row};
        records.add(
            stream.record(
                new SeriesVector(
                    "good-" + series, new FeatureVector(start + 60_000L * row, values))));
        for (int i = 0; poison && i < HOSTILE / (ROWS * SERIES) + 1; i++) {
          HostileVectors hostile = new HostileVectors(random, false);
          records.add(
              record(
                  stream, hostile.key(), hostile.next(), hostile.timestamp(start + 60_000L * row)));
        }
      }
    }
    if (poison) {
      records.addAll(records.size() / 2, large(stream));
    }
    return records;
  }

  /**
   * Each is sent, because it packs well or is just small enough, and could not be sent on whole.
   */
  private List<ProducerRecord<byte[], byte[]>> large(StreamUnderTest stream) {
    byte[] good = "{\"features\":[1,2,3]}".getBytes(UTF_8);
    List<ProducerRecord<byte[], byte[]>> large = new ArrayList<>();
    for (int kind = 0; kind < HostileVectors.LARGES; kind++) {
      large.add(
          record(
              stream, "large".getBytes(UTF_8), HostileVectors.large(kind).getBytes(UTF_8), start));
    }
    for (int length : new int[] {5_000, 1_000_000, 10_000_000}) {
      large.add(record(stream, "k".repeat(length).getBytes(UTF_8), good, start));
      large.add(record(stream, "\u0000".repeat(length).getBytes(UTF_8), good, start));
      byte[] broken = "k".repeat(length).getBytes(UTF_8);
      broken[length / 2] = (byte) 0xff;
      large.add(record(stream, broken, good, start));
    }
    return large;
  }

  private static ProducerRecord<byte[], byte[]> record(
      StreamUnderTest stream, byte[] key, byte[] value, long timestamp) {
    return new ProducerRecord<>(stream.topic("features"), null, timestamp, key, value);
  }

  private static Map<String, List<String>> outcome(StreamUnderTest stream) {
    Map<String, List<String>> outcome = new TreeMap<>();
    for (String topic : List.of("predictions", "scores")) {
      for (ConsumerRecord<byte[], byte[]> record : stream.read(topic)) {
        if (record.key().length < 20 && StreamUnderTest.key(record).startsWith("good-")) {
          JsonNode json = StreamUnderTest.json(record);
          if (json.at("/receipt/window") instanceof ObjectNode window) {
            window.remove(List.of("firstOffset", "lastOffset", "partition"));
          }
          outcome
              .computeIfAbsent(topic + " " + StreamUnderTest.key(record), key -> new ArrayList<>())
              .add(json.toString());
        }
      }
    }
    return outcome;
  }
}

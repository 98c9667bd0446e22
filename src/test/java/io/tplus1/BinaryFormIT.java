package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.serde.BinaryScores;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.topology.DeadLetter;
import io.tplus1.wire.WireForecast;
import io.tplus1.wire.WireScore;
import io.tplus1.wire.WireVector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binary form on a real broker: in, beside JSON in one topic, and out. */
final class BinaryFormIT {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final int SERIES = 20;
  private static final int STEPS = 10;

  @TempDir Path directory;

  /**
   * Two applications read one topic, half of it binary; one writes JSON, the other binary. They say
   * the same, and the binary forecasts can be made again.
   */
  @Test
  void run_bothFormsIn_binaryOutSaysWhatTheJsonSays() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest json = stream(broker, "json", "json");
      StreamUnderTest binary = stream(broker, "binary", "binary");
      try (ForecastApplication one = json.start(null);
          ForecastApplication other = binary.start(null)) {
        TopicRecords.produce(broker.bootstrapServers(), vectors(json));
        int forecasts = SERIES * (STEPS - 1);
        int scores = SERIES * (STEPS - 2);

        List<String> expected = texts(json.await("predictions", forecasts));
        List<ConsumerRecord<byte[], byte[]>> found = binary.await("predictions", forecasts);
        assertThat(found).hasSize(forecasts).allMatch(one1 -> WireForecast.isBinary(one1.value()));
        PredictionSerde serde = new PredictionSerde(json.schema());
        assertThat(found)
            .extracting(
                record ->
                    new String(serde.serializer().serialize("t", binary.prediction(record)), UTF_8))
            .containsExactlyInAnyOrderElementsOf(expected);

        List<ConsumerRecord<byte[], byte[]>> scored = binary.await("scores", scores);
        assertThat(scored).hasSize(scores).allMatch(score -> WireScore.isBinary(score.value()));
        BinaryScores binaryScores = new BinaryScores(json.schema());
        ScoreSerializer scoreJson = new ScoreSerializer(json.schema());
        assertThat(scored)
            .extracting(
                record ->
                    new String(
                        scoreJson.serialize(
                            "t", binaryScores.deserializer().deserialize("t", record.value())),
                        UTF_8))
            .containsExactlyInAnyOrderElementsOf(texts(json.await("scores", scores)));

        ConsumerRecord<byte[], byte[]> letter = binary.await("features-dlq", 1).get(0);
        assertThat(letter.value()).isEqualTo(new byte[] {(byte) 0xf8, 9});
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("UNPARSEABLE");
        assertThat(header(letter, DeadLetter.DETAIL))
            .contains("version 1 of a binary vector was expected, found 9");
        assertThat(one.failure()).isNull();
        assertThat(other.failure()).isNull();
      }
      replay(binary, "s3", START + 5 * MINUTE);
    }
  }

  private StreamUnderTest stream(EmbeddedBroker broker, String name, String output) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "a,b");
    settings.put("topics.features.name", "vectors");
    settings.put("topics.features.partitions", "4");
    settings.put("window.steps", "3");
    settings.put("history.minimum", "2");
    settings.put("window.max.age", "2d");
    settings.put("time.max.ahead", "off");
    settings.put("linear.lags", "1-2");
    settings.put("experts", "last,linear");
    settings.put("output.format", output);
    return new StreamUnderTest(
        broker.bootstrapServers(), name, directory.resolve("state-" + name), settings);
  }

  private static List<ProducerRecord<byte[], byte[]>> vectors(StreamUnderTest stream) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      for (int s = 0; s < SERIES; s++) {
        float phase = .7f * step + s;
        float[] values = {(float) Math.sin(phase) * 10, 1_000 + (float) Math.cos(phase)};
        SeriesVector vector =
            new SeriesVector("s" + s, new FeatureVector(START + step * MINUTE, values));
        ProducerRecord<byte[], byte[]> json = stream.record(vector);
        records.add(
            (step + s) % 2 == 0
                ? json
                : new ProducerRecord<>(
                    json.topic(),
                    null,
                    json.timestamp(),
                    json.key(),
                    new WireVector(json.timestamp(), values).toBytes()));
      }
    }
    records.add(
        new ProducerRecord<>(
            stream.topic("features"),
            null,
            START,
            "s0".getBytes(UTF_8),
            new byte[] {(byte) 0xf8, 9}));
    return records;
  }

  private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  /** The command, which ends with 0 if the forecast it makes is the same. */
  private void replay(StreamUnderTest stream, String key, long at) throws Exception {
    Path config = stream.write(directory.resolve("config.properties"));
    StringWriter out = new StringWriter();
    int exit =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(
                "replay", "--config", config.toString(), "--key", key, "--at", Long.toString(at));
    assertThat(exit).as(out.toString()).isZero();
  }
}

package io.tplus1.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.cluster.TopicReader;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowHash;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.VectorSerde;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.Replay;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows that are made anew of the vectors that were sent, or were stored. */
class WindowSourceTest {
  private static final String FEATURES = "features";
  private static final String CHANGELOG = "changelog";
  private static final TopicPartition PARTITION = new TopicPartition(FEATURES, 0);
  private static final TopicPartition LOG = new TopicPartition(CHANGELOG, 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private int sent;
  private int stored;

  private void send(String key, long timeMs, float value) {
    send(key, timeMs, "{\"x\":%s}".formatted(value));
  }

  private void send(String key, long timeMs, String json) {
    add(PARTITION, sent++, timeMs, key.getBytes(UTF_8), json.getBytes(UTF_8));
  }

  /** Puts a row of the series into the changelog, as the store of windows does. */
  private void store(long timeMs, float value) {
    byte[] key = ByteBuffer.allocate(13).put((byte) 'k').putLong(timeMs).putInt(0).array();
    byte[] row = new VectorSerde(1, 1, 0).serializer().serialize("t", new float[] {value});
    add(LOG, stored++, timeMs, key, row);
  }

  private void add(TopicPartition to, long offset, long timeMs, byte[] key, byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            to.topic(),
            to.partition(),
            offset,
            timeMs,
            TimestampType.CREATE_TIME,
            key.length,
            value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private WindowSource.Found find(FeatureWindow window, long firstOffset) throws Exception {
    return source().find(prediction(window, firstOffset, sent - 1));
  }

  private WindowSource source() {
    exists(PARTITION, sent);
    return sourceOfWhatExists();
  }

  private void exists(TopicPartition partition, long end) {
    String topic = partition.topic();
    consumer.updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
    consumer.updateEndOffsets(Map.of(partition, end));
  }

  private WindowSource sourceOfWhatExists() {
    Configuration configuration =
        new Configuration(
            Map.of(
                "features", "x",
                "window.steps", "3",
                "window.max.age", "100s",
                "max.lateness", "10s"));
    Replay replay = new Replay(ForecastPlan.of(configuration, configuration.schema()));
    return new WindowSource(
        new TopicReader(consumer, Duration.ofSeconds(10)), CHANGELOG, FEATURES, replay);
  }

  private Prediction prediction(FeatureWindow window, long firstOffset, long lastOffset) {
    Receipt receipt =
        new Receipt(
            "plain-1",
            new Receipt.Window(
                window.timeMs(0),
                window.steps(),
                WindowHash.of(window),
                0,
                firstOffset,
                lastOffset),
            List.of(),
            new float[0][][],
            Map.of(),
            Map.of(),
            new byte[0]);
    return new Prediction(
        "k",
        window.lastTimeMs(),
        ForecastStatus.OK,
        "m",
        new long[1],
        new float[1],
        new float[0],
        new float[0],
        Optional.of(receipt));
  }

  private static FeatureVector vector(long timeMs, float value) {
    return new FeatureVector(timeMs, new float[] {value});
  }

  @Test
  void find_vectorThatCameTooLate_isNotInTheWindow() throws Exception {
    consumer.assign(List.of(PARTITION));
    send("k", 20_000, 1);
    send("k", 25_000, 2);
    send("ahead", 36_000, 0);
    send("k", 25_999, 99); // 10,001 ms behind
    send("k", 26_000, 3); // 10,000 ms behind, which is late and taken
    send("ahead of all clocks", 1L << 60, 0);
    send("k", 30_000, 4);

    WindowSource.Found found =
        find(FeatureWindow.of(vector(25_000, 2), vector(26_000, 3), vector(30_000, 4)), 1);

    assertThat(found.isSame()).isTrue();
    assertThat(found.window().toArray()).isDeepEqualTo(new float[][] {{2}, {3}, {4}});
  }

  @Test
  void checkSource_recordOfTheSameValuesAtAnotherTime_isAnotherVector() {
    consumer.assign(List.of(PARTITION));
    send("k", 19_000, 1);
    send("k", 25_000, 2);
    send("k", 30_000, 3);
    FeatureWindow window =
        FeatureWindow.of(vector(20_000, 1), vector(25_000, 2), vector(30_000, 3));

    assertThat(source().checkSource(prediction(window, 0, Receipt.UNKNOWN), window))
        .extracting(Check::outcome)
        .containsExactly(Check.Outcome.DIFFERENT, Check.Outcome.UNKNOWN);
  }

  /** A partition's changelog holds the rows of all its series, of as long as they are kept. */
  @Test
  void find_offsetsOfBothEndsAreKnown_isOfTheVectorsBetweenThem() throws Exception {
    consumer.assign(List.of(PARTITION, LOG));
    FeatureWindow window = sendAndStore();
    exists(LOG, stored);

    WindowSource.Found found = find(window, 0);

    assertThat(found.isSame()).isTrue();
    assertThat(found.from()).isEqualTo("features-0");
  }

  @Test
  void find_offsetOfTheOldestIsNotKnown_isOfTheChangelog() throws Exception {
    consumer.assign(List.of(PARTITION, LOG));
    FeatureWindow window = sendAndStore();
    store(20_000, 99); // corrected since
    exists(LOG, stored);

    WindowSource.Found found = find(window, Receipt.UNKNOWN);

    assertThat(found.isSame()).isTrue();
    assertThat(found.from()).isEqualTo("changelog-0");
  }

  @Test
  void find_noTopicOfVectors_isOfTheChangelog() throws Exception {
    consumer.assign(List.of(LOG));
    for (int i = 1; i <= 3; i++) {
      store(10_000L * i, i);
    }
    exists(LOG, stored);
    FeatureWindow window =
        FeatureWindow.of(vector(10_000, 1), vector(20_000, 2), vector(30_000, 3));

    WindowSource.Found found = sourceOfWhatExists().find(prediction(window, 0, 2));

    assertThat(found.isSame()).isTrue();
    assertThat(found.from()).isEqualTo("changelog-0");
  }

  /** Three vectors of the series. */
  private FeatureWindow sendAndStore() {
    FeatureVector[] vectors = new FeatureVector[3];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = vector(10_000L * (i + 1), i);
      send("k", vectors[i].timeMs(), i);
      store(vectors[i].timeMs(), i);
    }
    return FeatureWindow.of(vectors);
  }

  /** Settings may be others than those of the forecast, or the topic another of that name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"k | {\"x\":1,\"y\":2}", "other | {\"x\":1}"})
  void checkSource_recordThatIsNoVectorOfTheSeries_provesNothing(String key, String json) {
    consumer.assign(List.of(PARTITION));
    send(key, 20_000, json);
    FeatureWindow window = FeatureWindow.of(vector(20_000, 1), vector(30_000, 2));

    Check check = source().checkSource(prediction(window, 0, Receipt.UNKNOWN), window).get(0);

    assertThat(check.outcome()).isEqualTo(Check.Outcome.UNKNOWN);
    assertThat(check.detail()).contains("no vector of this series");
  }
}

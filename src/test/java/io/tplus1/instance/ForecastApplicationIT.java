package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.NaiveWindows;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Predictions;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.DeadLetter;
import io.tplus1.topology.ForecastCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The application on a real broker, between a plain producer and a plain consumer. */
final class ForecastApplicationIT {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final int STEPS = 4;
  private static final Duration MAX_AGE = Duration.ofDays(2);

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  /** Every test has topics and a state of its own. */
  private StreamUnderTest stream;

  @BeforeEach
  void name(TestInfo test) {
    stream =
        BROKER.stream(
            test,
            Map.of(
                "features", "a,b",
                // The forecasts here are the model's, without intervals.
                "interval.coverage", "0",
                "window.steps", Integer.toString(STEPS),
                "window.max.age", MAX_AGE.toString(),
                "history.minimum", "1",
                "max.lateness", "2d",
                "time.max.ahead", "off"));
  }

  @Test
  void start_hundredsOfSeries_everyVectorForecastAndScoredOnce() throws Exception {
    List<SeriesVector> vectors = rounds(0, 12, 300, 1);
    WindowSum model = model();

    try (ForecastApplication application = stream.start(model)) {
      stream.produce(vectors);
      List<ConsumerRecord<byte[], byte[]>> predictions = stream.await("predictions", 12 * 300);
      List<ConsumerRecord<byte[], byte[]>> scores = stream.await("scores", 11 * 300);

      assertThat(predictions).hasSize(12 * 300);
      assertThat(scores).hasSize(11 * 300);
      assertThat(application.counters().forecasts()).isEqualTo(12 * 300);
      assertOutcome(vectors, model, predictions, scores);
      assertThat(stream.read("features-dlq")).isEmpty();
    }
  }

  @Test
  void start_secondTimeOnSameState_goesOnWithWhatItKnew() throws Exception {
    List<SeriesVector> vectors = rounds(0, 9, 40, 2);
    WindowSum model = model();
    try (ForecastApplication first = stream.start(model)) {
      stream.produce(vectors.subList(0, 3 * 40));
      stream.await("predictions", 3 * 40);
      assertThat(first.failure()).isNull();
    }
    // While nobody forecasts.
    stream.produce(vectors.subList(3 * 40, 6 * 40));

    try (ForecastApplication second = stream.start(model)) {
      stream.await("predictions", 6 * 40);
      stream.produce(vectors.subList(6 * 40, 9 * 40));
      List<ConsumerRecord<byte[], byte[]>> predictions = stream.await("predictions", 9 * 40);

      assertOutcome(vectors, model, predictions, stream.await("scores", 8 * 40));
      assertThat(second.counters().forecasts()).isEqualTo(6 * 40);
    }
  }

  /**
   * Of segments of 4.5 days, each named by its beginning, that of these rows begins a day before
   * them, and so before the segment of 2 days that they would be looked for in.
   */
  @Test
  void start_otherRetentionAndStore_windowsAreWhole() throws Exception {
    List<SeriesVector> vectors = rounds(0, 12, 40, 2);
    WindowSum model = model();
    List<Map<String, String>> others =
        List.of(
            Map.of("window.retention", "9d"),
            Map.of("window.retention", "4d"),
            Map.of("window.store", "memory"),
            Map.of("window.store", "rocksdb", "window.retention", "7d"));
    for (int i = 0; i < others.size(); i++) {
      stream.settings().putAll(others.get(i));
      try (ForecastApplication application = stream.start(model)) {
        stream.produce(vectors.subList(i * 3 * 40, (i + 1) * 3 * 40));
        stream.await("predictions", (i + 1) * 3 * 40);
        assertThat(application.failure()).isNull();
      }
    }

    assertOutcome(
        vectors, model, stream.await("predictions", 12 * 40), stream.await("scores", 11 * 40));
  }

  @Test
  void start_lateAndCorrectedVectors_changeWindowsAndForecastNothing() throws Exception {
    List<SeriesVector> vectors =
        List.of(
            vector("s", 0, 1, 10),
            vector("s", 4 * HOUR, 2, 20),
            vector("s", 8 * HOUR, 3, 30),
            vector("s", 4 * HOUR, 2.5f, 25), // a correction
            vector("s", 6 * HOUR, 2.75f, 27), // late
            vector("s", 8 * HOUR, 3.5f, 35), // a correction of the newest
            vector("s", 12 * HOUR, 4, 40));
    WindowSum model = model();

    try (ForecastApplication application = stream.start(model)) {
      stream.produce(vectors);
      List<ConsumerRecord<byte[], byte[]>> predictions = stream.await("predictions", 4);

      assertThat(predictions)
          .extracting(ConsumerRecord::timestamp)
          .containsExactly(START, START + 4 * HOUR, START + 8 * HOUR, START + 12 * HOUR);
      assertOutcome(vectors, model, predictions, stream.await("scores", 3));
      assertThat(application.counters().events(ForecastCounters.Event.CORRECTED)).isEqualTo(2);
      assertThat(application.counters().events(ForecastCounters.Event.LATE)).isEqualTo(1);
    }
  }

  @Test
  void start_badRecordsAmongGood_deadLetteredUntouchedAndStreamGoesOn() throws Exception {
    stream.settings().put("time.max.ahead", "1h");
    long far = Instant.parse("2999-01-01T00:00:00Z").toEpochMilli();
    byte[] key = "s".getBytes(UTF_8);
    byte[] good = "{\"a\":1,\"b\":2}".getBytes(UTF_8);
    Map<RejectReason, ProducerRecord<byte[], byte[]>> bad = new HashMap<>();
    bad.put(RejectReason.NULL_VALUE, bad(key, null, START + 1));
    bad.put(RejectReason.MISSING_KEY, bad(null, good, START + 2));
    bad.put(RejectReason.EMPTY_KEY, bad(new byte[0], good, START + 3));
    bad.put(RejectReason.INVALID_KEY, bad(new byte[] {(byte) 0xc3, 0x28}, good, START + 4));
    bad.put(RejectReason.UNPARSEABLE, bad(key, new byte[] {0, -1, 2}, START + 5));
    bad.put(RejectReason.NOT_A_VECTOR, bad(key, "[1,2]".getBytes(UTF_8), START + 6));
    bad.put(RejectReason.MISSING_FEATURE, bad(key, "{\"a\":1}".getBytes(UTF_8), START + 7));
    bad.put(RejectReason.WRONG_LENGTH, bad(key, "{\"features\":[1]}".getBytes(UTF_8), START + 8));
    bad.put(RejectReason.TOO_FAR_AHEAD, bad(key, good, far));
    bad.put(RejectReason.TOO_LATE, bad(key, good, START - 100 * 24 * HOUR));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(stream.record(vector("s", 0, 1, 2)));
    records.addAll(bad.values());
    records.add(stream.record(vector("s", 1, 3, 4)));

    try (ForecastApplication application = stream.start(model())) {
      TopicRecords.produce(BROKER.bootstrapServers(), toOnePartition(records));
      List<ConsumerRecord<byte[], byte[]>> letters = stream.await("features-dlq", bad.size());

      assertThat(letters).hasSize(bad.size());
      Map<Long, ConsumerRecord<byte[], byte[]>> origins =
          stream.read("features").stream().collect(toMap(ConsumerRecord::offset, origin -> origin));
      for (ConsumerRecord<byte[], byte[]> letter : letters) {
        RejectReason reason = RejectReason.valueOf(header(letter, DeadLetter.REASON));
        ProducerRecord<byte[], byte[]> sent = bad.remove(reason);
        assertThat(sent).as("%s", reason).isNotNull();
        assertThat(letter.key()).isEqualTo(sent.key());
        assertThat(letter.value()).isEqualTo(sent.value());
        assertThat(letter.timestamp()).as("%s", reason).isEqualTo(sent.timestamp());
        // What the producer wrote stands first and as it was, doubled names and nulls included.
        assertThat(List.<Header>of(letter.headers().toArray()).subList(0, 3))
            .containsExactly(sent.headers().toArray());
        assertThat(header(letter, DeadLetter.TOPIC)).isEqualTo(stream.topic("features"));
        assertThat(header(letter, DeadLetter.PARTITION)).isEqualTo("0");
        ConsumerRecord<byte[], byte[]> origin =
            origins.get(Long.parseLong(header(letter, DeadLetter.OFFSET)));
        assertThat(origin.value()).isEqualTo(sent.value());
        assertThat(header(letter, DeadLetter.TIMESTAMP)).isEqualTo(Long.toString(sent.timestamp()));
        assertThat(header(letter, DeadLetter.DETAIL)).isNotBlank();
        assertThat(application.counters().deadLetters(reason)).isEqualTo(1);
      }
      assertThat(bad).isEmpty();
      // The good vectors on both sides are one window: nothing bad came between, nor moved time.
      assertThat(stream.await("predictions", 2)).hasSize(2);
      assertThat(stream.await("scores", 1)).hasSize(1);
      assertThat(application.failure()).isNull();
    }
  }

  private void assertOutcome(
      List<SeriesVector> vectors,
      WindowSum model,
      List<ConsumerRecord<byte[], byte[]>> predictions,
      List<ConsumerRecord<byte[], byte[]>> scores) {
    Map<String, Integer> partitions = new HashMap<>();
    stream
        .read("features")
        .forEach(record -> partitions.put(StreamUnderTest.key(record), record.partition()));
    assertThat(partitions.values()).allMatch(partition -> partition < 4);
    Map<String, List<Prediction>> expected = expected(vectors, model);
    Map<String, List<Prediction>> found = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : predictions) {
      Prediction prediction = stream.prediction(record);
      assertThat(StreamUnderTest.key(record)).isEqualTo(prediction.key());
      assertThat(record.timestamp()).isEqualTo(prediction.timeMs());
      assertThat(record.partition()).isEqualTo(partitions.get(prediction.key()));
      found.computeIfAbsent(prediction.key(), key -> new ArrayList<>()).add(prediction);
    }
    assertThat(found)
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*(lower|upper|receipt)")
        .isEqualTo(expected);
    assertScores(expected, found(vectors), partitions, scores);
  }

  private static void assertScores(
      Map<String, List<Prediction>> forecasts,
      Map<String, List<SeriesVector>> newest,
      Map<String, Integer> partitions,
      List<ConsumerRecord<byte[], byte[]>> scores) {
    Map<String, Integer> scored = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : scores) {
      String key = StreamUnderTest.key(record);
      int nth = scored.merge(key, 1, Integer::sum);
      Prediction forecast = forecasts.get(key).get(nth - 1);
      FeatureVector last = newest.get(key).get(nth - 1).vector();
      FeatureVector actual = newest.get(key).get(nth).vector();
      JsonNode score = StreamUnderTest.json(record);
      assertThat(record.partition()).isEqualTo(partitions.get(key));
      assertThat(record.timestamp()).isEqualTo(actual.timeMs());
      assertThat(score.get("time").longValue()).isEqualTo(actual.timeMs());
      assertThat(score.get("madeAt").longValue()).isEqualTo(forecast.timeMs());
      assertThat(score.get("model").asText()).isEqualTo(forecast.model());
      for (int i = 0; i < 2; i++) {
        JsonNode feature = score.get("features").get(i == 0 ? "a" : "b");
        float now = actual.values()[i];
        assertThat(feature.get("actual").floatValue()).isEqualTo(now);
        assertThat(feature.get("forecast").floatValue()).isEqualTo(forecast.values()[i]);
        assertThat(feature.get("error").floatValue()).isEqualTo(forecast.values()[i] - now);
        assertThat(feature.get("persistenceError").floatValue()).isEqualTo(last.values()[i] - now);
      }
    }
    forecasts.forEach(
        (key, all) -> assertThat(scored.getOrDefault(key, 0)).as(key).isEqualTo(all.size() - 1));
  }

  /** What the definition of windows says of every vector that comes in order. */
  private static Map<String, List<Prediction>> expected(
      List<SeriesVector> vectors, WindowSum model) {
    NaiveWindows windows = new NaiveWindows(STEPS, MAX_AGE);
    Map<String, List<Prediction>> expected = new HashMap<>();
    for (SeriesVector one : vectors) {
      if (windows.put(one)) {
        var window = windows.window(one.series());
        ForecastStatus status =
            window.steps() < STEPS ? ForecastStatus.COLD_START : ForecastStatus.OK;
        long[] target = {Prediction.UNKNOWN_TIME};
        if (window.steps() > 1) {
          List<Long> intervals = new ArrayList<>();
          for (int s = 1; s < window.steps(); s++) {
            intervals.add(window.timeMs(s) - window.timeMs(s - 1));
          }
          Collections.sort(intervals);
          target[0] = window.lastTimeMs() + intervals.get(intervals.size() / 2);
        }
        expected
            .computeIfAbsent(one.series(), key -> new ArrayList<>())
            .add(
                Predictions.plain(
                    one.series(),
                    one.vector().timeMs(),
                    status,
                    model.modelHash(),
                    target,
                    model.of(window)));
      }
    }
    return expected;
  }

  /** The vectors of each series that came in order. */
  private static Map<String, List<SeriesVector>> found(List<SeriesVector> vectors) {
    NaiveWindows windows = new NaiveWindows(STEPS, MAX_AGE);
    Map<String, List<SeriesVector>> inOrder = new HashMap<>();
    for (SeriesVector one : vectors) {
      if (windows.put(one)) {
        inOrder.computeIfAbsent(one.series(), key -> new ArrayList<>()).add(one);
      }
    }
    return inOrder;
  }

  private WindowSum model() {
    return new WindowSum(stream.schema(), STEPS, 1);
  }

  /** In each round every series speaks once, in another order each time. */
  private static List<SeriesVector> rounds(int from, int to, int series, long seed) {
    Random random = new Random(seed);
    List<SeriesVector> vectors = new ArrayList<>();
    for (int round = from; round < to; round++) {
      List<SeriesVector> spoken = new ArrayList<>();
      for (int s = 0; s < series; s++) {
        spoken.add(
            vector(
                "series-" + s,
                round * HOUR + random.nextInt(1_000_000),
                random.nextFloat(),
                100 * random.nextFloat()));
      }
      Collections.shuffle(spoken, random);
      vectors.addAll(spoken);
    }
    return vectors;
  }

  private static SeriesVector vector(String key, long afterStart, float... values) {
    return new SeriesVector(key, new FeatureVector(START + afterStart, values));
  }

  private ProducerRecord<byte[], byte[]> bad(byte[] key, byte[] value, long time) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(stream.topic("features"), null, time, key, value);
    record.headers().add(new RecordHeader("trace", new byte[] {1, 0, -1}));
    record.headers().add(new RecordHeader("trace", new byte[0]));
    record.headers().add(new RecordHeader("absent", null));
    return record;
  }

  private static List<ProducerRecord<byte[], byte[]>> toOnePartition(
      List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(
            record ->
                new ProducerRecord<>(
                    record.topic(),
                    0,
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    record.headers()))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}

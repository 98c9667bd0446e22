package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.notice.FirstTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason, end to end: the letter is whole, nothing else changes, the stream goes on. */
class DeadLetterTopologyTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final long HOUR = 3_600_000;

  private static Map<String, String> settings(String... more) {
    return TestSettings.with(
        Map.of(
            "features", "x,y",
            "window.steps", "2",
            "history.minimum", "1",
            "max.lateness", "10s",
            "window.max.age", "1h",
            "time.max.ahead", "1h"),
        more);
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  static Stream<Arguments> bad() {
    long now = T0.toEpochMilli();
    String good = "{\"features\":[1,2]}";
    return Stream.of(
        Arguments.of(RejectReason.NULL_VALUE, bytes("k"), null, now + 5),
        Arguments.of(RejectReason.MISSING_KEY, null, good, now + HOUR),
        Arguments.of(RejectReason.EMPTY_KEY, new byte[0], good, now + HOUR),
        Arguments.of(RejectReason.INVALID_KEY, new byte[] {(byte) 0xff}, good, now + HOUR),
        Arguments.of(RejectReason.UNPARSEABLE, bytes("k"), "\u0000ÿ{", now + HOUR),
        Arguments.of(RejectReason.NOT_A_VECTOR, bytes("k"), "[1,2]", now + HOUR),
        Arguments.of(RejectReason.MISSING_FEATURE, bytes("k"), "{\"x\":1}", now + HOUR),
        Arguments.of(RejectReason.EXTRA_FIELD, bytes("k"), "{\"x\":1,\"y\":2,\"z\":3}", now + 5),
        Arguments.of(RejectReason.DUPLICATE_FIELD, bytes("k"), "{\"x\":1,\"x\":1}", now + 5),
        Arguments.of(RejectReason.WRONG_TYPE, bytes("k"), "{\"x\":\"1\",\"y\":2}", now + 5),
        Arguments.of(RejectReason.NOT_FINITE, bytes("k"), "{\"x\":1e39,\"y\":2}", now + 5),
        Arguments.of(RejectReason.WRONG_LENGTH, bytes("k"), "{\"features\":[1,2,3]}", now + HOUR),
        Arguments.of(
            RejectReason.INVALID_TIME,
            bytes("k"),
            "{\"timestamp\":\"?\",\"x\":1,\"y\":2}",
            now + 5),
        Arguments.of(
            RejectReason.NEGATIVE_TIME, bytes("k"), "{\"timestamp\":-1,\"x\":1,\"y\":2}", now + 5),
        Arguments.of(RejectReason.TOO_FAR_AHEAD, bytes("k"), good, now + HOUR + 1),
        Arguments.of(RejectReason.TOO_FAR_AHEAD, bytes("k"), good, Long.MAX_VALUE),
        Arguments.of(
            RejectReason.TOO_FAR_AHEAD,
            bytes("k"),
            "{\"timestamp\":9223372036854775807,\"x\":1,\"y\":2}",
            now + 5),
        Arguments.of(RejectReason.TOO_LATE, bytes("k"), good, now - 10_001),
        Arguments.of(RejectReason.TOO_LATE, bytes("k"), good, 0L));
  }

  @Test
  void push_tooLate_detailSaysBothTimesAndWhatToDo() {
    try (var harness = new ForecastTestHarness(settings())) {
      harness.push("k", T0, 1, 2);
      harness.push("k", T0.minusSeconds(11), 1, 2);

      assertThat(header(harness.deadLetters().get(0), DeadLetter.DETAIL))
          .isEqualTo(
              "the event time 2025-12-31T23:59:49Z is more than max.lateness, 10s, older than the newest of its partition, 2026-01-01T00:00:00Z: raise max.lateness, or look for a producer whose clock is ahead");
    }
  }

  @Test
  void push_tooLateByEpochSeconds_detailSaysThatItLooksLikeThem() {
    try (var harness = new ForecastTestHarness(settings())) {
      harness.push("k", T0, 1, 2);
      harness.push("k", Instant.ofEpochMilli(T0.getEpochSecond()), 1, 2);

      assertThat(header(harness.deadLetters().get(0), DeadLetter.DETAIL))
          .isEqualTo(
              "the event time 1970-01-21T10:53:45.600Z is more than max.lateness, 10s, older than the newest of its partition, 2026-01-01T00:00:00Z: it looks like epoch seconds, expected milliseconds");
    }
  }

  /** Nothing is late or ahead where no other times come. */
  @ParameterizedTest
  @CsvSource({"true, 0, 1", "true, 3, 1", "true, 20, 1", "false, 0, 0"})
  void push_nothingButEpochSeconds_isSaidOnce(boolean seconds, int yearsAgo, int times) {
    try (LogCapture log = LogCapture.of(FirstTimes.class);
        var harness = new ForecastTestHarness(settings())) {
      for (int minute = 0; minute < 3; minute++) {
        Instant time = T0.minus(Duration.ofDays(365L * yearsAgo)).plusSeconds(60L * minute);
        harness.push("k", seconds ? Instant.ofEpochMilli(time.getEpochSecond()) : time, 1, 2);
      }

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(log.messages()).hasSize(times);
      assertThat(log.messages())
          .allSatisfy(
              line ->
                  assertThat(line)
                      .startsWith("The time of a vector of series k, ")
                      .contains(" is 1970-01-", "looks like epoch seconds, expected milliseconds"));
    }
  }

  /** As many local times are east of UTC; a record's own has no text. */
  @ParameterizedTest
  @CsvSource({
    "2026-01-01T09:00:00, 0, 'if it is a local time without an offset, which is read as UTC, send it with Z or its offset; '",
    "2026-01-01T15:00:00, 0, ''",
    ", 9, ''"
  })
  void push_aheadByNoMoreThanZonesDiffer_detailSaysHowLocalTimesAreRead(
      String local, int hours, String remedy) {
    try (var harness = new ForecastTestHarness(settings())) {
      String time = local == null ? "" : "\"timestamp\":\"%s\",".formatted(local);
      harness.push("k", T0.plus(Duration.ofHours(hours)), "{%s\"x\":1,\"y\":2}".formatted(time));

      assertThat(header(harness.deadLetters().get(0), DeadLetter.DETAIL))
          .endsWith(" ahead of the clock: " + remedy + "time.max.ahead=off allows it in a replay");
    }
  }

  /** Where another unit is the reason, switching the bound off would move the stream for good. */
  @ParameterizedTest
  @CsvSource({
    "0, 1000, microseconds",
    "0, 1000000, nanoseconds",
    "40, 1000, microseconds",
    "40, 1000000, nanoseconds"
  })
  void push_tooFarAheadByAnotherUnit_detailSaysWhich(int yearsAgo, long times, String unit) {
    try (var harness = new ForecastTestHarness(settings())) {
      long time = T0.minus(Duration.ofDays(365L * yearsAgo)).toEpochMilli() * times;
      harness.push("k", Instant.ofEpochMilli(time), 1, 2);

      assertThat(header(harness.deadLetters().get(0), DeadLetter.DETAIL))
          .endsWith(
              " lies more than 1h ahead of the clock: it looks like epoch %s, expected milliseconds"
                  .formatted(unit));
    }
  }

  /** As databases write for no end, in whatever zone: as microseconds it would lie in 1978. */
  @ParameterizedTest
  @CsvSource({"Z, 9999-12-31T23:59:59Z", "-12:00, +10000-01-01T11:59:59Z"})
  void push_lastDayOfIso8601_detailSpeaksOfNoUnit(String zone, String instant) {
    try (var harness = new ForecastTestHarness(settings())) {
      harness.push("k", OffsetDateTime.parse("9999-12-31T23:59:59" + zone).toInstant(), 1, 2);

      assertThat(header(harness.deadLetters().get(0), DeadLetter.DETAIL))
          .isEqualTo(
              "the event time %s lies more than 1h ahead of the clock: time.max.ahead=off allows it in a replay"
                  .formatted(instant));
    }
  }

  /** A reason that is added must be added above. MISSING_TIME has a test of its own. */
  @Test
  void bad_reasons_areAllOfThem() {
    Set<RejectReason> tried = EnumSet.of(RejectReason.MISSING_TIME);
    bad().forEach(one -> tried.add((RejectReason) one.get()[0]));

    assertThat(tried).containsExactlyInAnyOrder(RejectReason.values());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void push_badRecord_isDeadLetteredUntouchedAndChangesNothing(
      RejectReason reason, byte[] key, String value, long timestamp) throws Exception {
    try (var harness = new ForecastTestHarness(settings())) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 2, 1, 0);
      harness.serve(model);
      harness.push("k", T0, 1, 2);
      harness.predictions();
      Headers original = new RecordHeaders().add("trace", new byte[] {1, 2}).add("trace", null);

      harness.pushRecord(new TestRecord<>(key, bytes(value), original, timestamp));

      assertThat(harness.predictions()).isEmpty();
      assertThat(harness.scores()).isEmpty();
      assertThat(harness.window("k")).hasSize(1);
      TestRecord<byte[], byte[]> letter = harness.deadLetters().get(0);
      assertThat(letter.key()).isEqualTo(key);
      assertThat(letter.value()).isEqualTo(bytes(value));
      assertThat(letter.headers().headers("trace"))
          .extracting(header -> header.value())
          .containsExactly(new byte[] {1, 2}, null);
      assertThat(header(letter, DeadLetter.REASON)).isEqualTo(reason.name());
      assertThat(header(letter, DeadLetter.DETAIL)).isNotBlank();
      assertThat(header(letter, DeadLetter.TOPIC)).isEqualTo("features");
      assertThat(header(letter, DeadLetter.PARTITION)).isEqualTo("0");
      assertThat(header(letter, DeadLetter.OFFSET)).isEqualTo("1");
      assertThat(header(letter, DeadLetter.TIMESTAMP)).isEqualTo(Long.toString(timestamp));
      assertThat(letter.headers().lastHeader(DeadLetter.CUT_FROM)).isNull();
      assertThat(harness.counters().deadLetters(reason)).isEqualTo(1);
      assertThat(harness.counters().deadLetters()).isEqualTo(1);

      // As late as a vector may be: stream time stands where it stood.
      harness.push("other", T0.minusSeconds(10), 3, 4);
      harness.push("k", T0.plusSeconds(1), 5, 6);

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.predictions()).hasSize(2);
      assertThat(harness.scores()).hasSize(1);
      assertThat(model.lastWindow()).extracting(v -> v.values()[0]).containsExactly(1f, 5f);
    }
  }

  /** Most tools that send a dead letter again do so with its headers. */
  @Test
  void push_recordThatBringsHeadersOfADeadLetter_eachStandsOnceAndIsOurs() {
    try (var harness = new ForecastTestHarness(settings())) {
      Headers brought = new RecordHeaders();
      List.of(
              DeadLetter.REASON,
              DeadLetter.TOPIC,
              DeadLetter.OFFSET,
              DeadLetter.CUT_FROM,
              "tplus1.dlq.note")
          .forEach(name -> brought.add(name, bytes("forged")).add(name, bytes("twice")));

      harness.pushRecord(new TestRecord<>(bytes("k"), bytes("no"), brought, T0.toEpochMilli()));

      assertThat(harness.deadLetters().get(0).headers().toArray())
          .filteredOn(header -> header.key().startsWith("tplus1.dlq."))
          .extracting(header -> header.key(), header -> new String(header.value(), UTF_8))
          .contains(tuple(DeadLetter.REASON, "UNPARSEABLE"), tuple(DeadLetter.TOPIC, "features"))
          .doesNotHaveDuplicates()
          .extracting(both -> both.toList().get(0))
          .doesNotHaveDuplicates()
          .doesNotContain(DeadLetter.CUT_FROM, "tplus1.dlq.note");
    }
  }

  /** A header takes few bytes, more so compressed: as many fit into one message of a megabyte. */
  @Test
  @Timeout(20)
  void push_recordThatBringsManyHeadersOfADeadLetter_takesNoTime() {
    try (var harness = new ForecastTestHarness(settings())) {
      Headers brought = new RecordHeaders();
      for (int i = 0; i < 100_000; i++) {
        brought.add("tplus1.dlq." + i, new byte[0]);
      }

      harness.pushRecord(new TestRecord<>(bytes("k"), bytes("no"), brought, T0.toEpochMilli()));

      assertThat(harness.deadLetters().get(0).headers()).hasSize(6);
    }
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  @Test
  void push_sourceFieldWithoutTime_isMissingTime() {
    try (var harness = new ForecastTestHarness(settings("time.source", "field"))) {
      harness.push("k", T0, "{\"features\":[1,2]}");

      assertThat(header(harness.deadLetters().get(0), DeadLetter.REASON)).isEqualTo("MISSING_TIME");
    }
  }

  @Test
  void push_firstRecordOfAllIsBad_movesNoStreamTime() {
    try (var harness = new ForecastTestHarness(settings())) {
      harness.pushRecord(null, bytes("{\"features\":[1,2]}"), T0.plusSeconds(60).toEpochMilli());
      harness.push("k", Instant.EPOCH, 1, 2);

      assertThat(harness.deadLetters()).hasSize(1);
      assertThat(harness.predictions()).hasSize(1);
    }
  }

  @Test
  void push_letterSentAgain_hasTheNewReasonLast() {
    try (var harness = new ForecastTestHarness(settings())) {
      harness.push("k", T0, "broken");
      TestRecord<byte[], byte[]> letter = harness.deadLetters().get(0);

      harness.pushRecord(
          new TestRecord<>(letter.key(), bytes("[]"), letter.headers(), T0.toEpochMilli()));

      assertThat(header(harness.deadLetters().get(0), DeadLetter.REASON)).isEqualTo("NOT_A_VECTOR");
    }
  }

  @Test
  void push_recordTooLargeForTheTopic_isCutAndSaysSo() {
    try (var harness = new ForecastTestHarness(settings("dead.letter.max.bytes", "100000"))) {
      byte[] value = bytes("{" + "x".repeat(300_000));
      harness.pushRecord(bytes("k"), value, T0.toEpochMilli());

      TestRecord<byte[], byte[]> letter = harness.deadLetters().get(0);
      assertThat(size(letter)).isBetween(90_000, 100_000);
      assertThat(letter.value()).isEqualTo(java.util.Arrays.copyOf(value, letter.value().length));
      assertThat(header(letter, DeadLetter.CUT_FROM)).isEqualTo("key 1, value 300001");
    }
  }

  /** The sentence on what was found must not outgrow its place in the letter. */
  @Test
  void push_hugeKeysNamesAndHeaders_stayWithinTheLimit() {
    byte[] hugeKey = bytes("k".repeat(250_000));
    byte[] brokenKey = hugeKey.clone();
    brokenKey[0] = (byte) 0xff;
    String good = "{\"features\":[1,2]}";
    for (TestRecord<byte[], byte[]> record :
        List.of(
            record(brokenKey, good, new RecordHeaders()),
            record(hugeKey, "broken", new RecordHeaders()),
            record(bytes("k"), "{\"" + "n".repeat(40_000) + "\":1}", new RecordHeaders()),
            record(bytes("k"), "{\"x\":\"" + "é".repeat(90_000) + "\"}", new RecordHeaders()),
            record(bytes("k"), "broken", new RecordHeaders().add("h", new byte[200_000])))) {
      try (var harness = new ForecastTestHarness(settings("dead.letter.max.bytes", "100000"))) {
        harness.pushRecord(record);

        assertThat(size(harness.deadLetters().get(0))).isLessThanOrEqualTo(100_000);
      }
    }
  }

  @Test
  void push_hugeHeaders_leftOutAndSaysSo() {
    Headers headers = new RecordHeaders().add("h", new byte[200_000]).add("trace", bytes("7"));
    try (var harness = new ForecastTestHarness(settings("dead.letter.max.bytes", "100000"))) {
      harness.pushRecord(record(bytes("k"), "broken", headers));

      TestRecord<byte[], byte[]> letter = harness.deadLetters().get(0);
      assertThat(letter.headers().lastHeader("trace")).isNull();
      assertThat(header(letter, DeadLetter.CUT_FROM)).isEqualTo("key 1, value 6, headers 2");
    }
  }

  private static TestRecord<byte[], byte[]> record(byte[] key, String value, Headers headers) {
    return new TestRecord<>(key, bytes(value), headers, T0.toEpochMilli());
  }

  private static int size(TestRecord<byte[], byte[]> letter) {
    int size = letter.key().length + letter.value().length;
    for (var header : letter.headers()) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return size;
  }

  @Test
  void push_manyFeatures_namesOnlySomeInTheLetter() {
    StringBuilder names = new StringBuilder("f0");
    for (int i = 1; i < 3_000; i++) {
      names.append(",feature").append(i);
    }
    try (var harness =
        new ForecastTestHarness(
            Map.of("features", names.toString(), "dead.letter.max.bytes", "100000"))) {
      harness.push("k", T0, "{\"other\":1}");

      assertThat(size(harness.deadLetters().get(0))).isLessThan(4_200);
    }
  }
}

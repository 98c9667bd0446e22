package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.RejectReason;
import io.tplus1.serde.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventTimeExtractorTest {
  private static final long NOW = 1_000_000;
  private static final byte[] KEY = "k".getBytes(UTF_8);

  private static DecodedRecord vector(long fieldTimeMs) {
    return DecodedRecord.vector(new byte[0], new float[1], fieldTimeMs);
  }

  private static long extract(
      TimeSource source, Optional<Duration> maxAhead, DecodedRecord decoded, long timestamp) {
    return extract(source, maxAhead, KEY, decoded, timestamp);
  }

  private static long extract(
      TimeSource source,
      Optional<Duration> maxAhead,
      byte[] key,
      DecodedRecord decoded,
      long timestamp) {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    return new EventTimeExtractor(source, clock, maxAhead)
        .extract(
            new ConsumerRecord<>(
                "t",
                0,
                0L,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                decoded,
                new RecordHeaders(),
                Optional.empty()),
            777);
  }

  @Test
  void extract_bySource_takesTheFieldOrTheRecord() {
    assertThat(extract(TimeSource.AUTO, Optional.empty(), vector(5), 9)).isEqualTo(5);
    assertThat(extract(TimeSource.AUTO, Optional.empty(), vector(DecodedRecord.NO_TIME), 9))
        .isEqualTo(9);
    assertThat(extract(TimeSource.FIELD, Optional.empty(), vector(5), 9)).isEqualTo(5);
    assertThat(extract(TimeSource.RECORD, Optional.empty(), vector(5), 9)).isEqualTo(9);
  }

  @Test
  void extract_usableTime_isSettledBesideTheRecords() {
    DecodedRecord decoded = vector(5);
    extract(TimeSource.AUTO, Optional.empty(), decoded, 9);

    assertThat(decoded.isRejected()).isFalse();
    assertThat(decoded.timeMs()).isEqualTo(5);
    assertThat(decoded.recordTimeMs()).isEqualTo(9);
  }

  /** The driver refuses such a timestamp; a producer of the oldest format does not. */
  @Test
  void extract_negativeRecordTime_isRejectedAtThePartitionsTime() {
    DecodedRecord decoded = vector(DecodedRecord.NO_TIME);

    assertThat(extract(TimeSource.AUTO, Optional.empty(), decoded, -1)).isEqualTo(777);
    assertThat(decoded.reason()).isEqualTo(RejectReason.NEGATIVE_TIME);
    assertThat(decoded.recordTimeMs()).isEqualTo(-1);
  }

  @Test
  void extract_negativeRecordTimeBesideAFieldTime_isOfNoInterest() {
    DecodedRecord decoded = vector(5);

    assertThat(extract(TimeSource.FIELD, Optional.empty(), decoded, -1)).isEqualTo(5);
    assertThat(decoded.isRejected()).isFalse();
  }

  @Test
  void extract_exactlyMaxAhead_passesAndOneMillisecondMoreDoesNot() {
    Optional<Duration> ahead = Optional.of(Duration.ofMillis(10));
    DecodedRecord last = vector(NOW + 10);
    DecodedRecord beyond = vector(NOW + 11);
    DecodedRecord farthest = vector(Long.MAX_VALUE);

    assertThat(extract(TimeSource.AUTO, ahead, last, 9)).isEqualTo(NOW + 10);
    assertThat(extract(TimeSource.AUTO, ahead, beyond, 9)).isEqualTo(777);
    assertThat(extract(TimeSource.AUTO, ahead, farthest, 9)).isEqualTo(777);
    assertThat(last.isRejected()).isFalse();
    assertThat(beyond.reason()).isEqualTo(RejectReason.TOO_FAR_AHEAD);
    assertThat(farthest.reason()).isEqualTo(RejectReason.TOO_FAR_AHEAD);
    assertThat(beyond.detail()).contains(" more than 10ms ahead").contains("time.max.ahead=off");
  }

  @Test
  void extract_anyDistanceAllowed_passes() {
    assertThat(extract(TimeSource.AUTO, Optional.empty(), vector(Long.MAX_VALUE), 9))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void extract_rejectedValue_staysRejectedForItsOwnReason() {
    DecodedRecord decoded = DecodedRecord.rejected(null, RejectReason.NULL_VALUE, "null");

    assertThat(extract(TimeSource.AUTO, Optional.empty(), decoded, -1)).isEqualTo(777);
    assertThat(decoded.reason()).isEqualTo(RejectReason.NULL_VALUE);
  }

  /** What is turned down for its key must not move stream time either. */
  @Test
  void extract_unusableKey_isRejectedAtThePartitionsTime() {
    Object[][] keys = {
      {null, RejectReason.MISSING_KEY},
      {new byte[0], RejectReason.EMPTY_KEY},
      {new byte[] {'a', (byte) 0xc3}, RejectReason.INVALID_KEY},
      {new byte[DecodedRecord.LONGEST_KEY_BYTES + 1], RejectReason.INVALID_KEY},
      {new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, RejectReason.INVALID_KEY},
    };
    for (Object[] one : keys) {
      DecodedRecord decoded = vector(900);
      assertThat(extract(TimeSource.AUTO, Optional.empty(), (byte[]) one[0], decoded, 9))
          .isEqualTo(777);
      assertThat(decoded.reason()).isEqualTo(one[1]);
    }
  }

  @Test
  void extract_longKeyThatIsNotUtf8_isQuotedInPart() {
    byte[] key = "A".repeat(DecodedRecord.LONGEST_KEY_BYTES).getBytes(UTF_8);
    key[key.length - 1] = (byte) 0xff;
    DecodedRecord decoded = vector(5);

    extract(TimeSource.AUTO, Optional.empty(), key, decoded, 9);

    assertThat(decoded.detail())
        .startsWith("a record's key must be UTF-8, found 'AAA")
        .doesNotContain("A".repeat(101));
  }

  @Test
  void extract_keyWithTheReplacementCharacterItself_passes() {
    DecodedRecord decoded = vector(5);

    extract(TimeSource.AUTO, Optional.empty(), "\uFFFD".getBytes(UTF_8), decoded, 9);

    assertThat(decoded.isRejected()).isFalse();
  }
}

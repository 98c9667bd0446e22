package io.tplus1.topology;

import io.tplus1.config.Durations;
import io.tplus1.model.Shown;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.EpochUnit;
import io.tplus1.serde.RejectReason;
import io.tplus1.serde.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Settles the series and the event time of a record before any processor sees it.
 *
 * <p>A record that is to be dead-lettered gets the partition's time, so that it neither disappears
 * (a negative timestamp is dropped by Kafka Streams) nor moves stream time (one far in the future
 * would erase every other series' history); the decoder then dead-letters it.
 */
final class EventTimeExtractor implements TimestampExtractor {
  private static final long FARTHEST_ZONE_MS = Duration.ofHours(14).toMillis();

  private final TimeSource source;
  private final Clock clock;
  private final long maxAheadMs;

  /**
   * @param maxAhead how far ahead of the clock an event time may lie; empty for any distance
   */
  EventTimeExtractor(TimeSource source, Clock clock, Optional<Duration> maxAhead) {
    this.source = source;
    this.clock = clock;
    this.maxAheadMs = maxAhead.map(Duration::toMillis).orElse(Long.MAX_VALUE);
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return settle(
        (DecodedRecord) record.value(), (byte[]) record.key(), record.timestamp(), partitionTime);
  }

  /**
   * Settles which series a vector is of, and when it was; or rejects it.
   *
   * @param recordTimeMs of its record
   * @param partitionTimeMs greatest time before it in its partition
   * @return its event time, ms since 1970; of one that is rejected, a time that moves none
   */
  long settle(DecodedRecord decoded, byte[] key, long recordTimeMs, long partitionTimeMs) {
    if (!decoded.isRejected()) {
      settleKey(decoded, key);
    }
    boolean ofField = source != TimeSource.RECORD && decoded.fieldTimeMs() != DecodedRecord.NO_TIME;
    long timeMs = ofField ? decoded.fieldTimeMs() : recordTimeMs;
    if (!decoded.isRejected()) {
      check(decoded, timeMs, ofField);
    }
    long settled = decoded.isRejected() ? Math.max(0, partitionTimeMs) : timeMs;
    decoded.settleTime(settled, recordTimeMs);
    return settled;
  }

  /** Here and not in the decoder, because a record without a series must not move stream time. */
  private static void settleKey(DecodedRecord decoded, byte[] key) {
    if (key == null) {
      decoded.reject(
          RejectReason.MISSING_KEY, "a record's key names its series, and there is none");
    } else if (key.length == 0) {
      decoded.reject(RejectReason.EMPTY_KEY, "a record's key names its series, found no bytes");
    } else if (key.length > DecodedRecord.LONGEST_KEY_BYTES) {
      decoded.reject(
          RejectReason.INVALID_KEY,
          "a record's key has at most %d bytes, found %d"
              .formatted(DecodedRecord.LONGEST_KEY_BYTES, key.length));
    } else {
      String series = new String(key, StandardCharsets.UTF_8);
      // Broken bytes are read as U+FFFD, which a key may also hold by right.
      if (series.indexOf('\uFFFD') >= 0
          && !Arrays.equals(series.getBytes(StandardCharsets.UTF_8), key)) {
        decoded.reject(
            RejectReason.INVALID_KEY,
            "a record's key must be UTF-8, found '" + Shown.quote(series) + "'");
      } else {
        decoded.settleKey(series);
      }
    }
  }

  /** East of UTC a local time is ahead of the clock, by as much as zones differ at most. */
  private static String remedy(long aheadMs, boolean ofField) {
    String replay = "time.max.ahead=off allows it in a replay";
    return ofField && aheadMs <= FARTHEST_ZONE_MS
        ? "if it is a local time without an offset, which is read as UTC, send it with Z or its offset; "
            + replay
        : replay;
  }

  private void check(DecodedRecord decoded, long timeMs, boolean ofField) {
    if (timeMs < 0) {
      decoded.reject(
          RejectReason.NEGATIVE_TIME, "the event time must not lie before 1970, found " + timeMs);
      return;
    }
    long nowMs = clock.millis();
    if (maxAheadMs != Long.MAX_VALUE && timeMs - maxAheadMs > nowMs) {
      decoded.reject(
          RejectReason.TOO_FAR_AHEAD,
          "the event time %s lies more than %s ahead of the clock: %s"
              .formatted(
                  Instant.ofEpochMilli(timeMs),
                  Durations.text(Duration.ofMillis(maxAheadMs)),
                  EpochUnit.mistaken(timeMs, nowMs).orElse(remedy(timeMs - nowMs, ofField))));
    }
  }
}

package io.tplus1.topology;

import io.tplus1.serde.DecodedRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * What a record of {@code features-dlq} carries beside the untouched key, value and headers: each
 * of these names once, whatever the record had under it.
 */
public final class DeadLetter {
  /** Name of the {@link io.tplus1.serde.RejectReason}. */
  public static final String REASON = "tplus1.dlq.reason";

  /** What was found and what was expected, in a sentence. */
  public static final String DETAIL = "tplus1.dlq.detail";

  /** Topic that the record came from. */
  public static final String TOPIC = "tplus1.dlq.topic";

  /** Partition that the record came from, in digits. */
  public static final String PARTITION = "tplus1.dlq.partition";

  /** Offset that the record had there, in digits. */
  public static final String OFFSET = "tplus1.dlq.offset";

  /** Timestamp that the record had there, epoch milliseconds, in digits. */
  public static final String TIMESTAMP = "tplus1.dlq.timestamp";

  /**
   * Lengths of the whole key and value in bytes, and how many headers were left out if they were;
   * only where all that was too large to pass on whole.
   */
  public static final String CUT_FROM = "tplus1.dlq.cut.from";

  /** What all of these names begin with, and no other header of a dead letter. */
  private static final String OWN = "tplus1.dlq.";

  /** Room for the headers that are added here, of which the detail is longest, in bytes. */
  private static final int OWN_HEADERS = 4_096;

  private DeadLetter() {}

  /**
   * Counts and tells of a record that was turned down, and passes its dead letter on.
   *
   * @param maxBytes as in {@link #of}
   */
  static void send(
      ProcessorContext<Object, Object> context,
      ForecastCounters counters,
      Record<byte[], DecodedRecord> record,
      int maxBytes) {
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    DecodedRecord decoded = record.value();
    counters.deadLetter(decoded.reason());
    counters.listener().deadLettered(decoded.reason(), decoded.detail(), origin);
    context.forward(of(record, origin, maxBytes), ForecastNodes.DEAD_LETTERS);
  }

  /**
   * The dead letter of a record.
   *
   * @param record the record as it was read
   * @param origin where it was read
   * @param maxBytes bytes beyond which it is cut: what compression let through may be larger than
   *     any message of the dead-letter topic
   */
  static Record<byte[], byte[]> of(
      Record<byte[], DecodedRecord> record, RecordMetadata origin, int maxBytes) {
    DecodedRecord decoded = record.value();
    byte[] key = record.key();
    byte[] value = decoded.raw();
    Headers headers = withoutOwn(record.headers());
    String cutFrom = null;
    int room = maxBytes - OWN_HEADERS - size(headers);
    if (room < (long) length(key) + length(value)) {
      cutFrom = "key " + length(key) + ", value " + length(value);
      if (room < 0) {
        cutFrom += ", headers " + headers.toArray().length;
        headers = new RecordHeaders();
        room = maxBytes - OWN_HEADERS;
      }
      key = cut(key, room / 2);
      value = cut(value, room - length(key));
    }
    Record<byte[], byte[]> letter = new Record<>(key, value, time(decoded), headers);
    describe(letter.headers(), decoded, origin);
    if (cutFrom != null) {
      add(letter.headers(), CUT_FROM, cutFrom);
    }
    return letter;
  }

  /**
   * The timestamp that the record had; for one that Kafka Streams does not let pass, because it is
   * negative, the time that was settled instead.
   */
  private static long time(DecodedRecord decoded) {
    return decoded.recordTimeMs() >= 0 ? decoded.recordTimeMs() : decoded.timeMs();
  }

  private static void describe(Headers headers, DecodedRecord decoded, RecordMetadata origin) {
    add(headers, REASON, decoded.reason().name());
    add(headers, DETAIL, decoded.detail());
    add(headers, TOPIC, origin.topic());
    add(headers, PARTITION, Integer.toString(origin.partition()));
    add(headers, OFFSET, Long.toString(origin.offset()));
    add(headers, TIMESTAMP, Long.toString(decoded.recordTimeMs()));
  }

  private static byte[] cut(byte[] bytes, int most) {
    return length(bytes) <= most ? bytes : Arrays.copyOf(bytes, most);
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static int size(Headers headers) {
    int size = 0;
    for (Header header : headers) {
      size += 16 + header.key().length() * 3 + length(header.value());
    }
    return size;
  }

  /**
   * A copy without the names that are given here: what a record has under them is its producer's,
   * or of a dead letter that was sent again.
   */
  private static Headers withoutOwn(Headers headers) {
    Headers others = new RecordHeaders();
    for (Header header : headers) {
      if (!header.key().startsWith(OWN)) {
        others.add(header);
      }
    }
    return others;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}

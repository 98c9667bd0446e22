package io.tplus1.topology;

import io.tplus1.serde.DecodedRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** What a record of {@code features-dlq} carries beside the untouched key, value and headers. */
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
   * Length of the whole value in bytes, in digits; only where it was too large to pass on whole.
   */
  public static final String CUT_FROM = "tplus1.dlq.cut.from";

  /** Longest value that is passed on whole; what compression let through beyond it is cut. */
  public static final int MAX_VALUE_BYTES = 16 << 20;

  private DeadLetter() {}

  static void describe(Headers headers, DecodedRecord decoded, RecordMetadata origin) {
    add(headers, REASON, decoded.reason().name());
    add(headers, DETAIL, decoded.detail());
    add(headers, TOPIC, origin.topic());
    add(headers, PARTITION, Integer.toString(origin.partition()));
    add(headers, OFFSET, Long.toString(origin.offset()));
    add(headers, TIMESTAMP, Long.toString(decoded.recordTimeMs()));
    if (isTooLarge(decoded.raw())) {
      add(headers, CUT_FROM, Integer.toString(decoded.raw().length));
    }
  }

  static byte[] value(byte[] raw) {
    return isTooLarge(raw) ? Arrays.copyOf(raw, MAX_VALUE_BYTES) : raw;
  }

  private static boolean isTooLarge(byte[] raw) {
    return raw != null && raw.length > MAX_VALUE_BYTES;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}

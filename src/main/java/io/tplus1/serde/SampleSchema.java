package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Says in headers of a training sample's record of which features, targets and words it is, and
 * which experts' forecasts its window's rows hold behind them: rows are read by place. Records of
 * model scores say the former. Immutable.
 */
public final class SampleSchema {
  /** The schema's fingerprint, 32 bits, big-endian. */
  public static final String HEADER = "tplus1.schema";

  /** The traced experts' names in order, with commas between them, UTF-8. */
  public static final String TRACED = "tplus1.traced";

  private final byte[] fingerprint;
  private final byte[] traced;

  /**
   * @param traced experts whose forecasts stand in rows, in order
   */
  public SampleSchema(FeatureSchema schema, List<String> traced) {
    this.fingerprint = ByteBuffer.allocate(Integer.BYTES).putInt(schema.fingerprint()).array();
    this.traced = String.join(",", traced).getBytes(UTF_8);
  }

  /** Headers of a sample of this schema. */
  public Headers headers() {
    return new RecordHeaders().add(HEADER, fingerprint).add(TRACED, traced);
  }

  /** Headers of scores of forecasts of this schema. */
  public Headers headersOfScores() {
    return new RecordHeaders().add(HEADER, fingerprint);
  }

  /** Whether a record says that it is of these features, targets and words. */
  public boolean isSaid(Headers headers) {
    return headers.lastHeader(HEADER) != null && !differs(headers, HEADER, fingerprint);
  }

  /**
   * Why a sample is not of this schema; empty if it may be: former releases did not say.
   *
   * @param readsExperts whether what experts forecast is read
   */
  public Optional<String> misfit(Headers headers, boolean readsExperts) {
    if (differs(headers, HEADER, fingerprint)) {
      return Optional.of("it is of other features, targets or words");
    }
    if (readsExperts && differs(headers, TRACED, traced)) {
      return Optional.of("it holds what other experts forecast (experts)");
    }
    return Optional.empty();
  }

  private static boolean differs(Headers headers, String name, byte[] expected) {
    Header found = headers.lastHeader(name);
    return found != null && !Arrays.equals(found.value(), expected);
  }
}

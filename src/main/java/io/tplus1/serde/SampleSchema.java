package io.tplus1.serde;

import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Says in a header of a training sample's record of which features, targets and words it is: its
 * rows are read by place. Immutable.
 */
public final class SampleSchema {
  /** The schema's fingerprint, 32 bits, big-endian. */
  public static final String HEADER = "tplus1.schema";

  private final byte[] fingerprint;

  public SampleSchema(FeatureSchema schema) {
    this.fingerprint = ByteBuffer.allocate(Integer.BYTES).putInt(schema.fingerprint()).array();
  }

  /** Headers of a sample of this schema. */
  public Headers headers() {
    return new RecordHeaders().add(HEADER, fingerprint);
  }

  /** Whether a sample may be of this schema: former releases did not say. */
  public boolean allows(Headers headers) {
    Header found = headers.lastHeader(HEADER);
    return found == null || Arrays.equals(found.value(), fingerprint);
  }
}

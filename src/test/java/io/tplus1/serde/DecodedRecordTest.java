package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecodedRecordTest {
  /** It is told in headers, on the dashboard and to whoever asks, and quotes what others wrote. */
  @Test
  void detail_ofWhateverWasFound_isAPartOfALineAndEnds() {
    String found = "pump-1\u202e\n" + "x".repeat(5_000);
    DecodedRecord decoded = DecodedRecord.rejected(null, RejectReason.NULL_VALUE, found);
    DecodedRecord later = DecodedRecord.vector(new byte[0], new float[0], 5);
    later.reject(RejectReason.INVALID_KEY, found);

    assertThat(decoded.detail()).startsWith("pump-1??xxx").hasSize(1_001);
    assertThat(later.detail()).isEqualTo(decoded.detail());
  }

  @Test
  void detail_ofAVector_isNone() {
    assertThat(DecodedRecord.vector(new byte[0], new float[0], 5).detail()).isNull();
  }
}

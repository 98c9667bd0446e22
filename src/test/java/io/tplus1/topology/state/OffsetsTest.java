package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.serde.Receipt;
import org.junit.jupiter.api.Test;

class OffsetsTest {

  @Test
  void at_anyAge_isWhatWasNotedOrUnknown() {
    Offsets offsets = new Offsets(3);
    assertThat(offsets.at(10)).isEqualTo(Receipt.UNKNOWN);
    for (int i = 1; i <= 8; i++) {
      offsets.add(10L * i, 100 + i);

      for (int back = 0; back < i; back++) {
        long expected = back < 3 ? 100 + i - back : Receipt.UNKNOWN;
        assertThat(offsets.at(10L * (i - back))).isEqualTo(expected);
        assertThat(offsets.at(10L * (i - back) + 1)).isEqualTo(Receipt.UNKNOWN);
      }
    }
    offsets.clear();
    assertThat(offsets.at(80)).isEqualTo(Receipt.UNKNOWN);
  }
}

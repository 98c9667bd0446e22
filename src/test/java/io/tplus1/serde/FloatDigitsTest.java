package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against Jackson's writer of the same algorithm. */
class FloatDigitsTest {

  @Test
  void write_anyBits_isJacksonsShortest() {
    SplittableRandom random = new SplittableRandom(20261124);
    for (int i = 0; i < 2_000_000; i++) {
      check(Float.intBitsToFloat(random.nextInt()));
    }
  }

  @Test
  void write_everyPowerOfTwoAndItsNeighbours_isJacksonsShortest() {
    for (int exponent = 0; exponent < 255; exponent++) {
      for (int fraction = -20; fraction <= 20; fraction++) {
        check(Float.intBitsToFloat((exponent << 23) + fraction));
      }
    }
  }

  @Test
  void write_decimalsOfFewDigits_isJacksonsShortest() {
    for (int digits = 0; digits < 100_000; digits++) {
      for (int e = -8; e <= 8; e++) {
        check(Float.parseFloat(digits + "e" + e));
      }
    }
  }

  private static void check(float value) {
    if (!Float.isFinite(value)) {
      return;
    }
    byte[] bytes = new byte[FloatDigits.MOST_BYTES + 2];
    int end = FloatDigits.write(value, bytes, 1);
    String written = new String(bytes, 1, end - 1, StandardCharsets.US_ASCII);
    String expected = NumberOutput.toString(value, true);
    if (!written.equals(expected)) {
      assertThat(written).as("bits %x", Float.floatToRawIntBits(value)).isEqualTo(expected);
    }
  }
}

package io.tplus1.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Forecasts and scores that are not as documented are refused, and a sentence says why. */
class WireRefusalTest {
  /** What is read here. */
  enum Kind {
    FORECAST,
    SCORE;

    /** One as documented. */
    byte[] record() {
      return WireLayoutTest.bytes(
          this == FORECAST ? WireLayoutTest.FORECAST_LAYOUT : WireLayoutTest.SCORE_LAYOUT);
    }

    Record read(byte[] record) {
      return this == FORECAST ? WireForecast.read(record) : WireScore.read(record);
    }
  }

  private static void assertRefused(Kind kind, byte[] record, String why) {
    assertThatExceptionOfType(WireFormatException.class)
        .isThrownBy(() -> kind.read(record))
        .withMessage(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FORECAST | 0 | fa | a binary forecast begins with the byte F9, found FA",
        "SCORE | 0 | f9 | a binary score begins with the byte FA, found F9",
        "FORECAST | 1 | 02 | version 1 of a binary forecast was expected, found 2: it takes another tplus1 to read it",
        "SCORE | 1 | 02 | version 1 of a binary score was expected, found 2: it takes another tplus1 to read it",
        "FORECAST | 1 | 00 | version 1 of a binary forecast was expected, found 0: it takes another tplus1 to read it",
        "SCORE | 1 | 00 | version 1 of a binary score was expected, found 0: it takes another tplus1 to read it",
        "FORECAST | 2 | 06 | the status must be 0 to 5, found 6",
        "SCORE | 2 | ff | the status must be 0 to 5, found 255",
        "FORECAST | 3 | 09 | flags must be some of 07, found 09",
        "FORECAST | 3 | 81 | flags must be some of 07, found 81",
        "SCORE | 3 | 03 | flags must be some of 05, found 03",
        "SCORE | 3 | 09 | flags must be some of 05, found 09",
      })
  void read_headOfAnother_isRefused(Kind kind, int at, String found, String why) {
    byte[] record = kind.record();
    record[at] = HexFormat.of().parseHex(found)[0];

    assertRefused(kind, record, why);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void read_bytesLeftOver_isRefused(Kind kind) {
    int length = kind.record().length;

    assertRefused(
        kind,
        Arrays.copyOf(kind.record(), length + 1),
        "the record ends at byte %d, found %d bytes".formatted(length, length + 1));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void read_cutAnywhere_isRefused(Kind kind) {
    for (int length = 0; length < kind.record().length; length++) {
      byte[] cut = Arrays.copyOf(kind.record(), length);
      assertThatExceptionOfType(WireFormatException.class)
          .isThrownBy(() -> kind.read(cut))
          .withMessageMatching(
              "the record goes on behind byte \\d+, found %d bytes".formatted(length));
    }
  }

  @ParameterizedTest
  @CsvSource({"FORECAST, 21", "SCORE, 29"})
  void read_keyThatIsNoText_isRefused(Kind kind, int at) {
    byte[] record = kind.record();
    assertThat(record[at]).isEqualTo((byte) 'k');
    record[at] = (byte) 0xff;

    assertRefused(kind, record, "the text at byte %d must be UTF-8".formatted(at));
  }
}

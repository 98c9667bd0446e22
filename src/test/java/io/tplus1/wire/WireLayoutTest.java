package io.tplus1.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Forecasts and scores byte by byte, written by hand from {@code src/site/wire.md}: clients in
 * other languages read them by it, and topics hold what former releases wrote.
 */
class WireLayoutTest {
  private static final float NAN = Float.NaN;

  /** What stands in front of each line's bar, in hexadecimal. */
  static byte[] bytes(String lines) {
    return HexFormat.of()
        .parseHex(
            lines
                .lines()
                .map(line -> line.split("\\|", 2)[0].replace(" ", ""))
                .collect(Collectors.joining()));
  }

  static final String FORECAST_LAYOUT =
      """
      f9                        | a forecast
      01                        | version
      00                        | status: OK
      01                        | flags: intervals
      0000000000000001          | time of the window's last vector
      0001                      | H
      0001                      | T
      82 00ff                   | model: 2 bytes of hexadecimal digits
      0001 6b                   | key
      0000000000000002          | target time
      3f800000                  | value: 1
      00000000                  | where the interval begins: 0
      40000000                  | where it ends: 2
      """;

  private static WireForecast forecast(String status) {
    return new WireForecast(
        "k",
        1,
        status,
        "00ff",
        new int[] {1},
        new long[] {2},
        new float[] {1},
        new float[] {0},
        new float[] {2},
        Optional.empty());
  }

  static final String SCORE_LAYOUT =
      """
      fa                        | a score
      01                        | version
      00                        | status: OK
      01                        | flags: intervals
      0000000000000002          | time of the actual
      0000000000000001          | time of the forecast's last vector
      0003                      | horizon
      0001                      | T
      82 00ff                   | model: 2 bytes of hexadecimal digits
      0001 6b                   | key
      3f800000                  | actual: 1
      40000000                  | forecast: 2
      00000000                  | the value when the forecast was made: 0
      3f000000                  | half the interval's width: 0.5
      """;

  private static WireScore score(String status) {
    return new WireScore(
        "k",
        2,
        1,
        3,
        status,
        "00ff",
        new int[] {1},
        new float[] {1},
        new float[] {2},
        new float[] {0},
        new float[] {0.5f});
  }

  private static void assertLayout(WireForecast forecast, String lines) {
    assertThat(forecast.toBytes()).isEqualTo(bytes(lines));
    assertSame(WireForecast.read(bytes(lines)), forecast);
  }

  private static void assertLayout(WireScore score, String lines) {
    assertThat(score.toBytes()).isEqualTo(bytes(lines));
    assertSame(WireScore.read(bytes(lines)), score);
  }

  private static void assertSame(Record read, Record written) {
    assertThat(read)
        .usingRecursiveComparison()
        .withEqualsForType(Float::equals, Float.class)
        .isEqualTo(written);
  }

  @Test
  void forecast_ofANumber_isTheDocumentedOne() {
    assertLayout(forecast("OK"), FORECAST_LAYOUT);
  }

  @Test
  void score_ofANumber_isTheDocumentedOne() {
    assertLayout(score("OK"), SCORE_LAYOUT);
  }

  @ParameterizedTest
  @CsvSource({
    "OK, 00",
    "COLD_START, 01",
    "NO_MODEL, 02",
    "MODEL_FAILED, 03",
    "GAP_FILLED, 04",
    "STALE_MODEL, 05"
  })
  void statuses_areTheDocumentedOnes(String status, String code) {
    assertLayout(forecast(status), statusIn(FORECAST_LAYOUT, code));
    assertLayout(score(status), statusIn(SCORE_LAYOUT, code));
  }

  private static String statusIn(String lines, String code) {
    return lines.replaceFirst("00 +\\| status: OK", code + " | status");
  }

  /** A category of two words, and one before them for any other. */
  @Test
  void forecast_ofACategoryAndANumber_isTheDocumentedOne() {
    assertLayout(
        new WireForecast(
            "é/1",
            0x0102030405060708L,
            "GAP_FILLED",
            "persistence",
            new int[] {3, 1},
            new long[] {16, WireForecast.UNKNOWN_TIME},
            new float[] {0.25f, 0.5f, 0.125f, -2, 0, 1, 0.75f, 4},
            new float[] {NAN, -3, NAN, 3},
            new float[] {NAN, -1, NAN, 5},
            Optional.empty()),
        """
        f9                                  | a forecast
        01                                  | version
        04                                  | status: GAP_FILLED
        05                                  | flags: intervals, widths
        0102030405060708                    | time of the window's last vector
        0002                                | H
        0002                                | T
        0003 0001                           | widths
        0b 70657273697374656e6365           | model: 11 bytes of text
        0004 c3a9 2f 31                     | key
        0000000000000010                    | target time of t+1
        8000000000000000                    | of t+2: not known
        3e800000 3f000000 3e000000          | t+1: any other word, the first, the second
        c0000000                            | t+1: -2
        00000000 3f800000 3f400000          | t+2: any other word, the first, the second
        40800000                            | t+2: 4
        7fc00000 c0400000 7fc00000 40400000 | where the intervals begin: none, -3, none, 3
        7fc00000 bf800000 7fc00000 40a00000 | where they end: none, -1, none, 5
        """);
  }

  @Test
  void score_ofACategoryAndANumber_isTheDocumentedOne() {
    assertLayout(
        new WireScore(
            "k1",
            10,
            5,
            258,
            "STALE_MODEL",
            "0123456789abcdef".repeat(4),
            new int[] {3, 1},
            new float[] {2, NAN},
            new float[] {0.25f, 0.5f, 0.125f, 5},
            new float[] {1, 3},
            new float[] {NAN, 2}),
        """
        fa                                  | a score
        01                                  | version
        05                                  | status: STALE_MODEL
        05                                  | flags: intervals, widths
        000000000000000a                    | time of the actual
        0000000000000005                    | time of the forecast's last vector
        0102                                | horizon
        0002                                | T
        0003 0001                           | widths
        a0                                  | model: 32 bytes of hexadecimal digits
        0123456789abcdef 0123456789abcdef   |
        0123456789abcdef 0123456789abcdef   |
        0002 6b31                           | key
        40000000 7fc00000                   | actual: the second word, nothing
        3e800000 3f000000 3e000000          | forecast: any other word, the first, the second
        40a00000                            | forecast: 5
        3f800000 40400000                   | values when it was made: the first word, 3
        7fc00000 40000000                   | half the widths: none, 2
        """);
  }

  /** {@code interval.coverage=0}. */
  @Test
  void score_withoutIntervals_isTheDocumentedOne() {
    assertLayout(
        new WireScore(
            "k",
            2,
            1,
            1,
            "COLD_START",
            "00FF",
            new int[] {1, 1},
            new float[] {1, 2},
            new float[] {3, 4},
            new float[] {-1, -2},
            new float[0]),
        """
        fa                        | a score
        01                        | version
        01                        | status: COLD_START
        00                        | no flags
        0000000000000002          | time of the actual
        0000000000000001          | time of the forecast's last vector
        0001                      | horizon
        0002                      | T
        04 30304646               | model: 4 bytes of text, for these digits are in upper case
        0001 6b                   | key
        3f800000 40000000         | actual
        40400000 40800000         | forecast
        bf800000 c0000000         | values when it was made
        """);
  }

  @Test
  void forecast_withAReceiptOfEachPart_isTheDocumentedOne() {
    WireReceipt receipt =
        new WireReceipt(
            "vector-1/16",
            1,
            4,
            "f18e1a480b4a896f",
            2,
            -1,
            7,
            List.of("last", "rnn"),
            new float[][][] {{{0.25f, 0.75f}, {1, 0}}, {{0.5f, 0.5f}, {0, 1}}},
            Map.of("linear", "00ff"),
            Map.of("rnn", new float[] {3, 4}),
            new byte[] {1, 2, 3});
    assertLayout(
        new WireForecast(
            "",
            3,
            "OK",
            "experts",
            new int[] {1, 1},
            new long[] {4, 5},
            new float[] {1, 2, 3, 4},
            new float[0],
            new float[0],
            Optional.of(receipt)),
        """
        f9                        | a forecast
        01                        | version
        00                        | status: OK
        02                        | flags: receipt
        0000000000000003          | time of the window's last vector
        0002                      | H
        0002                      | T
        07 65787065727473         | model: 7 bytes of text
        0000                      | key: none
        0000000000000004          | target time of t+1
        0000000000000005          | of t+2
        3f800000 40000000         | values of t+1: 1, 2
        40400000 40800000         | of t+2: 3, 4
        0b 766563746f722d312f3136 | kernel: 11 bytes of text
        0000000000000001          | time of the window's oldest vector
        00000004                  | number of vectors
        88 f18e1a480b4a896f       | hash of the window: 8 bytes of hexadecimal digits
        00000002                  | partition
        ffffffffffffffff          | first offset: not known
        0000000000000007          | last offset
        0002                      | E
        04 6c617374               | the first mixed expert
        03 726e6e                 | the second
        0002                      | G
        0002                      | T
        3e800000 3f400000         | weights of t+1, the first target: 0.25, 0.75
        3f800000 00000000         | the second target: 1, 0
        3f000000 3f000000         | of t+2 and t+3, the first target: 0.5, 0.5
        00000000 3f800000         | the second target: 0, 1
        0001                      | number of shared linear experts
        06 6c696e656172           | its name
        82 00ff                   | its hash
        0001                      | number of given forecasts
        03 726e6e                 | the expert's name
        00000002                  | how many floats
        40400000 40800000         | 3, 4
        00000003                  | number of bytes of the intervals' state
        01 02 03                  |
        """);
  }

  @Test
  void forecast_withIntervalsWidthsAndAReceiptOfNoPart_isTheDocumentedOne() {
    WireReceipt receipt =
        new WireReceipt(
            "",
            1,
            4,
            "f18e1a480b4a896f",
            2,
            6,
            -1,
            List.of(),
            new float[0][][],
            Map.of(),
            Map.of(),
            new byte[0]);
    assertLayout(
        new WireForecast(
            "k",
            3,
            "NO_MODEL",
            "abc",
            new int[] {1, 2},
            new long[] {4},
            new float[] {1, 0.25f, 0.75f},
            new float[] {0, NAN},
            new float[] {2, NAN},
            Optional.of(receipt)),
        """
        f9                        | a forecast
        01                        | version
        02                        | status: NO_MODEL
        07                        | flags: intervals, receipt, widths
        0000000000000003          | time of the window's last vector
        0001                      | H
        0002                      | T
        0001 0002                 | widths
        03 616263                 | model: 3 bytes of text, for three digits are no bytes
        0001 6b                   | key
        0000000000000004          | target time
        3f800000                  | value: 1
        3e800000 3f400000         | any other word, the only one
        00000000 7fc00000         | where the intervals begin: 0, none
        40000000 7fc00000         | where they end: 2, none
        00                        | kernel: no network was asked
        0000000000000001          | time of the window's oldest vector
        00000004                  | number of vectors
        88 f18e1a480b4a896f       | hash of the window
        00000002                  | partition
        0000000000000006          | first offset
        ffffffffffffffff          | last offset: not known
        0000                      | E
        0000                      | number of shared linear experts
        0000                      | number of given forecasts
        00000000                  | number of bytes of the intervals' state
        """);
  }
}

package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

final class GzipTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "GZIP | true",
        "x-gzip | true",
        "br, gzip;q=0.5 | true",
        "gzip;q=0.001 | true",
        "gzip ; q = 1 | true",
        "br;q=0, gzip | true",
        "gzip;q=0 | false",
        "gzip; Q=0.0, br | false",
        "gzip\t;\tq=0.000 | false",
        "notgzip | false",
        "br;gzip | false",
        "identity | false",
        ",,; | false"
      })
  void isTaken_anyHeader_isAsItSays(String accepted, boolean taken) {
    assertThat(Gzip.isTaken(accepted)).isEqualTo(taken);
  }

  @ParameterizedTest
  @NullAndEmptySource
  void isTaken_noHeader_isNot(String accepted) {
    assertThat(Gzip.isTaken(accepted)).isFalse();
  }

  /** By the square of their length they would take minutes. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip;q=0,", "br;q=0,", ",", ";", "gzip;", "gzip;q=0.", "0", " "})
  void isTaken_longHeader_isReadInNoTime(String part) {
    String header = part.repeat(500_000) + "\u0085";

    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Gzip.isTaken(header));
  }
}

package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class StandingTest {
  private static final Gate.Settings SETTINGS = new Gate.Settings(10, 0, .99);

  private static int add(Standing standing, int times, double champion, double persistence) {
    return add(standing, times, champion, persistence, 0);
  }

  private static int add(
      Standing standing, int times, double champion, double persistence, long spanMs) {
    int told = 0;
    for (int i = 0; i < times; i++) {
      told += standing.add(1, champion, persistence, 5_000, spanMs) ? 1 : 0;
    }
    return told;
  }

  /** As when of many series one calm hour is many samples. */
  @Test
  void isBeaten_manySamplesOfOneTime_notBeforeAWindowsTimeHasPassed() {
    Standing standing = new Standing(SETTINGS);

    assertThat(add(standing, 1_000, 2, 1, 3_600)).isZero();
    assertThat(standing.isBeaten()).isFalse();

    assertThat(standing.add(1, 2, 1, 5_000 + 3_600, 3_600)).isTrue();
    assertThat(standing.isBeaten()).isTrue();
  }

  @Test
  void isBeaten_learningBegunAnew_takesTwiceAsManyUntilAnotherChampion() {
    Standing standing = new Standing(SETTINGS);
    add(standing, 40, 2, 1);

    standing.begunAnew();

    assertThat(add(standing, 79, 2, 1)).isZero();
    ByteBuffer bytes = ByteBuffer.allocate(Standing.BYTES);
    standing.write(bytes);
    Standing again = new Standing(SETTINGS);
    again.read(bytes.flip());
    assertThat(add(again, 1, 2, 1)).isEqualTo(1);
    again.reset();
    assertThat(add(again, 40, 2, 1)).isEqualTo(1);
  }

  @Test
  void isBeaten_clearlyWorseForLong_afterTheGatesPatienceAndToldOnce() {
    Standing standing = new Standing(SETTINGS);

    assertThat(add(standing, 39, 1.3, 1)).isZero();
    assertThat(standing.isBeaten()).isFalse();
    assertThat(add(standing, 1, 1.3, 1)).isEqualTo(1);
    assertThat(standing.isBeaten()).isTrue();
    assertThat(standing.figures()).contains("last 40 samples", "now 1.000 against 1.300");
    assertThat(add(standing, 100, 1.3, 1)).isZero();
    assertThat(standing.isBeaten()).isTrue();
  }

  @Test
  void isBeaten_aLittleWorse_never() {
    Standing standing = new Standing(SETTINGS);

    add(standing, 1_000, 1.2, 1);

    assertThat(standing.isBeaten()).isFalse();
  }

  @Test
  void isBeaten_outlier_doesNotDecideAlone() {
    Standing standing = new Standing(SETTINGS);
    add(standing, 200, .9, 1);

    add(standing, 1, 1_000, 1);
    add(standing, 100, .9, 1);

    assertThat(standing.isBeaten()).isFalse();
  }

  @Test
  void isBeaten_betterAgain_noLonger() {
    Standing standing = new Standing(SETTINGS);
    add(standing, 50, 2, 1);

    add(standing, 200, .5, 1);

    assertThat(standing.isBeaten()).isFalse();
    assertThat(add(standing, 300, 2, 1)).isEqualTo(1);
  }

  @Test
  void add_nobodyServes_countsNothing() {
    Standing standing = new Standing(SETTINGS);

    add(standing, 100, Double.NaN, 1);
    add(standing, 100, 2, Double.NaN);

    assertThat(standing.isBeaten()).isFalse();
  }

  @Test
  void read_written_goesOn() {
    Standing standing = new Standing(SETTINGS);
    add(standing, 39, 2, 1);
    ByteBuffer bytes = ByteBuffer.allocate(Standing.BYTES);
    standing.write(bytes);

    Standing again = new Standing(SETTINGS);
    again.read(bytes.flip());

    assertThat(add(again, 1, 2, 1)).isEqualTo(1);
    again.reset();
    assertThat(again.isBeaten()).isFalse();
  }
}

package io.tplus1.train;

import static io.tplus1.train.Gate.Decision.PROMOTE;
import static io.tplus1.train.Gate.Decision.REJECT;
import static io.tplus1.train.Gate.Decision.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A line of 1,000 series without a champion, whose errors fade within an hour. */
final class GateFirstLineTest {
  private final Gate gate = new Gate(new Gate.Settings(10, 0, .99), new LineRule());

  private void hour(int hour, double line, double persistence) {
    for (int i = 0; i < 1_000; i++) {
      gate.add(hour, 1, 1, line, Double.NaN, persistence);
    }
  }

  /** All series stand still: what was learnt by day is not lost for that. */
  @Test
  void decide_nineHoursAtNight_waitsForTheDay() {
    for (int hour = 0; hour < 9; hour++) {
      hour(hour, .002, 0);
      assertThat(gate.decide()).isEqualTo(WAIT);
    }
    hour(9, 1.1, 1);
    assertThat(gate.decide()).isEqualTo(WAIT);

    hour(10, .9, 1);

    assertThat(gate.decide()).isEqualTo(PROMOTE);
  }

  /** It has won, but its snapshot is in doubt. */
  @Test
  void decide_aheadByDay_isNotGivenUpAtNight() {
    for (int hour = 0; hour < 10; hour++) {
      hour(hour, .9, 1);
      assertThat(gate.decide()).isEqualTo(PROMOTE);
    }

    hour(10, .002, 0);

    assertThat(gate.decide()).isEqualTo(WAIT);
  }

  @Test
  void decide_neverAheadAtTenEventTimes_isGivenUpInACalmHour() {
    for (int hour = 0; hour < 12; hour++) {
      hour(hour, 1.1, 1);
      assertThat(gate.decide()).isEqualTo(WAIT);
    }

    hour(12, .002, 0);

    assertThat(gate.decide()).isEqualTo(REJECT);
  }

  @Test
  void decide_worseThanPersistence_isGivenUpAfterTenEventTimes() {
    for (int hour = 0; hour < 9; hour++) {
      hour(hour, 1.3, 1);
      assertThat(gate.decide()).isEqualTo(WAIT);
    }

    hour(9, 1.3, 1);

    assertThat(gate.decide()).isEqualTo(REJECT);
  }
}

package io.tplus1.train;

import static io.tplus1.train.Gate.Decision.PROMOTE;
import static io.tplus1.train.Gate.Decision.REJECT;
import static io.tplus1.train.Gate.Decision.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a gate writes, and goes on with after a restart. */
final class GateRestartTest {
  private static final Gate.Settings SETTINGS = new Gate.Settings(10, 0, .99);

  @Test
  void read_whatWasWritten_goesOn() {
    Gate gate = new Gate(SETTINGS, new LineRule());
    for (int i = 0; i < 9; i++) {
      gate.add(i, 1, 1, .5, .6, .7);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Gate.BYTES);
    gate.write(bytes);

    Gate again = new Gate(SETTINGS, new LineRule());
    again.read(bytes.flip());
    again.add(9, 1, 1, .5, .6, .7);

    assertThat(again.decide()).isEqualTo(PROMOTE);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  /**
   * As the one that is not restarted: neither does one sample decide, nor does patience begin anew.
   */
  @Test
  void read_challengerAtEachSample_isDecidedAsWithoutRestarts() {
    for (double better : new double[] {.5, .59, .61}) {
      Gate gate = new Gate(SETTINGS, new ChallengerRule(1));
      Gate again = new Gate(SETTINGS, new ChallengerRule(1));
      for (int i = 0; i < 60 && gate.decide() == WAIT; i++) {
        double error = i % 2 == 0 ? better - .3 : better + .3;
        gate.add(i, 1, 1, error, .6, .7);
        again.add(i, 1, 1, error, .6, .7);
        again = restarted(again);
        assertThat(again.decide()).isEqualTo(gate.decide());
        assertThat(again.figures()).isEqualTo(gate.figures());
      }
    }
  }

  /** Event times of many steps are more than ten. */
  @Test
  void read_challengerOfManySteps_eventTimesGoOn() {
    Gate gate = new Gate(SETTINGS, new ChallengerRule(100));
    for (int i = 0; i < 99 * 50; i++) {
      gate.add(i / 50, 1, 1, .6, .6, .7);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Gate.BYTES + Gate.EVIDENCE_BYTES);
    gate.write(bytes);
    gate.writeEvidence(bytes);
    Gate again = new Gate(SETTINGS, new ChallengerRule(100));
    again.read(bytes.flip());
    again.readEvidence(bytes);
    assertThat(again.decide()).isEqualTo(WAIT);

    again.add(99, 1, 1, .6, .6, .7);

    assertThat(again.decide()).isEqualTo(REJECT);
  }

  /**
   * A former release did not write of what is evident: it begins anew, and one sample is not
   * enough.
   */
  @Test
  void read_ofAReleaseThatKnewNoEvidence_countsEventTimesFromThere() {
    Gate gate = new Gate(SETTINGS, new ChallengerRule(1));
    for (int i = 0; i < 50 * 50; i++) {
      gate.add(i / 50, 1, 1, i / 50 % 2 == 0 ? .3 : .89, .6, .7);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Gate.BYTES);
    gate.write(bytes);
    Gate again = new Gate(SETTINGS, new ChallengerRule(1));
    again.read(bytes.flip());

    for (int i = 0; i < 9; i++) {
      again.add(50 + i, 1, 1, i % 2 == 0 ? .3 : .89, .6, .7);
      assertThat(again.decide()).isEqualTo(WAIT);
    }
    again.add(59, 1, 1, .89, .6, .7);
    assertThat(again.decide()).isEqualTo(REJECT);
  }

  private static Gate restarted(Gate gate) {
    ByteBuffer bytes = ByteBuffer.allocate(Gate.BYTES + Gate.EVIDENCE_BYTES);
    gate.write(bytes);
    gate.writeEvidence(bytes);
    Gate again = new Gate(SETTINGS, new ChallengerRule(1));
    again.read(bytes.flip());
    again.readEvidence(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return again;
  }
}

package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeanChangesTest {
  private static final float NAN = Float.NaN;

  @Test
  void update_targetThatComesSeldom_learnsAsFastAsOneThatAlwaysComes() {
    MeanChanges changes = new MeanChanges(2);
    for (int i = 0; i < 50; i++) {
      changes.update(new float[] {0, 0}, new float[] {3, NAN});
    }
    changes.update(new float[] {0, 0}, new float[] {3, 3});

    assertThat(changes.mean(0)).isEqualTo(3);
    assertThat(changes.mean(1)).isEqualTo(3);
  }

  @Test
  void isUnit_fewOrNoChanges_not() {
    MeanChanges changes = new MeanChanges(2);
    for (int i = 0; i < 5; i++) {
      assertThat(changes.isUnit(0)).isFalse();
      changes.update(new float[] {0, 0}, new float[] {3, 0});
    }

    assertThat(changes.isUnit(0)).isTrue();
    assertThat(changes.isUnit(1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 300, 2_000})
  void update_targetThatSeldomChanges_keepsItsUnit(int every) {
    MeanChanges changes = new MeanChanges(1);
    for (int i = 1; i <= 10 * every; i++) {
      changes.update(new float[] {0}, new float[] {i % every == 0 ? 3 : 0});
      if (i >= 5 * every) {
        assertThat(changes.isUnit(0)).isTrue();
        assertThat(changes.mean(0)).isEqualTo(3);
      }
    }
  }

  /** There and back again: two changes, which a running mean would remember for a thousand rows. */
  @ParameterizedTest
  @ValueSource(floats = {-9_999, 1e9f, Float.MAX_VALUE})
  void update_sentinel_leavesTheUnitNearlyAsItWas(float sentinel) {
    MeanChanges changes = new MeanChanges(1);
    alternate(changes, 200, 1);
    changes.update(new float[] {0}, new float[] {sentinel});
    changes.update(new float[] {sentinel}, new float[] {0});
    assertThat(changes.mean(0)).isBetween(1f, 2f);

    alternate(changes, 200, 1);

    assertThat(changes.mean(0)).isBetween(1f, 1.1f);
  }

  @Test
  void update_changesThatGrowForGood_followsWithinSomeTensOfRows() {
    MeanChanges changes = new MeanChanges(1);
    alternate(changes, 200, 1);

    alternate(changes, 40, 100);
    assertThat(changes.mean(0)).isGreaterThan(25);
    alternate(changes, 260, 100);
    assertThat(changes.mean(0)).isBetween(90f, 100f);
  }

  /** What so far only rounding moved, by three steps of a float, wakes up. */
  @Test
  void update_changesThatBecomeAMillionTimesAsLarge_followsWithinAHundredRows() {
    MeanChanges changes = new MeanChanges(1);
    alternate(changes, 200, 1e-6f);

    alternate(changes, 100, 1);

    assertThat(changes.mean(0)).isGreaterThan(.25f);
  }

  /** The first few have no mean to be held against: a small one must not be the unit of all. */
  @Test
  void update_firstChanges_countInFull() {
    MeanChanges changes = new MeanChanges(1);
    alternate(changes, 1, 1e-3f);
    alternate(changes, 4, 1);

    assertThat(changes.mean(0)).isGreaterThan(.8f);
  }

  private static void alternate(MeanChanges changes, int rows, float by) {
    for (int row = 0; row < rows; row++) {
      changes.update(new float[] {0}, new float[] {by});
    }
  }

  /** As of a reading that is converted from one unit to another and back. */
  @Test
  void update_twoStepsOfAFloat_areNoChange() {
    MeanChanges changes = new MeanChanges(1);
    float two = Math.nextUp(Math.nextUp(1_000f));
    changes.update(new float[] {1_000}, new float[] {two});
    changes.update(new float[] {two}, new float[] {1_000});
    assertThat(changes.mean(0)).isZero();

    float three = Math.nextUp(two);
    changes.update(new float[] {1_000}, new float[] {three});

    assertThat(changes.mean(0)).isEqualTo(three - 1_000);
  }

  @Test
  void read_ofWritten_goesOnBitForBit() {
    MeanChanges changes = new MeanChanges(2);
    changes.update(new float[] {0, 0}, new float[] {3, NAN});
    changes.update(new float[] {0, 0}, new float[] {1, 7});

    MeanChanges back = MeanChanges.read(written(changes), 2);

    for (MeanChanges each : new MeanChanges[] {changes, back}) {
      each.update(new float[] {0, 0}, new float[] {2, 2});
    }
    assertThat(back.mean(0)).isEqualTo(changes.mean(0)).isEqualTo(2);
    assertThat(back.mean(1)).isEqualTo(changes.mean(1)).isEqualTo(4.5f);
  }

  @Test
  void read_otherNumberOfTargets_knowsNothing() {
    MeanChanges changes = new MeanChanges(2);
    changes.update(new float[] {0, 0}, new float[] {3, 4});

    assertThat(MeanChanges.read(written(changes), 1).mean(0)).isZero();
  }

  /** Their number is written in 16 bits, of which none is a sign. */
  @Test
  void read_ofFortyThousandTargets_isWhatWasWritten() {
    int targets = 40_000;
    MeanChanges changes = new MeanChanges(targets);
    float[] now = new float[targets];
    now[targets - 1] = 3;
    changes.update(new float[targets], now);

    MeanChanges back = MeanChanges.read(written(changes), targets);

    assertThat(back.mean(0)).isZero();
    assertThat(back.mean(targets - 1)).isEqualTo(3);
  }

  private static ByteBuffer written(MeanChanges changes) {
    ByteBuffer bytes = ByteBuffer.allocate(changes.bytes());
    changes.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.flip();
  }
}

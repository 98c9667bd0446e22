package io.tplus1.topology;

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

  /** Each change is far above the mean of before it, and yet no stray value. */
  @ParameterizedTest
  @ValueSource(ints = {300, 500})
  void update_targetThatSeldomChanges_keepsItsUnit(int every) {
    MeanChanges changes = new MeanChanges(1);
    double sum = 0;
    for (int i = 1; i <= 60 * every; i++) {
      changes.update(new float[] {0}, new float[] {i % every == 0 ? every : 0});
      sum += i > 50 * every ? changes.mean(0) : 0;
    }

    assertThat(sum / (10 * every)).isBetween(.8, 1.2);
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

  @Test
  void readOfOneCount_formerFormat_goesOn() {
    ByteBuffer former = ByteBuffer.allocate(2 + 1 + 8);
    former.putShort((short) 2).put((byte) 3).putFloat(4).putFloat(8).flip();

    MeanChanges changes = MeanChanges.readOfOneCount(former, 2);
    changes.update(new float[] {0, 0}, new float[] {0, NAN});

    assertThat(changes.mean(0)).isEqualTo(3);
    assertThat(changes.mean(1)).isEqualTo(8);
  }

  private static ByteBuffer written(MeanChanges changes) {
    ByteBuffer bytes = ByteBuffer.allocate(changes.bytes());
    changes.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.flip();
  }
}

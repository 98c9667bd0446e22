package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AbsencesTest {
  private static final float NAN = Float.NaN;
  private static final int LIMIT = 9;

  private final Absences absences = new Absences();

  private static byte[] written(Absences absences) {
    ByteBuffer bytes = ByteBuffer.allocate(absences.bytes());
    absences.write(bytes);
    return bytes.array();
  }

  @Test
  void end_partOfWhatIsAbsent_leavesTheRest() {
    absences.add(new float[] {1, NAN, NAN}, 3, LIMIT);
    absences.add(new float[] {1, NAN, NAN}, 3, LIMIT);

    assertThat(absences.end(new float[] {NAN, 2, NAN})).isTrue();

    assertThat(absences.count(1)).isZero();
    assertThat(absences.count(2)).isEqualTo(2);
    assertThat(written(absences)).as("16 bits each").containsExactly(0, 0, 0, 0, 0, 2);
  }

  @Test
  void end_whatWasNotAbsent_changesNothing() {
    assertThat(absences.end(new float[] {1, 2})).isFalse();

    absences.add(new float[] {1, NAN}, 2, LIMIT);

    assertThat(absences.end(new float[] {2, NAN})).isFalse();
    assertThat(absences.count(1)).isOne();
  }

  @Test
  void end_allThatIsAbsent_isAsIfNothingEverWas() {
    absences.add(new float[] {1, NAN}, 2, LIMIT);

    assertThat(absences.end(new float[] {1, 2})).isTrue();

    assertThat(absences.isNone()).isTrue();
    assertThat(absences.bytes()).isZero();
  }
}

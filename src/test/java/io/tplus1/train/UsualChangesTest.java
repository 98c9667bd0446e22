package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsualChangesTest {
  private static final int KEY_BYTES = 4_000;

  private static TrainingSample sample(String filler, int series) {
    return Samples.of(series + filler, 1_000, 1, 1, 3);
  }

  /** The unit of the first series' errors, NaN if it is forgotten. */
  private static double unitOfFirst(String filler, int series) {
    UsualChanges usual = UsualChanges.bySeries(Samples.SCHEMA);
    for (int round = 0; round < UsualChanges.FEWEST; round++) {
      for (int i = 1; i <= series; i++) {
        usual.addOwn(sample(filler, i));
      }
    }
    return usual.unit(0, sample(filler, 1));
  }

  @Test
  void addOwn_longKeys_takeNoMoreMemoryThanShortOnes() {
    int fitting = 10_000_000 / KEY_BYTES;

    assertThat(unitOfFirst("k".repeat(KEY_BYTES), fitting + 1)).isNaN();
    assertThat(unitOfFirst("k".repeat(KEY_BYTES), fitting / 4)).isEqualTo(4);
  }

  @Test
  void addOwn_usualKeys_asManySeriesAreToldApartAsEver() {
    assertThat(unitOfFirst("k".repeat(55), 50_000)).isEqualTo(4);
    assertThat(unitOfFirst("k".repeat(55), 50_001)).isNaN();
  }

  /** They would pull down what stands in for a new series. */
  @Test
  void add_samplesThatMoveByRoundingAlone_teachNoUsualChange() {
    UsualChanges usual = UsualChanges.bySeries(Samples.SCHEMA);
    for (int i = 0; i < UsualChanges.FEWEST; i++) {
      usual.add(Samples.of("moving", 1_000, 1, 1, 3));
    }
    for (int i = 0; i < 10 * UsualChanges.FEWEST; i++) {
      usual.add(Samples.of("stuck", 1_000, 1, 21.7f, Math.nextUp(21.7f)));
    }

    assertThat(usual.unit(0, Samples.of("new", 1_000, 1, 1, 3))).isEqualTo(4);
    assertThat(usual.unit(0, Samples.of("stuck", 1_000, 1, 1, 3))).isEqualTo(4);
  }

  /** Their number is written in 16 bits, of which none is a sign. */
  @Test
  void read_ofFortyThousandTargets_isWhatWasWritten() {
    int targets = 40_000;
    FeatureSchema schema =
        FeatureSchema.of(
            IntStream.range(0, targets).mapToObj(i -> Feature.number("x" + i)).toList());
    float[] rows = new float[3 * targets];
    rows[2 * targets - 1] = 2;
    long[] times = {1_000, 2_000, 3_000};
    TrainingSample sample =
        new TrainingSample(
            "k",
            FeatureWindow.over(rows, times, targets, 0, 2),
            FeatureWindow.over(rows, times, targets, 2, 1),
            1);
    UsualChanges usual = UsualChanges.ofAll(schema);
    for (int i = 0; i < UsualChanges.FEWEST; i++) {
      usual.add(sample);
    }
    ByteBuffer bytes = ByteBuffer.allocate(usual.bytes());
    usual.write(bytes);

    UsualChanges back = UsualChanges.ofAll(schema);
    back.read(bytes.flip());

    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(back.unit(targets - 1, sample)).isEqualTo(4);
  }
}

package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.state.MeanChanges;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMeterTest {
  private final ErrorMeter meter = new ErrorMeter(FeatureSchema.ofNumbers("x"));

  /** A random walk; the network foresees half of what it does next. */
  @ParameterizedTest
  @CsvSource({"10,200", "30,200", "30,2000"})
  void error_youngSeriesAndHalfOfPersistencesError_sumsNeverTurnOver(int rows, int scores) {
    Random random = new Random(20261126);
    for (int run = 0; run < 200; run++) {
      double network = 0;
      double persistence = 0;
      int counted = 0;
      while (counted < scores) {
        MeanChanges changes = new MeanChanges(1);
        float[] before = {0};
        for (int row = 1; row < rows; row++) {
          float foreseen = (float) (before[0] + random.nextGaussian());
          float[] now = {(float) (foreseen + random.nextGaussian())};
          double its = meter.error(changes, now, new float[] {foreseen}, 0);
          if (!Double.isNaN(its)) {
            network += its;
            persistence += meter.persistence(changes, now, before);
            counted++;
          }
          changes.update(before, now);
          before = now;
        }
      }
      assertThat(network).isLessThan(persistence);
    }
  }

  /** One sensor of many is stuck: what the network misses it by must not outweigh all others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1_000, 10_000})
  void error_seriesThatStandsStill_isHeldAgainstItsFormerChanges(int still) {
    Random random = new Random(20261127);
    MeanChanges changes = new MeanChanges(1);
    float[] before = {0};
    for (int row = 0; row < 200; row++) {
      float[] now = {(float) (before[0] + random.nextGaussian())};
      changes.update(before, now);
      before = now;
    }
    for (int row = 0; row < still; row++) {
      changes.update(before, before);
    }

    assertThat(meter.error(changes, before, new float[] {before[0] + .03f}, 0)).isLessThan(.01);
    assertThat(meter.persistence(changes, before, before)).isZero();
  }
}

package io.tplus1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import org.junit.jupiter.api.Test;

class TrainingSampleTest {

  private static FeatureWindow window(long... timesMs) {
    FeatureVector[] vectors = new FeatureVector[timesMs.length];
    for (int i = 0; i < timesMs.length; i++) {
      vectors[i] = new FeatureVector(timesMs[i], new float[] {1});
    }
    return FeatureWindow.of(vectors);
  }

  @Test
  void stepMs_aGapWithin_isTheUsualStep() {
    assertThat(new TrainingSample("a", window(0, 10, 20, 9_000), window(9_010), 1).stepMs())
        .isEqualTo(10);
  }

  @Test
  void stepMs_oneVectorBeforeAndOneAfter_isWhatLiesBetween() {
    assertThat(new TrainingSample("a", window(5), window(12), 1).stepMs()).isEqualTo(7);
  }
}

package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureWindowTest {

  @Test
  void of_vectors_givesThemBackOldestFirst() {
    FeatureWindow window =
        FeatureWindow.of(
            new FeatureVector(10, new float[] {1, 2}), new FeatureVector(20, new float[] {3, 4}));

    assertThat(window.steps()).isEqualTo(2);
    assertThat(window.features()).isEqualTo(2);
    assertThat(window.timeMs(0)).isEqualTo(10);
    assertThat(window.lastTimeMs()).isEqualTo(20);
    assertThat(window.value(0, 1)).isEqualTo(2f);
    assertThat(window.last(0)).isEqualTo(3f);
    assertThat(window.toArray()).isDeepEqualTo(new float[][] {{1, 2}, {3, 4}});
    assertThat(window.toVectors())
        .containsExactly(
            new FeatureVector(10, new float[] {1, 2}), new FeatureVector(20, new float[] {3, 4}));
  }

  @Test
  void of_vectorsChangedLater_keepsItsOwn() {
    float[] values = {1, 2};
    FeatureWindow window = FeatureWindow.of(new FeatureVector(10, values));
    values[0] = 99;

    assertThat(window.value(0, 0)).isEqualTo(1f);
  }

  @Test
  void of_nothingOrUnequalLengths_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(FeatureWindow::of);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FeatureWindow.of(
                    new FeatureVector(1, new float[2]), new FeatureVector(2, new float[3])))
        .withMessageContaining("one length, found 2 and 3");
  }

  @ParameterizedTest
  @CsvSource({"9, 0", "10, 1", "29, 2", "30, 3", "31, 3"})
  void stepsUpTo_time_countsThoseThatAreNotNewer(long timeMs, int expected) {
    FeatureWindow window =
        FeatureWindow.over(new float[5], new long[] {0, 10, 20, 30, 40}, 1, 1, 3);

    assertThat(window.stepsUpTo(timeMs)).isEqualTo(expected);
  }

  @Test
  void over_middleOfASeries_isAViewWithItsOffset() {
    float[] buffer = {1, 2, 3, 4, 5, 6, 7, 8};
    FeatureWindow window = FeatureWindow.over(buffer, new long[] {10, 20, 30, 40}, 2, 1, 2);

    assertThat(window.offset()).isEqualTo(2);
    assertThat(window.buffer()).isSameAs(buffer);
    assertThat(window.toArray()).isDeepEqualTo(new float[][] {{3, 4}, {5, 6}});
    assertThat(window.timeMs(0)).isEqualTo(20);
    assertThat(window.lastTimeMs()).isEqualTo(30);
  }

  @Test
  void over_rowsOutsideTheSeries_isRefused() {
    float[] buffer = new float[6];
    long[] times = new long[3];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureWindow.over(buffer, times, 2, 2, 2))
        .withMessageContaining("2 steps from row 2 does not lie in 3 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureWindow.over(buffer, times, 2, -1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureWindow.over(buffer, times, 2, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureWindow.over(buffer, times, 2, Integer.MAX_VALUE, 1));
  }

  @Test
  void over_bufferTooShortForItsRows_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureWindow.over(new float[5], new long[3], 2, 0, 3))
        .withMessageContaining("3 rows of 2 features need 6 values, found 5");
  }

  @Test
  void copy_ringChangedLater_keepsItsOwn() {
    WindowRing ring = new WindowRing(2, 1, 100);
    ring.append(1, new float[] {1});
    ring.append(2, new float[] {2});
    ring.append(3, new float[] {3});
    FeatureWindow copy = ring.window().copy();
    ring.append(4, new float[] {4});
    ring.append(5, new float[] {5});

    assertThat(copy.offset()).isZero();
    assertThat(copy.toVectors())
        .containsExactly(
            new FeatureVector(2, new float[] {2}), new FeatureVector(3, new float[] {3}));
  }
}

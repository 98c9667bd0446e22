package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageHinkleyTest {
  private static final DriftSettings SETTINGS = new DriftSettings(.2, 50, 30);

  /** Absolute Gaussian errors until drift; their number, or −1 if none comes. */
  private static int rowsToDrift(PageHinkley test, Random random, double scale, int most) {
    for (int i = 1; i <= most; i++) {
      if (test.add(Math.abs(random.nextGaussian()) * scale)) {
        return i;
      }
    }
    return -1;
  }

  private static ByteBuffer state(PageHinkley test) {
    ByteBuffer bytes = ByteBuffer.allocate(PageHinkley.BYTES);
    test.write(bytes);
    return bytes.flip();
  }

  @Test
  void add_sameLaw_noDrift() {
    assertThat(rowsToDrift(new PageHinkley(SETTINGS), new Random(1), 3, 20_000)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 1, 1e12})
  void add_errorsDouble_driftInAnyUnit(double unit) {
    PageHinkley test = new PageHinkley(SETTINGS);
    Random random = new Random(7);
    assertThat(rowsToDrift(test, random, unit, 500)).isEqualTo(-1);

    assertThat(rowsToDrift(test, random, 2 * unit, 500)).isBetween(30, 150);
    assertThat(state(test)).isEqualTo(state(new PageHinkley(SETTINGS)));
    assertThat(rowsToDrift(test, random, 2 * unit, 2_000)).isEqualTo(-1);
  }

  @Test
  void add_errorsShrink_noDrift() {
    PageHinkley test = new PageHinkley(SETTINGS);
    Random random = new Random(3);
    rowsToDrift(test, random, 1, 500);

    assertThat(rowsToDrift(test, random, .1, 5_000)).isEqualTo(-1);
  }

  @Test
  void add_oneOutlierOrNoNumber_noDrift() {
    PageHinkley test = new PageHinkley(SETTINGS);
    rowsToDrift(test, new Random(5), 1, 200);
    ByteBuffer before = state(test);

    assertThat(test.add(Double.NaN)).isFalse();
    assertThat(test.add(Double.POSITIVE_INFINITY)).isFalse();
    assertThat(state(test)).isEqualTo(before);
    assertThat(test.add(1e30)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 200})
  void add_errorsGrowAfterOneOutlier_drift(int outlier) {
    PageHinkley test = new PageHinkley(SETTINGS);
    Random random = new Random(5);
    rowsToDrift(test, random, 1, outlier);
    test.add(1e6);
    assertThat(rowsToDrift(test, random, 1, 200)).isEqualTo(-1);

    assertThat(rowsToDrift(test, random, 4, 500)).isBetween(1, 100);
  }

  @Test
  void add_allZeroThenErrors_drift() {
    PageHinkley test = new PageHinkley(SETTINGS);
    for (int i = 0; i < 1_000; i++) {
      assertThat(test.add(0)).isFalse();
    }

    assertThat(rowsToDrift(test, new Random(1), 1, 20)).isPositive();
  }

  @Property(tries = 200, seed = "20261124")
  void add_anyErrors_asTheDefinitionSays(@ForAll long seed) {
    Random random = new Random(seed);
    PageHinkley test = new PageHinkley(new DriftSettings(.1, 8, 5));
    double[] errors = random.doubles(60, 0, 2).toArray();
    int drift = -1;
    for (int i = 0; i < errors.length && drift < 0; i++) {
      drift = test.add(errors[i]) ? i : -1;
    }

    assertThat(drift).isEqualTo(naive(errors, .1, 8, 5));
  }

  private static int naive(double[] errors, double delta, double threshold, int minimum) {
    double[] m = new double[errors.length];
    double sum = errors[0];
    for (int i = 1; i < errors.length; i++) {
      double mean = sum / i;
      sum += Math.min(errors[i], 30 * mean);
      m[i] = m[i - 1] + Math.min(10, errors[i] / mean) - 1 - delta;
      double least = 0;
      for (int j = 0; j <= i; j++) {
        least = Math.min(least, m[j]);
      }
      if (i + 1 >= minimum && m[i] - least > threshold) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void read_whatWasWritten_goesOn() {
    PageHinkley test = new PageHinkley(SETTINGS);
    rowsToDrift(test, new Random(9), 1, 300);

    PageHinkley restored = PageHinkley.read(state(test), SETTINGS);

    assertThat(state(restored)).isEqualTo(state(test));
    assertThat(rowsToDrift(restored, new Random(1), 3, 500))
        .isEqualTo(rowsToDrift(test, new Random(1), 3, 500));
  }

  @Test
  void settings_outOfRange_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DriftSettings(0, 0, 1))
        .withMessageContaining("threshold must be positive, found 0.0");
  }
}

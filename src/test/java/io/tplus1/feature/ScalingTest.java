package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScalingTest {

  @Test
  void scale_mapsByShiftAndScalePerColumn() {
    Scaling scaling = new Scaling(new float[] {1000f, -5f}, new float[] {20f, 0.5f});

    assertThat(scaling.scale(0, 960f)).isEqualTo(-2f);
    assertThat(scaling.unscale(0, -2f)).isEqualTo(960f);
    assertThat(scaling.scale(1, -4f)).isEqualTo(2f);
    assertThat(scaling.columns()).isEqualTo(2);
  }

  @Test
  void identity_changesNothing() {
    assertThat(Scaling.identity(2).scale(1, 3.7f)).isEqualTo(3.7f);
    assertThat(Scaling.identity(2).unscale(0, -3.7f)).isEqualTo(-3.7f);
  }

  @Test
  void constructor_lengthsDiffer_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scaling(new float[1], new float[2]))
        .withMessageContaining("one length, found 1 and 2");
  }

  @Test
  void constructor_scaleZeroNegativeOrNotFinite_isRefused() {
    for (float scale : new float[] {0f, -1f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Scaling(new float[] {0f}, new float[] {scale}))
          .withMessageContaining("column 0 needs a finite shift and a finite scale > 0");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scaling(new float[] {Float.NaN}, new float[] {1f}));
  }

  @Test
  void constructorAndGetters_arraysChangedLater_keepTheirOwn() {
    float[] shift = {1f};
    float[] scale = {2f};
    Scaling scaling = new Scaling(shift, scale);
    shift[0] = 9f;
    scale[0] = 9f;
    scaling.shift()[0] = 9f;
    scaling.scale()[0] = 9f;

    assertThat(scaling).isEqualTo(new Scaling(new float[] {1f}, new float[] {2f}));
  }

  @Test
  void fit_constantColumn_isOnlyShifted() {
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    for (int i = 0; i < 1_000; i++) {
      fitter.add(new float[] {1013.25f});
    }

    assertThat(fitter.fit()).isEqualTo(new Scaling(new float[] {1013.25f}, new float[] {1f}));
  }

  /** Seconds since 1970 in a float: what may be rounding must not be the largest input of all. */
  @Test
  void fit_largeMeanAndSmallDeviation_comesOutSmall() {
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    int rows = 5_400;
    float[] values = new float[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = 1_767_225_600f + i;
      fitter.add(new float[] {values[i]});
    }

    Scaling scaling = fitter.fit();

    assertThat(fitter.isConstant(0)).isTrue();
    for (float value : values) {
      assertThat(Math.abs(scaling.scale(0, value))).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void fit_nothingAdded_isIdentity() {
    assertThat(new Scaling.Fitter(2).fit()).isEqualTo(Scaling.identity(2));
  }

  /** Metres of wavelength, moles per litre: a column that varies is scaled, whatever its unit. */
  @Test
  void fit_columnOfTinyUnits_isScaledToDeviationOne() {
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    fitter.add(new float[] {4e-7f});
    fitter.add(new float[] {6e-7f});

    Scaling scaling = fitter.fit();

    assertThat(scaling.scale(0, 4e-7f)).isCloseTo(-1f, within(1e-5f));
    assertThat(scaling.scale(0, 6e-7f)).isCloseTo(1f, within(1e-5f));
  }

  @Test
  void fit_deviationTooSmallForAFloat_isOnlyShifted() {
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    fitter.add(new float[] {Float.MIN_VALUE});
    fitter.add(new float[] {0f});

    assertThat(fitter.fit().scale()).containsExactly(1f);
  }

  @Property(tries = 200, seed = "20261124")
  void fit_anyRows_givesTheirMeanAndDeviation(
      @ForAll @Size(min = 2, max = 50) @FloatRange(min = -1e6f, max = 1e6f) float[] column) {
    Scaling.Fitter fitter = new Scaling.Fitter(1);
    double mean = 0;
    for (float value : column) {
      fitter.add(new float[] {value});
      mean += (double) value / column.length;
    }
    double variance = 0;
    for (float value : column) {
      variance += (value - mean) * (value - mean) / column.length;
    }

    Scaling scaling = fitter.fit();

    assertThat((double) scaling.shift()[0])
        .isCloseTo(mean, within(1e-6 * Math.max(1e-3, Math.abs(mean))));
    double deviation = Math.sqrt(variance);
    if (deviation > 1e-5 * Math.abs(mean) && deviation > 1e-30) {
      assertThat(scaling.scale()[0] / deviation).isCloseTo(1, within(1e-3));
    }
  }

  @Property(tries = 200, seed = "20261124")
  void unscale_ofScale_givesTheRawValue(
      @ForAll @FloatRange(min = -1e6f, max = 1e6f) float raw,
      @ForAll @FloatRange(min = -1e3f, max = 1e3f) float shift,
      @ForAll @FloatRange(min = 1e-2f, max = 1e3f) float scale) {
    Scaling scaling = new Scaling(new float[] {shift}, new float[] {scale});

    float back = scaling.unscale(0, scaling.scale(0, raw));

    assertThat(back).isCloseTo(raw, within(1e-6f * (Math.abs(raw) + 2 * Math.abs(shift) + 1)));
  }
}

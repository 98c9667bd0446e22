package io.tplus1.feature;

import java.util.Arrays;

/**
 * A linear map per column between raw and scaled units: {@code scaled = (raw − shift) / scale}.
 *
 * <p>Immutable. Columns follow whatever the owner scales: inputs, or targets.
 */
public final class Scaling {
  private final float[] shift;
  private final float[] scale;

  /**
   * @param shift {@code float[columns]}, raw units
   * @param scale {@code float[columns]}, raw units, greater than 0
   */
  public Scaling(float[] shift, float[] scale) {
    if (shift.length != scale.length) {
      throw new IllegalArgumentException(
          "shift and scale must have one length, found %d and %d"
              .formatted(shift.length, scale.length));
    }
    for (int i = 0; i < shift.length; i++) {
      if (!Float.isFinite(shift[i]) || !Float.isFinite(scale[i]) || !(scale[i] > 0)) {
        throw new IllegalArgumentException(
            "column %d needs a finite shift and a finite scale > 0, found %s and %s"
                .formatted(i, shift[i], scale[i]));
      }
    }
    this.shift = shift.clone();
    this.scale = scale.clone();
  }

  /** Leaves every value as it is. */
  public static Scaling identity(int columns) {
    float[] ones = new float[columns];
    Arrays.fill(ones, 1f);
    return new Scaling(new float[columns], ones);
  }

  public int columns() {
    return shift.length;
  }

  /** Whether it leaves every value as it is. */
  public boolean isIdentity() {
    return equals(identity(columns()));
  }

  public float scale(int column, float raw) {
    return (raw - shift[column]) / scale[column];
  }

  public float unscale(int column, float scaled) {
    return scaled * scale[column] + shift[column];
  }

  /** {@code float[columns]}, copied. */
  public float[] shift() {
    return shift.clone();
  }

  /** {@code float[columns]}, copied. */
  public float[] scale() {
    return scale.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scaling that
        && Arrays.equals(shift, that.shift)
        && Arrays.equals(scale, that.scale);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shift) + Arrays.hashCode(scale);
  }

  /** Fits mean and standard deviation per column in one pass (Welford 1962). */
  public static final class Fitter {
    /** Part of a mean that a float's rounding could make up. */
    private static final double ROUNDING = 1e-6;

    private final double[] mean;
    private final double[] squares;
    private long count;

    public Fitter(int columns) {
      this.mean = new double[columns];
      this.squares = new double[columns];
    }

    /** Takes one row into account: {@code float[columns]}, raw. */
    public void add(float[] values) {
      count++;
      for (int i = 0; i < mean.length; i++) {
        double delta = values[i] - mean[i];
        mean[i] += delta / count;
        squares[i] += delta * (values[i] - mean[i]);
      }
    }

    /**
     * The scaling to mean 0 and standard deviation 1. A constant column is only shifted; but where
     * a float's rounding is of more than 1, it is in units of that, for it would come out large.
     */
    public Scaling fit() {
      float[] shift = new float[mean.length];
      float[] scale = new float[mean.length];
      for (int i = 0; i < mean.length; i++) {
        shift[i] = (float) mean[i];
        scale[i] = (float) (isConstant(i) ? Math.max(1, rounding(i)) : deviation(i));
      }
      return new Scaling(shift, scale);
    }

    /** Whether a column has not varied. */
    public boolean isConstant(int column) {
      double deviation = deviation(column);
      // What a float's rounding could make up is no variation; units may be of any size.
      return !(deviation > rounding(column) && deviation >= Float.MIN_NORMAL);
    }

    private double rounding(int column) {
      return ROUNDING * Math.abs(mean[column]);
    }

    private double deviation(int column) {
      return count == 0 ? 0 : Math.sqrt(squares[column] / count);
    }
  }
}

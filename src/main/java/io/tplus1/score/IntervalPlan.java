package io.tplus1.score;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.KeptState;
import java.nio.ByteBuffer;

/**
 * What the intervals of all series share: the targets, the horizons and the coverage. Immutable;
 * one per application.
 */
public final class IntervalPlan {
  static final int HEADER_BYTES = 2 * Short.BYTES;

  private final FeatureSchema schema;
  private final boolean[] categories;
  private final int horizon;
  private final double coverage;
  private final double logQuantile;

  /**
   * @param schema names the targets; categories have no interval
   * @param horizon H, steps ahead of one forecast
   * @param coverage share of the actuals that shall lie in their interval, in (0, 1)
   * @throws IllegalArgumentException if the horizon is not positive or the coverage outside (0, 1)
   */
  public IntervalPlan(FeatureSchema schema, int horizon, double coverage) {
    if (horizon < 1) {
      throw new IllegalArgumentException("a horizon must be 1 or more, found " + horizon);
    }
    if (!(coverage > 0 && coverage < 1)) {
      throw new IllegalArgumentException(
          "the coverage of intervals must lie between 0 and 1, found " + coverage);
    }
    this.schema = schema;
    this.categories = new boolean[schema.targets().size()];
    for (int i = 0; i < categories.length; i++) {
      categories[i] = schema.targetFeatures().get(i).isCategory();
    }
    this.horizon = horizon;
    this.coverage = coverage;
    this.logQuantile = Math.log(-Math.log(alpha()));
  }

  /** The intervals of a series of which nothing is known yet. */
  public ConformalInterval start() {
    return new ConformalInterval(this, new float[ConformalInterval.FLOATS * slots()]);
  }

  /**
   * Reads what {@link ConformalInterval#write} wrote. If the number of targets or the horizon is
   * another one, the intervals start afresh.
   *
   * @param bytes read from its position, which moves past the intervals
   * @throws IllegalArgumentException if they are cut short
   */
  public ConformalInterval read(ByteBuffer bytes) {
    requireBytes(bytes, HEADER_BYTES, "the header of intervals");
    int targets = Short.toUnsignedInt(bytes.getShort());
    int horizons = Short.toUnsignedInt(bytes.getShort());
    long length = (long) Float.BYTES * ConformalInterval.FLOATS * targets * horizons;
    requireBytes(
        bytes, length, "intervals of %d targets and %d horizons".formatted(targets, horizons));
    ConformalInterval intervals = start();
    if (targets != categories.length || horizons != horizon) {
      bytes.position(bytes.position() + (int) length);
      return intervals;
    }
    for (int i = 0; i < ConformalInterval.FLOATS * slots(); i++) {
      intervals.set(i, bytes.getFloat());
    }
    return intervals;
  }

  private static void requireBytes(ByteBuffer bytes, long length, String what) {
    if (bytes.remaining() < length) {
      throw new IllegalArgumentException(
          "%d bytes of %s were expected, found %d".formatted(length, what, bytes.remaining()));
    }
  }

  /** A pool of intervals that knows nothing yet. */
  public IntervalPool startPool() {
    return new IntervalPool(this);
  }

  /**
   * Reads what {@link IntervalPool#write} wrote. If the number of targets or the horizon is another
   * one, or it was written in the first layout, whose trackers meant something else, the pool
   * starts afresh.
   *
   * @throws java.nio.BufferUnderflowException if it is cut short
   * @throws IllegalStateException if it was written in a later layout
   */
  public IntervalPool readPool(ByteBuffer bytes) {
    IntervalPool pool = startPool();
    if (bytes.getShort() != 0) {
      return pool;
    }
    short version = bytes.getShort();
    if (version > IntervalPool.VERSION) {
      throw new IllegalStateException(
          KeptState.ofAnotherVersion(
              "pooled intervals in version %d were expected, found %d"
                  .formatted(IntervalPool.VERSION, version),
              KeptState.BEGIN_ANEW));
    }
    if (version == IntervalPool.VERSION && isOfThese(bytes)) {
      pool.read(bytes);
    }
    return pool;
  }

  /** Reads the header in front of what {@link #write} wrote. */
  private boolean isOfThese(ByteBuffer bytes) {
    int targets = Short.toUnsignedInt(bytes.getShort());
    int horizons = Short.toUnsignedInt(bytes.getShort());
    return targets == categories.length && horizons == horizon;
  }

  void write(float[] state, ByteBuffer bytes) {
    bytes.putShort((short) categories.length).putShort((short) horizon);
    for (float value : state) {
      bytes.putFloat(value);
    }
  }

  int bytes() {
    return HEADER_BYTES + Float.BYTES * ConformalInterval.FLOATS * slots();
  }

  /** Half-widths of one forecast: one per horizon and target. */
  public int slots() {
    return horizon * categories.length;
  }

  int horizon() {
    return horizon;
  }

  int targets() {
    return categories.length;
  }

  /** Place of a target's first value among those of a horizon. */
  int offset(int target) {
    return schema.outputAt(target);
  }

  /** Place of a slot's value in a whole forecast. */
  int place(int slot) {
    return slot / targets() * schema.outputWidth() + offset(slot % targets());
  }

  boolean isCategory(int target) {
    return categories[target];
  }

  /** The share of actuals that shall lie outside. */
  double alpha() {
    return 1 - coverage;
  }

  /**
   * The logarithm of what the tracked multiples are relative to: the quantile of errors of
   * Laplace's distribution, in units of their mean; for Gaussian ones it is a little wide.
   */
  double logQuantile() {
    return logQuantile;
  }
}

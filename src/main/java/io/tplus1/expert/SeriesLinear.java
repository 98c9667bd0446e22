package io.tplus1.expert;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Rounding;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A linear expert of one series alone: few lags, its sums the series' state. For one thread.
 *
 * <p>The state are floats and nothing else, so that a series whose state was stored and read again
 * forecasts the same, bit for bit. They are solved anew for each forecast, which takes a quarter of
 * a microsecond a target for eight lags; nothing solved is kept that could differ after a restart.
 *
 * <p>Size: {@code 4 × targets × (2 + n (n + 1) / 2 + n (H + 1) + 3 H)} bytes for n lags and H
 * horizons: 428 a target for 12 lags and H = 1, 1,020 for 20 lags, 1,808 for 12 lags and H = 24.
 */
public final class SeriesLinear {
  /** What one thread needs to work on any number of series of one shape. */
  public static final class Workspace {
    private final LinearShape shape;
    private final int blocks;
    private final LinearInputs rows;
    private final NormalEquations equations;
    private final RidgeSolver solver;
    private final double[] row;
    private final double[] units;
    private final double[] changes;
    private final double[] weights;
    private final double[] intercepts;
    private final double[] forecast;

    /**
     * @throws IllegalArgumentException if the shape has levels, whose sums floats cannot hold
     */
    public Workspace(LinearShape shape) {
      this.shape = requireSeries(shape);
      this.blocks = shape.blocks();
      this.rows = new LinearInputs(shape);
      this.equations =
          new NormalEquations(
              shape.inputs(),
              shape.outputs(),
              Math.min(shape.forgetting(), Rounding.MOST_KEPT),
              shape.huber(),
              NormalEquations.FLOAT_ROUNDING);
      this.solver = new RidgeSolver(shape.inputs(), shape.outputs());
      this.row = new double[shape.inputs()];
      this.units = new double[rows.units()];
      this.changes = new double[shape.outputs()];
      this.weights = new double[shape.inputs() * shape.outputs()];
      this.intercepts = new double[shape.outputs()];
      this.forecast = new double[shape.outputs()];
    }

    /** What the loaded equations say of the row; null if they say nothing. */
    private double[] expected() {
      if (!equations.solve(solver, shape.ridge(), weights, intercepts)) {
        return null;
      }
      LinearModel.changes(true, row, weights, intercepts, forecast);
      equations.bound(forecast);
      return forecast;
    }
  }

  private final LinearShape shape;
  private final int size;
  private final FloatState learnt;
  private final float[] state;

  /**
   * A series of which nothing is known.
   *
   * @throws IllegalArgumentException if the shape has levels, whose sums floats cannot hold
   */
  public SeriesLinear(LinearShape shape) {
    this.shape = requireSeries(shape);
    this.size = NormalEquations.size(shape.inputs(), shape.outputs());
    this.learnt = new FloatState(shape.blocks(), size);
    this.state = learnt.values;
  }

  private static LinearShape requireSeries(LinearShape shape) {
    if (shape.levels()) {
      throw new IllegalArgumentException(
          "a series' own linear expert takes no levels: use lags alone, or a shared one");
    }
    return shape;
  }

  /**
   * Learns one window of the series; a target whose row is not finite is left out.
   *
   * @param window one vector or more, raw; lags beyond a short one count as its oldest value
   * @param following the H vectors that came after it, or more, raw, oldest first
   */
  public void add(Workspace workspace, FeatureWindow window, FeatureWindow following) {
    require(workspace);
    NormalEquations equations = workspace.equations;
    for (int block = 0; block < workspace.blocks; block++) {
      if (workspace.rows.inputs(window, block, workspace.row, workspace.units)
          && workspace.rows.changes(window, following, block, workspace.units, workspace.changes)) {
        int at = block * size;
        equations.load(state, at);
        double[] expected = shape.huber() > 0 ? workspace.expected() : null;
        equations.add(workspace.row, workspace.changes, 1, expected);
        if (!equations.store(state, at)) {
          learnt.startAnew(at);
        }
      }
    }
  }

  /**
   * Forecasts the H steps after a window, as {@link LinearModel#forecast} does.
   *
   * @return whether anything was learnt yet, or else the forecast is the last value
   */
  public boolean forecast(Workspace workspace, FeatureWindow window, float[] out) {
    require(workspace);
    Arrays.fill(out, 0, shape.outputLength(), 0f);
    boolean learnt = false;
    for (int block = 0; block < workspace.blocks; block++) {
      workspace.equations.load(state, block * size);
      boolean solved =
          workspace.equations.solve(
              workspace.solver, shape.ridge(), workspace.weights, workspace.intercepts);
      learnt |= solved;
      LinearModel.changes(
          workspace.rows.inputs(window, block, workspace.row, workspace.units) && solved,
          workspace.row,
          workspace.weights,
          workspace.intercepts,
          workspace.changes);
      workspace.equations.bound(workspace.changes);
      workspace.rows.forecast(
          window, block, workspace.units, workspace.changes, out, shape.schema().outputWidth());
    }
    return learnt;
  }

  private void require(Workspace workspace) {
    if (!workspace.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "a workspace of this series' shape is needed, found " + workspace.shape);
    }
  }

  /** Number of bytes that {@link #write} puts. */
  public int bytes() {
    return bytes(shape);
  }

  /** Bytes per series of a shape. */
  public static int bytes(LinearShape shape) {
    return Float.BYTES * shape.blocks() * NormalEquations.size(shape.inputs(), shape.outputs());
  }

  /** Puts the state, as it is; whoever keeps it keeps its version. */
  public void write(ByteBuffer bytes) {
    learnt.write(bytes);
  }

  /**
   * Takes what {@link #write} put.
   *
   * @throws java.nio.BufferUnderflowException if there are fewer bytes
   */
  public static SeriesLinear read(LinearShape shape, ByteBuffer bytes) {
    SeriesLinear series = new SeriesLinear(shape);
    series.learnt.read(bytes);
    return series;
  }
}

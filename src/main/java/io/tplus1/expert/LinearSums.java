package io.tplus1.expert;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Running sums, pooled over series, from which the shared {@link LinearModel} is solved in closed
 * form: ridge regression (Hoerl and Kennard 1970) with exponential forgetting. For one thread.
 *
 * <p>A row costs the square of the inputs, a solution their cube; no row is kept. A row that is not
 * finite is skipped, one out of all proportion weighs less ({@link NormalEquations}). Only rows
 * that are learnt make older ones fade, for each target by itself where it has equations of its
 * own.
 */
public final class LinearSums {
  private static final int MAGIC = 0x74314c53;
  private static final byte VERSION = 1;

  private final LinearShape shape;
  private final LinearInputs rows;
  private final NormalEquations[] equations;
  private final RidgeSolver solver;
  private final double[] row;
  private final double[] units;
  private final double[] changes;
  private final double[] expected;
  private LinearModel latest;

  /** Sums of nothing yet. */
  public LinearSums(LinearShape shape) {
    this.shape = shape;
    this.rows = new LinearInputs(shape);
    this.equations = new NormalEquations[shape.blocks()];
    for (int b = 0; b < equations.length; b++) {
      equations[b] =
          new NormalEquations(
              shape.inputs(), shape.outputs(), shape.forgetting(), shape.huber(), 0);
    }
    this.solver = new RidgeSolver(shape.inputs(), shape.outputs());
    this.row = new double[shape.inputs()];
    this.units = new double[rows.units()];
    this.changes = new double[shape.outputs()];
    this.expected = new double[shape.outputs()];
  }

  public LinearShape shape() {
    return shape;
  }

  /**
   * Learns one window.
   *
   * @param window one vector or more, raw; lags beyond a short one count as its oldest value
   * @param following the H vectors that came after it, or more, raw, oldest first
   * @param weight more than 0 and finite; 1 for an ordinary row
   * @throws IllegalArgumentException if fewer vectors follow than horizons, or the weight is out of
   *     range
   */
  public void add(FeatureWindow window, FeatureWindow following, double weight) {
    if (following.steps() < shape.horizon()) {
      throw new IllegalArgumentException(
          "a window is learnt with the %d vectors that followed it, found %d"
              .formatted(shape.horizon(), following.steps()));
    }
    if (!(weight > 0) || !Double.isFinite(weight)) {
      throw new IllegalArgumentException("a weight must be > 0 and finite, found " + weight);
    }
    for (int block = 0; block < equations.length; block++) {
      if (rows.inputs(window, block, row, units)
          && rows.changes(window, following, block, units, changes)) {
        equations[block].add(row, changes, weight, expected(window, block));
      }
    }
  }

  /**
   * Takes rows of great weight for as many as forgetting leaves in the end, so that rows which
   * weigh 1 from now on are learnt beside them. Where nothing is forgotten, nobody knows how many.
   */
  public void weighByRows() {
    for (NormalEquations block : equations) {
      block.weighByRows();
    }
  }

  private double[] expected(FeatureWindow window, int block) {
    if (shape.huber() == 0 || latest == null) {
      return null;
    }
    latest.changes(window, block, row, units, expected);
    return expected;
  }

  /**
   * The model that the sums say now; empty without a row, or a finite solution. A target that never
   * moved keeps its last value. Where large errors weigh less, the latest model solved here is what
   * errors are measured by.
   */
  public Optional<LinearModel> solve() {
    double[][] weights = new double[equations.length][shape.inputs() * shape.outputs()];
    double[][] intercepts = new double[equations.length][shape.outputs()];
    float[][] farthest = new float[equations.length][];
    boolean anyRow = false;
    for (int b = 0; b < equations.length; b++) {
      farthest[b] = equations[b].farthest();
      if (equations[b].count() > 0) {
        anyRow = true;
        if (!equations[b].solve(solver, shape.ridge(), weights[b], intercepts[b])) {
          return Optional.empty();
        }
      }
    }
    if (!anyRow) {
      return Optional.empty();
    }
    LinearModel model = new LinearModel(shape, weights, intercepts, Optional.of(farthest));
    if (shape.huber() > 0) {
      latest = model;
    }
    return Optional.of(model);
  }

  /**
   * The sums as bytes: magic, version, {@link ShapeBytes}, then doubles, then the latest model if
   * it counts.
   */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeByte(VERSION);
      ShapeBytes.write(shape, out);
      ByteBuffer sums = ByteBuffer.allocate(sumsBytes(shape));
      for (NormalEquations block : equations) {
        block.write(sums);
      }
      out.write(sums.array());
      if (latest != null) {
        out.write(latest.toBytes());
      }
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} wrote; it goes on as if it had never been away, and from now on as
   * the shape is tuned.
   *
   * @param shape that of the sums, but for {@link LinearShape#tunedAs}
   * @throws InvalidArtifactException if the bytes are no sums, hold one that cannot be, or are of
   *     another shape
   */
  public static LinearSums read(byte[] bytes, LinearShape shape) throws InvalidArtifactException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      ShapeBytes.requireHead(in, MAGIC, VERSION, "linear sums");
      LinearShape stored = ShapeBytes.read(in);
      if (!stored.tunedAs(shape).equals(shape)) {
        throw new InvalidArtifactException(
            "a linear expert of the shape %s was expected, found %s".formatted(shape, stored));
      }
      int model = in.available() - sumsBytes(shape);
      if (model < 0 || (model > 0 && stored.huber() == 0)) {
        throw new InvalidArtifactException(
            "sums of %d bytes were expected, found %d".formatted(sumsBytes(shape), in.available()));
      }
      LinearSums sums = new LinearSums(shape);
      ByteBuffer rest = ByteBuffer.wrap(bytes, bytes.length - in.available(), in.available());
      for (NormalEquations block : sums.equations) {
        if (!block.read(rest)) {
          throw new InvalidArtifactException(
              "linear sums must be finite and their squares not below 0");
        }
      }
      if (model > 0) {
        LinearModel latest =
            LinearModel.read(Arrays.copyOfRange(bytes, rest.position(), bytes.length));
        if (!latest.shape().equals(stored)) {
          throw new InvalidArtifactException(
              "the sums' own model must be of their shape, found " + latest.shape());
        }
        sums.latest = shape.huber() == 0 ? null : latest.tunedAs(shape);
      }
      return sums;
    } catch (IOException e) {
      throw new InvalidArtifactException("linear sums that end too early, or are torn", e);
    }
  }

  private static int sumsBytes(LinearShape shape) {
    return Double.BYTES * shape.blocks() * NormalEquations.size(shape.inputs(), shape.outputs());
  }
}

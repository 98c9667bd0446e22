package io.tplus1.expert;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The linear part that all series share: forecasts {@code x[t + h] = x[t] + scale × (w · inputs +
 * intercept)}, as its {@link LinearShape} says. What follows the scale is cut at how far it may go:
 * the farthest by what was learnt or, where a series moves in larger steps than those that it was
 * learnt with, by its own window ({@link LinearInputs#bound}). {@link LinearSums} makes it.
 *
 * <p>Immutable and thread-safe. Its bytes, big-endian: magic, version, {@link ShapeBytes}, then per
 * block {@code double[outputs]} intercepts, {@code float[outputs]} the farthest, and {@code
 * float[inputs][outputs]} weights. One of version 2 goes as far as its weights take it.
 */
public final class LinearModel implements LinearForecaster {
  /** Largest model, in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int MAGIC = 0x74314c4d;
  private static final byte UNBOUNDED = 2;
  private static final byte VERSION = 3;

  private final LinearShape shape;
  private final LinearInputs rows;

  /** Floats all, kept as doubles, so that the inner loop converts nothing. */
  private final double[][] weights;

  private final double[][] intercepts;
  private final Optional<float[][]> farthest;
  private final byte[] bytes;
  private final String hash;

  /**
   * A model of its parts, which it owns from then on.
   *
   * @param weights {@code double[blocks][inputs][outputs]}, the last two flat; each is a float
   * @param intercepts {@code double[blocks][outputs]}
   * @param farthest {@code float[blocks][outputs]}, by what was learnt the most that is added to
   *     the last value, up or down, before it is scaled; empty for any
   */
  LinearModel(
      LinearShape shape, double[][] weights, double[][] intercepts, Optional<float[][]> farthest) {
    this.shape = shape;
    this.rows = new LinearInputs(shape);
    this.weights = weights;
    this.intercepts = intercepts;
    this.farthest = farthest;
    this.bytes = write(shape, weights, intercepts, farthest);
    this.hash = Sha256.of(bytes);
  }

  /**
   * Checks that models of a shape can be sent; returns it.
   *
   * @throws IllegalArgumentException if they would be too large
   */
  public static LinearShape requireRoom(LinearShape shape) {
    long bytes =
        Integer.BYTES
            + Byte.BYTES
            + ShapeBytes.length(shape)
            + weightBytes(true, shape.blocks(), shape.inputs(), shape.outputs());
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "what is learnt would have %d bytes, at most %d are sent: name fewer lags or horizons, or fewer words of categories"
              .formatted(bytes, MAX_BYTES));
    }
    return shape;
  }

  private static long weightBytes(boolean bounded, long blocks, long inputs, long outputs) {
    return blocks * outputs * (Double.BYTES + Float.BYTES * (inputs + (bounded ? 1 : 0)));
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws InvalidArtifactException if the bytes are no model, are too many or too few, or hold a
   *     weight that is not finite
   */
  public static LinearModel read(byte[] bytes) throws InvalidArtifactException {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidArtifactException(
          "a linear model has at most %d bytes, found %d".formatted(MAX_BYTES, bytes.length));
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      boolean bounded =
          ShapeBytes.requireHead(in, MAGIC, UNBOUNDED, VERSION, "weights of a linear model")
              > UNBOUNDED;
      LinearShape shape = ShapeBytes.read(in);
      long expected = weightBytes(bounded, shape.blocks(), shape.inputs(), shape.outputs());
      if (in.available() != expected) {
        throw new InvalidArtifactException(
            "weights of %d bytes were expected, found %d".formatted(expected, in.available()));
      }
      double[][] weights = new double[shape.blocks()][shape.inputs() * shape.outputs()];
      double[][] intercepts = new double[shape.blocks()][shape.outputs()];
      float[][] farthest = new float[shape.blocks()][shape.outputs()];
      for (int b = 0; b < weights.length; b++) {
        for (int k = 0; k < intercepts[b].length; k++) {
          intercepts[b][k] = finite(in.readDouble());
        }
        for (int k = 0; bounded && k < intercepts[b].length; k++) {
          farthest[b][k] = notNegative((float) finite(in.readFloat()));
        }
        for (int i = 0; i < weights[b].length; i++) {
          weights[b][i] = finite(in.readFloat());
        }
      }
      LinearModel model =
          new LinearModel(
              shape, weights, intercepts, bounded ? Optional.of(farthest) : Optional.empty());
      if (!Arrays.equals(model.bytes, bytes)) {
        throw new InvalidArtifactException("a linear model whose bytes would be written otherwise");
      }
      return model;
    } catch (IOException e) {
      throw new InvalidArtifactException("a linear model that ends too early, or is torn", e);
    }
  }

  private static double finite(double weight) throws InvalidArtifactException {
    if (!Double.isFinite(weight)) {
      throw new InvalidArtifactException(
          "a linear model's weights must be finite, found " + weight);
    }
    return weight;
  }

  private static float notNegative(float bound) throws InvalidArtifactException {
    if (bound < 0) {
      throw new InvalidArtifactException(
          "how far a linear model goes must not be negative, found " + bound);
    }
    return bound;
  }

  private static byte[] write(
      LinearShape shape, double[][] weights, double[][] intercepts, Optional<float[][]> farthest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeByte(farthest.isPresent() ? VERSION : UNBOUNDED);
      ShapeBytes.write(shape, out);
      for (int b = 0; b < weights.length; b++) {
        for (double intercept : intercepts[b]) {
          out.writeDouble(intercept);
        }
        if (farthest.isPresent()) {
          for (float most : farthest.get()[b]) {
            out.writeFloat(most);
          }
        }
        for (double weight : weights[b]) {
          out.writeFloat((float) weight);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  public LinearShape shape() {
    return shape;
  }

  /** The same weights under a shape that is tuned otherwise. */
  LinearModel tunedAs(LinearShape other) {
    return new LinearModel(shape.tunedAs(other), weights, intercepts, farthest);
  }

  @Override
  public FeatureSchema schema() {
    return shape.schema();
  }

  @Override
  public int horizon() {
    return shape.horizon();
  }

  /** SHA-256 over the bytes, 64 hexadecimal digits. */
  @Override
  public String hash() {
    return hash;
  }

  /** The model as bytes, a copy; the same model gives the same bytes. */
  @Override
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * Forecasts the H steps after a window.
   *
   * @param window one vector or more, raw; lags beyond a short one count as its oldest value
   * @param out receives {@code float[horizon][schema.outputWidth()]}, raw units: number targets
   *     alone, zeros for categories. A number whose inputs are not finite is forecast as its last
   *     value, be that finite or not.
   */
  @Override
  public void forecast(FeatureWindow window, float[] out) {
    FeatureSchema schema = shape.schema();
    Arrays.fill(out, 0, shape.outputLength(), 0f);
    double[] row = new double[shape.inputs()];
    double[] units = new double[rows.units()];
    double[] changes = new double[shape.outputs()];
    for (int block = 0; block < weights.length; block++) {
      if (rows.inputs(window, block, row, units)) {
        changes(window, block, row, units, changes);
      } else {
        Arrays.fill(changes, 0);
      }
      rows.forecast(window, block, units, changes, out, schema.outputWidth());
    }
  }

  /** The changes that a window's inputs, which are usable, lead to. */
  void changes(FeatureWindow window, int block, double[] row, double[] units, double[] changes) {
    changes(true, row, weights[block], intercepts[block], changes);
    if (farthest.isPresent()) {
      rows.bound(window, block, units, farthest.get()[block], changes);
    }
  }

  /** {@code wᵀ row + intercept}, or zeros for a row that is not usable. */
  static void changes(
      boolean usable, double[] row, double[] weights, double[] intercepts, double[] changes) {
    int outputs = changes.length;
    if (!usable) {
      Arrays.fill(changes, 0);
      return;
    }
    if (outputs == 1) {
      double change = intercepts[0];
      for (int i = 0; i < row.length; i++) {
        change += row[i] * weights[i];
      }
      changes[0] = change;
      return;
    }
    System.arraycopy(intercepts, 0, changes, 0, outputs);
    for (int i = 0; i < row.length; i++) {
      double value = row[i];
      int at = i * outputs;
      for (int k = 0; k < outputs; k++) {
        changes[k] += value * weights[at + k];
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinearModel that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "linear model " + ModelArtifact.brief(hash);
  }
}

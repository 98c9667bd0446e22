package io.tplus1.rnn.learn;

import java.util.Arrays;

/**
 * x W + b with its way back: the weights as the arithmetic likes them, and the sums of their
 * gradient over the tiles of a batch.
 */
final class Affine {
  private static final float[] ONE = {1};

  private final BatchArithmetic arithmetic;
  private final Blocks blocks;
  private final int inputs;
  private final int columns;
  private final int halved;
  private final int kernelAt;
  private final int biasAt;
  private final BatchArithmetic.Matrix forward;
  private final BatchArithmetic.Matrix backward;
  private final float[] packed;
  private final float[] transposed;
  private final int transposedStride;
  private final float[] bias;
  private final float[] zeros;
  private final float[] kernelSum;
  private final float[] biasSum;

  /**
   * @param halved blocks whose product is halved on the way forward
   * @param kernelAt where the kernel begins in the weights of the network
   * @param biasAt the same of the bias; -1 for none
   * @param back whether slopes by the input are asked for
   */
  Affine(
      BatchArithmetic arithmetic,
      Blocks blocks,
      int inputs,
      int halved,
      int kernelAt,
      int biasAt,
      boolean back) {
    this.arithmetic = arithmetic;
    this.blocks = blocks;
    this.inputs = inputs;
    this.halved = halved;
    this.kernelAt = kernelAt;
    this.biasAt = biasAt;
    columns = blocks.columns();
    forward = arithmetic.matrix(inputs, columns);
    packed = new float[inputs * columns];
    kernelSum = new float[inputs * columns];
    bias = new float[columns];
    biasSum = new float[columns];
    transposedStride = arithmetic.padded(inputs);
    backward = back ? arithmetic.matrix(columns, transposedStride) : null;
    transposed = new float[back ? columns * transposedStride : 0];
    zeros = new float[back ? transposedStride : 0];
  }

  /** Takes the weights and forgets all sums. */
  void load(float[] weights) {
    blocks.pack(inputs, weights, kernelAt, halved, packed);
    forward.set(packed);
    if (biasAt >= 0) {
      blocks.pack(1, weights, biasAt, halved, bias);
    }
    if (backward != null) {
      blocks.packTransposed(inputs, weights, kernelAt, transposed, transposedStride);
      backward.set(transposed);
    }
    Arrays.fill(kernelSum, 0f);
    Arrays.fill(biasSum, 0f);
  }

  /** out = b + x W. */
  void apply(int rows, float[] x, int xAt, int xStride, float[] out, int outAt, int outStride) {
    forward.multiplyAdd(rows, x, xAt, xStride, bias, 0, 0, out, outAt, outStride);
  }

  /** out += x W. */
  void add(int rows, float[] x, int xAt, int xStride, float[] out, int outAt, int outStride) {
    forward.multiplyAdd(rows, x, xAt, xStride, out, outAt, outStride, out, outAt, outStride);
  }

  /** out += b. */
  void addBias(int rows, float[] out, int outAt, int outStride) {
    for (int r = 0; r < rows && biasAt >= 0; r++) {
      for (int j = 0; j < columns; j++) {
        out[outAt + r * outStride + j] += bias[j];
      }
    }
  }

  /**
   * out = b + x W for rows of a layer's input.
   *
   * @param from the first row, of both
   * @param out rows as far apart as they are wide
   */
  void apply(Signal in, int from, int rows, float[] out) {
    apply(rows, in.values, from * in.stride, in.stride, out, from * columns, columns);
  }

  /**
   * The way back of {@link #apply(Signal, int, int, float[])}: adds the gradient of kernel and
   * bias, and gives the input its slopes if it learns.
   *
   * @param d slopes by what was put out, as it lay
   */
  void learn(Signal in, int from, int rows, float[] d) {
    int at = from * columns;
    addKernelSlopes(rows, in.values, from * in.stride, in.stride, d, at, columns);
    addBiasSlopes(rows, d, at, columns);
    if (in.learns()) {
      inputSlopes(rows, d, at, columns, in.slopes, from * in.stride, in.stride);
    }
  }

  /** Adds the gradient of the kernel: xᵀ d. */
  void addKernelSlopes(int rows, float[] x, int xAt, int xStride, float[] d, int dAt, int dStride) {
    arithmetic.addProduct(rows, x, xAt, xStride, inputs, d, dAt, dStride, columns, kernelSum);
  }

  /** Adds the gradient of the bias: the sum of d. */
  void addBiasSlopes(int rows, float[] d, int dAt, int dStride) {
    arithmetic.addProduct(rows, ONE, 0, 0, 1, d, dAt, dStride, columns, biasSum);
  }

  /** dx = d Wᵀ. */
  void inputSlopes(int rows, float[] d, int dAt, int dStride, float[] dx, int at, int stride) {
    backward.multiplyAdd(rows, d, dAt, dStride, zeros, 0, 0, dx, at, stride);
  }

  /** dx += d Wᵀ. */
  void addInputSlopes(int rows, float[] d, int dAt, int dStride, float[] dx, int at, int stride) {
    backward.multiplyAdd(rows, d, dAt, dStride, dx, at, stride, dx, at, stride);
  }

  /** Writes the sums into the gradient of the network. */
  void collect(float[] gradient) {
    blocks.unpack(inputs, kernelSum, gradient, kernelAt);
    if (biasAt >= 0) {
      blocks.unpack(1, biasSum, gradient, biasAt);
    }
  }
}

package io.tplus1.train;

import io.tplus1.model.InvalidArtifactException;
import java.nio.ByteBuffer;

/**
 * What a sample weighs beside those before it, which fade as the sums' rows do. For one thread.
 *
 * <p>A sample of a thinned stream stands for many, and weighs as much: one of 20 where 1,000 come a
 * second. Sums that count weights for rows would take four of them for 80.
 */
final class UsualWeight {
  /** Of its state. */
  static final int BYTES = 2 * Double.BYTES;

  private final double forgetting;
  private double sum;
  private double rows;

  /**
   * @param forgetting λ per sample, up to 1
   */
  UsualWeight(double forgetting) {
    this.forgetting = forgetting;
  }

  /**
   * Returns the weight in units of the mean one, itself included; 1 for the first.
   *
   * @param weight more than 0 and finite
   */
  double relative(double weight) {
    sum = forgetting * sum + weight;
    rows = forgetting * rows + 1;
    return weight * (rows / sum);
  }

  void write(ByteBuffer bytes) {
    bytes.putDouble(sum).putDouble(rows);
  }

  /**
   * Goes on with what {@link #write} wrote.
   *
   * @throws InvalidArtifactException if these are no sums of weights
   */
  void read(ByteBuffer bytes) throws InvalidArtifactException {
    sum = bytes.getDouble();
    rows = bytes.getDouble();
    if (!(sum >= 0 && rows >= 0 && Double.isFinite(sum + rows))) {
      throw new InvalidArtifactException(
          "weights of a linear expert's samples must be numbers from 0 on, found %s of %s"
              .formatted(sum, rows));
    }
  }
}

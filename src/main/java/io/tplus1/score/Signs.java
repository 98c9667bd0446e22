package io.tplus1.score;

/**
 * What is known, when a forecast is made, of how large its errors will be, beside the errors that
 * came before it. Arrays are only to be read.
 *
 * @param last {@code float[targets]}, the newest values, raw
 * @param changes {@code float[targets]}, by how much they changed lately from one vector to the
 *     next, raw, not negative; NaN where nobody knows
 * @param values {@code float[horizon × outputWidth]}, the forecast, raw
 * @param experts {@code float[experts][horizon × outputWidth]}, what each expert of the mix said;
 *     null for one that said nothing
 */
public record Signs(float[] last, float[] changes, float[] values, float[][] experts) {
  /** By how much the experts differ from what is sent: their mean distance; 0 where nobody does. */
  double spread(int at) {
    double sum = 0;
    int count = 0;
    for (float[] said : experts) {
      double distance = said == null ? Double.NaN : Math.abs((double) said[at] - values[at]);
      if (Double.isFinite(distance)) {
        sum += distance;
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}

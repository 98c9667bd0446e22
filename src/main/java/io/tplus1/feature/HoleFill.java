package io.tplus1.feature;

/**
 * What is done where single features of a series' vectors are absent (NaN), in the stream as in
 * training from a file. Immutable; what it counts is the caller's.
 *
 * @param schema tells categories, which take their last word, and targets, which take their last
 *     value
 * @param linear whether any other number goes on along its last change; else it takes its last
 *     value
 * @param limit most vectors in a row in which a feature is filled; then they are refused until a
 *     whole one begins the window anew
 */
public record HoleFill(FeatureSchema schema, boolean linear, int limit) {

  /** Whether a series' window begins anew with its next whole vector. */
  public boolean isWindowOver(Absences absences) {
    return absences.isBeyond(limit);
  }

  /**
   * Whether a vector, newer than all others of its series, cannot be filled any more: one of what
   * it lacks was absent for too long, or something was once and no whole vector came since.
   *
   * @param row whose first fields are the vector's features
   */
  public boolean isTooLong(float[] row, Absences absences) {
    boolean too = isWindowOver(absences);
    for (int f = 0; f < schema.size() && !too; f++) {
      too = Float.isNaN(row[f]) && absences.count(f) >= limit;
    }
    return too;
  }

  /** Counts what is absent in a series' next vector. */
  public void count(float[] row, Absences absences) {
    absences.add(row, schema.size(), limit);
  }

  /** Whether a row lacks a target, so that what was expected there cannot be held against it. */
  public boolean isTargetAbsent(float[] row) {
    for (int target : schema.targets()) {
      if (Float.isNaN(row[target])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Fills what a row lacks, in place.
   *
   * @param before rows that end with the one before it, at least one
   * @param goesOn whether a number may go on along its last change; not where the row before did
   *     not come whole, so that what is made up does not run away
   * @return how many features were filled
   */
  public int fill(float[] row, FeatureWindow before, boolean goesOn) {
    boolean along = linear && goesOn && before.steps() > 1;
    int filled = 0;
    for (int f = 0; f < schema.size(); f++) {
      if (Float.isNaN(row[f])) {
        row[f] = FeatureFill.value(schema, before, f, along);
        filled++;
      }
    }
    return filled;
  }
}

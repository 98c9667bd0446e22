package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.StepInterval;
import java.util.Optional;

/**
 * What is done where steps or features are absent.
 *
 * @param schema of the vectors
 * @param gaps empty where absent steps are left as they are
 * @param absent empty where a vector that lacks a feature is left out
 */
public record SampleFilling(FeatureSchema schema, Optional<Gaps> gaps, Optional<Absent> absent) {
  /** Nothing is filled. */
  public static SampleFilling none(FeatureSchema schema) {
    return new SampleFilling(schema, Optional.empty(), Optional.empty());
  }

  /**
   * What is done where steps are absent.
   *
   * @param interval tells how many are
   * @param fill what stands for them
   * @param limit most in a row that are filled; behind a longer gap the window begins anew
   */
  public record Gaps(StepInterval interval, GapFill fill, int limit) {}

  /**
   * What is done where single features of a vector are absent.
   *
   * @param linear whether a number goes on along its last change; else it takes its last value
   * @param limit most vectors in a row in which a feature is filled; then they are left out until a
   *     whole one begins the window anew
   */
  public record Absent(boolean linear, int limit) {}
}

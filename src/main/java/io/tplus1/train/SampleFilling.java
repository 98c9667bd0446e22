package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.feature.StepInterval;
import java.util.Optional;

/**
 * What is done where steps or features are absent.
 *
 * @param schema of the vectors
 * @param gaps empty where absent steps are left as they are
 * @param holes empty where a vector that lacks a feature is left out
 */
public record SampleFilling(FeatureSchema schema, Optional<Gaps> gaps, Optional<HoleFill> holes) {
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
}

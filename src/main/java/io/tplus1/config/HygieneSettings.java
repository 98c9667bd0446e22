package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.feature.StepInterval;
import io.tplus1.train.SampleFilling;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * What happens where time or values have holes, and when a model is too old.
 *
 * @param gapFill how absent steps are filled
 * @param gapLimit most absent steps in a row that are filled; a longer gap starts the window anew
 * @param missingFill how single absent or non-finite features are filled
 * @param missingLimit most vectors in a row in which a feature is filled; if it is absent for
 *     longer, vectors are refused until a whole one starts the window anew
 * @param modelMaxAge age of the champion's newest sample, in event time, beyond which forecasts are
 *     {@code STALE_MODEL}; empty for any
 */
public record HygieneSettings(
    Fill gapFill,
    int gapLimit,
    Fill missingFill,
    int missingLimit,
    Optional<Duration> modelMaxAge) {
  /**
   * Parses them.
   *
   * @throws ConfigException if they do not fit the window
   */
  static HygieneSettings parse(AbstractConfig config, WindowSettings windows) {
    Fill gaps = Fill.valueOf(Values.upper(config, "gap.fill"));
    if (gaps != Fill.OFF
        && windows.interval().isEmpty()
        && windows.steps() < StepInterval.FEWEST_VECTORS) {
      throw new ConfigException(
          "gap.fill",
          config.getString("gap.fill"),
          "needs step.interval, for none is learnt from window.steps=%d, below %d: set it"
              .formatted(windows.steps(), StepInterval.FEWEST_VECTORS));
    }
    return new HygieneSettings(
        gaps,
        config.getInt("gap.limit"),
        Fill.valueOf(Values.upper(config, "missing.fill")),
        config.getInt("missing.limit"),
        Values.duration(config, "model.max.age"));
  }

  /** Whether absent steps are filled at all. */
  public boolean fillsGaps() {
    return gapFill != Fill.OFF;
  }

  /** Whether absent or non-finite features are filled at all. */
  public boolean fillsFeatures() {
    return missingFill != Fill.OFF;
  }

  /** What stands for absent steps, where they are filled. */
  public GapFill gaps(FeatureSchema schema) {
    return new GapFill(schema, gapFill == Fill.LINEAR);
  }

  /** What stands for single absent features, where they are filled. */
  public HoleFill holes(FeatureSchema schema) {
    return new HoleFill(schema, missingFill == Fill.LINEAR, missingLimit);
  }

  /**
   * The same of recorded series.
   *
   * @param interval tells how many steps are absent
   */
  public SampleFilling filling(FeatureSchema schema, StepInterval interval) {
    return new SampleFilling(
        schema,
        Optional.of(new SampleFilling.Gaps(interval, gaps(schema), gapLimit))
            .filter(any -> fillsGaps()),
        Optional.of(holes(schema)).filter(any -> fillsFeatures()));
  }

  /** How a hole is filled. */
  public enum Fill {
    /** Not at all. */
    OFF,
    /** With the value before it. */
    LAST,
    /** On the line between the values before and after it; of a single feature, along its trend. */
    LINEAR
  }
}

package io.tplus1.topology.state;

import io.tplus1.config.Expert;
import io.tplus1.config.ExpertSettings;
import io.tplus1.config.LinearSettings;
import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.feature.FeatureSchema;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigException;

/** The linear experts as the settings want them: both topologies must mean the same. */
public final class LinearShapes {
  private LinearShapes() {}

  /**
   * The shape of a linear expert.
   *
   * @throws ConfigException if the settings do not fit each other
   * @param expert a linear one
   */
  public static LinearShape of(
      Expert expert, ExpertSettings settings, FeatureSchema schema, int horizon) {
    try {
      return shape(expert, settings, schema, horizon);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "Settings %s.* of the linear expert do not fit: %s".formatted(expert, e.getMessage()));
    }
  }

  private static LinearShape shape(
      Expert expert, ExpertSettings settings, FeatureSchema schema, int horizon) {
    return switch (expert) {
      case LINEAR ->
          LinearModel.requireRoom(shape(LinearShape.Kind.OWN, settings.linear(), schema, horizon));
      case JOINT ->
          LinearModel.requireRoom(shape(LinearShape.Kind.JOINT, settings.joint(), schema, horizon));
      case SERIES -> shape(LinearShape.Kind.OWN, settings.series(), schema, horizon);
      default -> throw new IllegalArgumentException("'" + expert + "' is no linear expert");
    };
  }

  private static LinearShape shape(
      LinearShape.Kind kind, LinearSettings settings, FeatureSchema schema, int horizon) {
    return new LinearShape(
        schema,
        kind,
        settings.lags(),
        settings.levels(),
        horizon,
        settings.ridge(),
        settings.forgetting(),
        settings.scaleSteps(),
        settings.huber(),
        settings.step().map(Duration::toMillis).orElse(0L));
  }
}

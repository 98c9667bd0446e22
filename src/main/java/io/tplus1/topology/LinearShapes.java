package io.tplus1.topology;

import io.tplus1.config.ExpertSettings;
import io.tplus1.expert.LinearShape;
import io.tplus1.feature.FeatureSchema;
import java.util.List;

/** The linear experts as the settings want them: both topologies must mean the same. */
final class LinearShapes {
  private LinearShapes() {}

  /**
   * The shape of a linear expert.
   *
   * @param expert {@code linear}, {@code joint} or {@code series}
   */
  static LinearShape of(String expert, ExpertSettings settings, FeatureSchema schema, int horizon) {
    int[] seasons = settings.seasons().stream().mapToInt(Integer::intValue).toArray();
    return switch (expert) {
      case "linear" ->
          shape(
              LinearShape.Kind.OWN,
              LinearShape.lags(settings.linearLags(), seasons),
              settings,
              schema,
              horizon);
      case "joint" ->
          shape(
              LinearShape.Kind.JOINT,
              LinearShape.lags(settings.jointLags()),
              settings,
              schema,
              horizon);
      case "series" ->
          shape(
              LinearShape.Kind.OWN,
              LinearShape.lags(settings.seriesLags(), seasons),
              settings,
              schema,
              horizon);
      default -> throw new IllegalArgumentException("'" + expert + "' is no linear expert");
    };
  }

  private static LinearShape shape(
      LinearShape.Kind kind,
      List<Integer> lags,
      ExpertSettings settings,
      FeatureSchema schema,
      int horizon) {
    return new LinearShape(
        schema,
        kind,
        lags,
        settings.levels(),
        horizon,
        settings.ridge(),
        settings.forgetting(),
        settings.scaleSteps(),
        settings.huber());
  }
}

package io.tplus1.topology.state;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;

/**
 * What a forecast is laid out by: the schema and the settings, and what follows from both, made
 * once, so that no two of them can be of different ones. Immutable.
 */
public final class ForecastLayout {
  private final FeatureSchema schema;
  private final ForecastSettings settings;
  private final Roster roster;
  private final RowLayout rows;
  private final StateLayout states;
  private final Windows windows;
  private final LearntWindow learntWindow;

  /**
   * What follows from a schema and settings.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the experts do not fit the schema
   */
  public ForecastLayout(FeatureSchema schema, ForecastSettings settings) {
    this.schema = schema;
    this.settings = settings;
    this.roster = new Roster(schema, settings);
    this.rows = RowLayout.of(schema, settings);
    this.states = new StateLayout(schema, settings, roster);
    this.windows = new Windows(settings.windows());
    this.learntWindow = new LearntWindow(settings.windows());
  }

  /** Fields of a vector, in order. */
  public FeatureSchema schema() {
    return schema;
  }

  /** What is forecast, and how. */
  public ForecastSettings settings() {
    return settings;
  }

  /** Who forecasts. */
  public Roster roster() {
    return roster;
  }

  /** Where things stand in the rows of windows. */
  public RowLayout rows() {
    return rows;
  }

  /** What is kept of a series, and of all together. */
  public StateLayout states() {
    return states;
  }

  /** What of a series' ring stands in a window. */
  public Windows windows() {
    return windows;
  }

  /** What of a window is still held when it is learnt. */
  public LearntWindow learntWindow() {
    return learntWindow;
  }

  /** Steps of a forecast. */
  public int horizon() {
    return settings.windows().horizon();
  }

  /** Values of a forecast: {@code horizon × outputWidth}. */
  public int outputLength() {
    return horizon() * schema.outputWidth();
  }
}
